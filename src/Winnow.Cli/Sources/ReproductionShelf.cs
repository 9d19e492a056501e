using Winnow.Reproductions;
using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Cli.Sources;

/// <summary>The reproductions that this command can run: those that need no training.</summary>
internal static class ReproductionShelf
{
    /// <summary>Papers whose claims can be measured.</summary>
    public static IReadOnlyList<string> Ids { get; } = Catalogue();

    /// <summary>All reproductions.</summary>
    /// <param name="models">Where they get models from.</param>
    public static IReadOnlyList<IReproduction> All(ModelShelf models)
    {
        ArgumentNullException.ThrowIfNull(models);
        Task<ReproductionSetting> OpenAsync(CancellationToken cancellationToken) => SettingAsync(models, cancellationToken);
        return [new RepeatedSamplingClaims(OpenAsync), new ParticleFilterClaims(OpenAsync)];
    }

    /// <summary>The bundled defaults. Problems run side by side, so each has one thread.</summary>
    private static async Task<ReproductionSetting> SettingAsync(ModelShelf models, CancellationToken cancellationToken)
    {
        TaskSet task = TaskShelf.Load(null);
        IScorer scorer = ScorerShelf.Open(null, null, models)
            ?? throw new WinnowException("The bundled default has no scorer, which the reproductions need; build or install the program again.");
        return new ReproductionSetting(ProposerShelf.For(models.Open(null), task, threads: 1), scorer, task);
    }

    private static IReadOnlyList<string> Catalogue()
    {
        using ModelShelf none = new();
        return [.. All(none).Select(reproduction => reproduction.PaperId)];
    }
}
