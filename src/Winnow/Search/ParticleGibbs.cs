using Winnow.Budgets;
using Winnow.Numerics;
using Winnow.Tasks;

namespace Winnow.Search;

/// <summary>
/// Iterated conditional sequential Monte Carlo over reasoning steps: a particle filter, then sweeps in which one answer,
/// drawn by weight from the sweep before, is replayed among new particles and cannot be lost.
/// </summary>
/// <remarks>
/// Sources: Andrieu, Doucet and Holenstein (2010); Puri et al. (2025), "Rollout Roulette". A sweep with one reference
/// leaves the weight's target as it is, for answers of any length and any threshold, whereas a filter of few particles
/// only nears it; tested by enumeration. Where a token budget thins the particles, this holds only nearly.
/// Differs from the paper: weights are carried on and particles are resampled only when the effective sample size is
/// low; a reference is weighed by its own first t steps, not by later ones; the answer is a vote averaged over all sweeps.
/// Each sweep may use an equal share of the budget that is left. References are replayed without drawing or scoring,
/// and are listed again among the candidates of their sweep. <see cref="SearchResult.LogEvidence"/> is that of the first
/// sweep, the only unbiased one. Cost: at most N·K·T steps and scores. Random: steps, resampling, references.
/// </remarks>
public sealed class ParticleGibbs : IStrategy
{
    private readonly ParticleGibbsOptions _options;
    private readonly ParticleFilterOptions _filter;

    /// <summary>Particle Gibbs with some settings; null: the default ones.</summary>
    /// <exception cref="ArgumentException">The settings do not go together.</exception>
    public ParticleGibbs(ParticleGibbsOptions? options = null)
    {
        _options = options ?? new();
        if (WhyInconsistent(_options) is { } reason)
        {
            throw new ArgumentException(reason, nameof(options));
        }
        _filter = _options.Filter with { Scheme = ResamplingScheme.Multinomial };
    }

    /// <inheritdoc/>
    public string Id => StrategyIds.ParticleGibbs;

    /// <inheritdoc/>
    public string? WhyUnsuited(ProposerInfo proposer, ScorerInfo? scorer) =>
        new ParticleFilter(_filter).WhyUnsuited(proposer, scorer)?.Replace(StrategyIds.ParticleFilter, Id, StringComparison.Ordinal)
        ?? StrategyArguments.WhyNotStepwise(Id, proposer, scorer, _options.Rows / _options.Iterations);

    /// <inheritdoc/>
    public async Task<SearchResult> SolveAsync(
        Problem problem, IProposer proposer, IScorer? scorer, SearchContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(proposer);
        ArgumentNullException.ThrowIfNull(context);
        StrategyArguments.ThrowIfUnsuited(this, proposer, scorer);
        StrategyArguments.ThrowIfUnlimited(context, _options.Rows);
        Usage before = context.Ledger.Used;
        StagedLedger ledger = new(context.Ledger);
        SearchContext staged = context with { Ledger = ledger };
        StepRule rule = new() { Boundary = _filter.Boundary, Temperature = _filter.Temperature, MaxTokens = proposer.Info.MaxAnswerTokens };
        SteppedRows rows = new(problem, proposer, scorer!, staged, rule, _filter.Aggregation);
        await using var owned = rows.ConfigureAwait(false);
        ParticleWeight weight = _filter.Weight ?? ParticlePotentials.DefaultFor(scorer!.Info.Range);
        ParticleSystem particles = new(rows, _filter, new ParticlePotentials(weight, scorer!.Info.Range, _filter.Clip), staged)
        {
            ReferenceWeight = _options.ReferenceWeight,
        };

        (int sweeps, int count) = await PlanAsync(rows, ledger, cancellationToken).ConfigureAwait(false);
        List<SweepOutcome> outcomes = [];
        int[] references = [];
        double? logEvidence = null;
        for (int sweep = 0; sweep < sweeps; sweep++)
        {
            ledger.Share(sweeps - sweep);
            await particles.StartAsync(count, references, cancellationToken).ConfigureAwait(false);
            while (particles.IsActive && particles.Round < _filter.MaxSteps)
            {
                await particles.PrepareAsync(cancellationToken).ConfigureAwait(false);
                await particles.AdvanceAsync(cancellationToken).ConfigureAwait(false);
            }
            outcomes.Add(particles.Outcome(problem));
            logEvidence = sweep == 0 ? particles.LogEvidence : logEvidence;
            references = particles.DrawReferences(outcomes[^1], _options.References, sweep);
        }
        return particles.Result(this, outcomes, logEvidence, weight) with { Usage = context.Ledger.Used - before };
    }

    /// <summary>Sweeps and particles in each: as set, or as many sweeps as leave room for a free particle beside the references.</summary>
    private async ValueTask<(int Sweeps, int Particles)> PlanAsync(SteppedRows rows, StagedLedger ledger, CancellationToken cancellationToken)
    {
        if (_options.Rows is { } all)
        {
            return (_options.Iterations, all / _options.Iterations);
        }
        await rows.AffordableAsync(ParticleFilterOptions.ParticleLimit, cancellationToken).ConfigureAwait(false);
        for (int sweeps = _options.Iterations; ; sweeps--)
        {
            ledger.Share(sweeps);
            int particles = rows.AffordableNow(ParticleFilterOptions.ParticleLimit);
            if (particles > _options.References || sweeps == 1)
            {
                return (sweeps, particles);
            }
        }
    }

    private static string? WhyInconsistent(ParticleGibbsOptions options) =>
        options.Rows % options.Iterations > 0
            ? $"{options.Rows} rows cannot be shared by {options.Iterations} iterations; use a multiple."
        : options.Iterations > 1 && options.Rows / options.Iterations is { } particles && particles <= options.References
            ? $"Sweeps of {particles} particles have no free one beside {options.References} references; use more rows or fewer iterations."
        : options.Rows / options.Iterations > ParticleFilterOptions.ParticleLimit
            ? $"{options.Rows} rows in {options.Iterations} iterations are more than {ParticleFilterOptions.ParticleLimit} particles each; use fewer."
        : options.Filter.Particles is not null
            ? $"{nameof(ParticleFilterOptions.Particles)} is set in {nameof(ParticleGibbsOptions.Filter)}; set {nameof(ParticleGibbsOptions.Rows)} and {nameof(ParticleGibbsOptions.Iterations)} instead."
        : options.Filter.FreezesFinished
            ? $"{nameof(ParticleFilterOptions.FreezesFinished)} has no meaning beside a reference; leave it off."
        : options.ReferenceWeight == ReferenceWeight.Final && options.Filter.Weight != ParticleWeight.AbsoluteOdds
            ? $"References can be weighed by their end only with {nameof(ParticleWeight.AbsoluteOdds)}; carried weights would count it at every step."
        : null;
}
