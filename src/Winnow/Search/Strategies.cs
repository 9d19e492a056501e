namespace Winnow.Search;

/// <summary>Settings by which a strategy is made from its id; what a strategy has no use for is not read.</summary>
public sealed record StrategySettings
{
    /// <summary>Sampling temperature; null: the strategy's default. Greedy is always 0.</summary>
    public double? Temperature { get; init; }

    /// <summary>Samples, beam rows or particles; null: as the budget allows.</summary>
    public int? Samples { get; init; }

    /// <summary>How the numbers of a process scorer become one; null: the strategy's default.</summary>
    public StepAggregation? Aggregation { get; init; }

    /// <summary>Text that ends a step; null: the strategy's default, a line break.</summary>
    public string? Boundary { get; init; }

    /// <summary>Weight of particles; null: by the scorer's range.</summary>
    public ParticleWeight? Weight { get; init; }
}

/// <summary>Makes strategies by id.</summary>
public static class Strategies
{
    private static readonly (string Id, Func<StrategySettings, IStrategy> Make)[] Known =
    [
        (StrategyIds.Greedy, static _ => new Greedy()),
        (StrategyIds.RepeatedSampling, static settings => new RepeatedSampling(Draws(settings))),
        (StrategyIds.Majority, static settings => new Majority(Draws(settings))),
        (StrategyIds.WeightedMajority, static settings => new WeightedMajority(ScoredDraws(settings))),
        (StrategyIds.BestOfN, static settings => new BestOfN(ScoredDraws(settings))),
        (StrategyIds.Beam, static settings => new Beam(BeamOf(settings))),
        (StrategyIds.Dvts, static settings => new Dvts(BeamOf(settings))),
        (StrategyIds.ParticleFilter, static settings => new ParticleFilter(ParticlesOf(settings))),
        (StrategyIds.ParticleGibbs, static settings => new ParticleGibbs(ParticleGibbsOptions.For(settings.Samples) with { Filter = ParticlesOf(settings with { Samples = null }) })),
        (StrategyIds.Oracle, static settings => new Oracle(Draws(settings))),
    ];

    /// <summary>The ids that can be made, in the order of a table: baselines first, the ceiling last.</summary>
    public static IReadOnlyList<string> Ids { get; } = [.. Known.Select(known => known.Id)];

    /// <summary>Makes a strategy.</summary>
    /// <param name="id">One of <see cref="Ids"/>.</param>
    /// <param name="settings">Settings; null: the default ones.</param>
    /// <exception cref="ArgumentException">There is no such strategy, or a setting is outside its range.</exception>
    public static IStrategy Create(string id, StrategySettings? settings = null)
    {
        foreach ((string known, Func<StrategySettings, IStrategy> make) in Known)
        {
            if (string.Equals(known, id, StringComparison.Ordinal))
            {
                return make(settings ?? new());
            }
        }
        throw new ArgumentException($"There is no strategy \"{id}\"; use one of {string.Join(", ", Ids)}.", nameof(id));
    }

    private static WholeAnswerOptions Draws(StrategySettings settings)
    {
        WholeAnswerOptions defaults = new();
        return defaults with
        {
            Samples = settings.Samples,
            Temperature = settings.Temperature ?? defaults.Temperature,
            Boundary = settings.Boundary ?? defaults.Boundary,
        };
    }

    private static ScoredAnswerOptions ScoredDraws(StrategySettings settings)
    {
        ScoredAnswerOptions defaults = new();
        return defaults with
        {
            Samples = settings.Samples,
            Temperature = settings.Temperature ?? defaults.Temperature,
            Boundary = settings.Boundary ?? defaults.Boundary,
            Aggregation = settings.Aggregation ?? defaults.Aggregation,
        };
    }

    private static BeamOptions BeamOf(StrategySettings settings)
    {
        BeamOptions defaults = new();
        return defaults with
        {
            Rows = settings.Samples,
            Temperature = settings.Temperature ?? defaults.Temperature,
            Aggregation = settings.Aggregation ?? defaults.Aggregation,
            Boundary = settings.Boundary ?? defaults.Boundary,
        };
    }

    private static ParticleFilterOptions ParticlesOf(StrategySettings settings)
    {
        ParticleFilterOptions defaults = new();
        return defaults with
        {
            Particles = settings.Samples,
            Temperature = settings.Temperature ?? defaults.Temperature,
            Aggregation = settings.Aggregation ?? defaults.Aggregation,
            Boundary = settings.Boundary ?? defaults.Boundary,
            Weight = settings.Weight,
        };
    }
}
