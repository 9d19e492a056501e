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

    /// <summary>The scorer's name; where none is given, the default one, which an endpoint that tells no log-probabilities has not.</summary>
    public static string NameOf(string? name, string? drawingModel, DrawingModel drawing) =>
        name is null && !drawing.HasLogProbs ? None : NameOf(name, drawingModel);

    /// <summary>A scorer.</summary>
    /// <param name="name">As on the command line; null: the default one where the default model draws, its own log-probability elsewhere.</param>
    /// <param name="drawingModel">What <c>--model</c> said; null: the default one.</param>
    /// <param name="models">Where models are opened.</param>
    /// <returns>The scorer; null where there is none.</returns>
    /// <exception cref="RequestException">The name is not one of a scorer, or its model cannot be opened.</exception>
    public static IScorer? Open(string? name, string? drawingModel, ModelShelf models) => Open(name, drawingModel, new LocalModel(models.Open(drawingModel)), models);

    /// <summary>A scorer of what a model or an endpoint draws.</summary>
    /// <param name="name">As on the command line; null: the default one where the default model draws, its own log-probability elsewhere where it has any.</param>
    /// <param name="drawingModel">What <c>--model</c> said; null: the default one.</param>
    /// <param name="drawing">What draws.</param>
    /// <param name="models">Where models are opened.</param>
    /// <returns>The scorer; null where there is none.</returns>
    /// <exception cref="RequestException">The name is not one of a scorer, its model cannot be opened, or the endpoint has no log-probabilities.</exception>
    public static IScorer? Open(string? name, string? drawingModel, DrawingModel drawing, ModelShelf models)
    {
        string spec = NameOf(name, drawingModel, drawing);
        (string kind, string? of) = spec.Split(':', 2) is [var left, var right] ? (left, right) : (spec, null);
        return (kind, of) switch
        {
            (None, null) => null,
            (LogProb, null) => drawing.HasLogProbs ? new LogProbScorer() : throw new RequestException(
                $"{drawingModel} is not known to tell log-probabilities (`winnow models {drawingModel}` finds out). Use --scorer none, or logprob:MODEL with a model that runs here."),
            (LogProb, { Length: > 0 }) => new ModelLogProbScorer(models.Open(of), drawing.Vocabulary, of),
            (ProcessReward, { Length: > 0 }) => new ProcessRewardScorer(models.OpenRewardModel(of), drawing.Vocabulary, of),
            _ => throw new RequestException($"There is no scorer \"{spec}\". Use none, logprob, logprob:MODEL or prm:MODEL, for example {DefaultName}."),
        };
    }
}
