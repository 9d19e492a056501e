using Winnow.Models;
using Winnow.Search;

namespace Winnow.Cli.Sources;

/// <summary>Opens scorers as they are named on the command line.</summary>
internal static class ScorerShelf
{
    private const string LogProb = "logprob";
    private const string ProcessReward = "prm";
    private const string None = "none";

    /// <summary>The scorer where none is named and the default model draws.</summary>
    public static string DefaultName => Manifest.OrNull?.DefaultScorer ?? LogProb;

    /// <summary>What completion offers.</summary>
    public static IReadOnlyList<string> Suggestions { get; } =
        [None, LogProb, .. ModelShelf.Names.Select(name => $"{LogProb}:{name}"), .. RewardModels.Select(name => $"{ProcessReward}:{name}")];

    private static IEnumerable<string> RewardModels =>
        Manifest.OrNull?.Models.Where(model => model.Value.Kind != ModelShelf.Generator).Select(model => model.Key) ?? [];

    /// <summary>The scorer's name, the default one where none is given.</summary>
    public static string NameOf(string? name, string? drawingModel) =>
        name ?? (drawingModel is null || drawingModel == ModelShelf.DefaultName ? DefaultName : LogProb);

    /// <summary>A scorer.</summary>
    /// <param name="name">As on the command line; null: the default one where the default model draws, its own log-probability elsewhere.</param>
    /// <param name="drawingModel">What <c>--model</c> said; null: the default one.</param>
    /// <param name="models">Where models are opened.</param>
    /// <returns>The scorer; null where there is none.</returns>
    /// <exception cref="RequestException">The name is not one of a scorer, or its model cannot be opened.</exception>
    public static IScorer? Open(string? name, string? drawingModel, ModelShelf models)
    {
        string spec = NameOf(name, drawingModel);
        (string kind, string? of) = spec.Split(':', 2) is [var left, var right] ? (left, right) : (spec, null);
        return (kind, of) switch
        {
            (None, null) => null,
            (LogProb, null) => new LogProbScorer(),
            (LogProb, { Length: > 0 }) => new ModelLogProbScorer(models.Open(of), models.Open(drawingModel).Vocabulary, of),
            (ProcessReward, { Length: > 0 }) => new ProcessRewardScorer(models.OpenRewardModel(of), models.Open(drawingModel).Vocabulary, of),
            _ => throw new RequestException($"There is no scorer \"{spec}\". Use none, logprob, logprob:MODEL or prm:MODEL, for example {DefaultName}."),
        };
    }
}
