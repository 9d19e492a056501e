using Winnow.Decoding;
using Winnow.Decoding.Generation;

namespace Winnow.Cli.Documents;

/// <summary>What <c>winnow generate --json</c> writes.</summary>
internal sealed record GenerateDocument
{
    public string Schema { get; init; } = "winnow.generate/2";

    public required string Model { get; init; }

    public required string Prompt { get; init; }

    /// <summary>Stages that act, in their order; empty: the model's own distribution.</summary>
    public required string Sampler { get; init; }

    /// <summary>Search or joint draw; null where tokens are drawn one by one.</summary>
    public string? Decoding { get; init; }

    public required ulong Seed { get; init; }

    public required IReadOnlyList<GeneratedDocument> Results { get; init; }

    /// <summary>Samples asked for that were not finished when the run was stopped.</summary>
    public required int Unfinished { get; init; }

    public required UsageDocument Usage { get; init; }

    public required double WallSeconds { get; init; }
}

/// <summary>One text.</summary>
/// <param name="Text">Without end token and stop string.</param>
/// <param name="Finish">Why it ended.</param>
/// <param name="Tokens">Tokens generated, the end token included.</param>
/// <param name="TokenIds">Which; empty where an endpoint drew them.</param>
/// <param name="LogProb">Their natural-log probability under the model; null where an endpoint does not tell.</param>
/// <param name="ChainLogProb">The same after the sampler; null where none took part.</param>
/// <param name="Score">What a search ranks by.</param>
/// <param name="Steps">What could be drawn at each token, where that was asked for.</param>
internal sealed record GeneratedDocument(
    string Text, FinishReason Finish, int Tokens, IReadOnlyList<int> TokenIds, double? LogProb, double? ChainLogProb, double? Score, IReadOnlyList<StepDocument>? Steps)
{
    /// <summary>How a quicker model's drafts fared; null where none were made.</summary>
    public DraftUse? Drafts { get; init; }
}

/// <summary>A token and what each stage left to be drawn in its place.</summary>
internal sealed record StepDocument(int Token, string Text, double Probability, double ChainProbability, IReadOnlyList<StageDocument> Stages);

/// <summary>What a stage left; the first of a step is the model.</summary>
internal sealed record StageDocument(string Stage, int Kept, double Entropy, IReadOnlyList<CandidateDocument> Top)
{
    public static StageDocument Of(StageReport report, Func<int, string> text) =>
        new(report.Stage, report.Kept, report.Entropy, [.. report.Top.Select(top => new CandidateDocument(top.Token, text(top.Token), top.Probability))]);
}

/// <summary>A token that could be drawn.</summary>
internal sealed record CandidateDocument(int Token, string Text, double Probability);
