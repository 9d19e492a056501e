namespace Winnow.Cli.Documents;

/// <summary>What <c>winnow ask --json</c> writes.</summary>
internal sealed record AskDocument
{
    public string Schema { get; init; } = "winnow.ask/1";

    public required string Question { get; init; }

    public required string Model { get; init; }

    public string? Scorer { get; init; }

    public required string Strategy { get; init; }

    public required ulong Seed { get; init; }

    public required long Budget { get; init; }

    public string? Answer { get; init; }

    public double? Confidence { get; init; }

    /// <summary>The right answer; null where it is not known.</summary>
    public string? Target { get; init; }

    public bool? IsCorrect { get; init; }

    public required string Why { get; init; }

    public required int Selected { get; init; }

    public required IReadOnlyList<AskCandidateDocument> Candidates { get; init; }

    public required UsageDocument Usage { get; init; }

    public required double WallSeconds { get; init; }
}

/// <summary>One candidate, failures included.</summary>
internal sealed record AskCandidateDocument(
    string Text, string? Answer, string State, string? Reason, double? Score, string? ScoreReason, double Weight, int Tokens, double? LogProb)
{
    public static AskCandidateDocument Of(Search.Candidate candidate) => new(
        candidate.Answer.Text,
        candidate.Key,
        candidate.Answer.State.ToString().ToLowerInvariant(),
        candidate.Answer.Reason,
        candidate.Score is { HasValue: true } score ? Finite(score.Value) : null,
        candidate.Score?.Reason,
        candidate.Weight,
        candidate.Answer.TokenCount,
        Finite(candidate.Answer.LogProb));

    // JSON has no infinity.
    private static double? Finite(double? number) => number is { } value && double.IsFinite(value) ? value : null;
}

/// <summary>What was used, without times.</summary>
internal sealed record UsageDocument(long PromptTokens, long TokensGenerated, long ForwardTokens, long ScorerTokens, long Calls)
{
    public static UsageDocument Of(in Budgets.Usage usage) =>
        new(usage.PromptTokens, usage.TokensGenerated, usage.ForwardTokens, usage.ScorerTokens, usage.Calls);
}
