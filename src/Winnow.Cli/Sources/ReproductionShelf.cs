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
    /// <param name="model">The model that claims about open-ended text are measured on; null: the bundled ones.</param>
    public static IReadOnlyList<IReproduction> All(ModelShelf models, string? model = null)
    {
        ArgumentNullException.ThrowIfNull(models);
        Task<ReproductionSetting> OpenAsync(CancellationToken cancellationToken) => SettingAsync(models, cancellationToken);
        Task<OpenEndedSetting> OpenEndedAsync(CancellationToken cancellationToken) => Task.FromResult(OpenEnded(models, model));
        return
        [
            new RepeatedSamplingClaims(OpenAsync),
            new ParticleFilterClaims(OpenAsync),
            new LocallyTypicalClaims(OpenEndedAsync),
            new MirostatClaims(OpenEndedAsync),
            new ArielClaims(OpenEndedAsync),
            new VocabularyNavigationClaims(_ => Task.FromResult(new TaskSetting(models.Open(null), TaskShelf.Load(null)))),
            new TextGenReviewClaims(_ => Task.FromResult(new TaskSetting(models.Open(null), TaskShelf.Load(null)))),
        ];
    }

    /// <summary>A model of English with openings of texts; or the bundled default, which goes on after the problems of its task, judged by its bigger sibling.</summary>
    private static OpenEndedSetting OpenEnded(ModelShelf models, string? name)
    {
        if (name is not null && !ModelShelf.Names.Contains(name, StringComparer.Ordinal))
        {
            return new OpenEndedSetting(models.Open(name), null, OpenEndedPrompts.English, IsWriter: true);
        }
        string writer = name ?? ModelShelf.DefaultName;
        string? judge = ModelShelf.Names.FirstOrDefault(other => other != writer);
        return new OpenEndedSetting(models.Open(writer), judge is null ? null : models.Open(judge), [.. TaskShelf.Load(null).Problems.Select(problem => problem.Prompt)], IsWriter: false);
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
