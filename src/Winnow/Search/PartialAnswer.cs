namespace Winnow.Search;

/// <summary>State of a row of a population.</summary>
public enum RowState
{
    /// <summary>It can be extended.</summary>
    Active,

    /// <summary>It ended by itself.</summary>
    Finished,

    /// <summary>A limit ended it: tokens, steps, context or budget. It casts no vote.</summary>
    Cut,

    /// <summary>The call that should have extended it failed. It casts no vote.</summary>
    Failed,
}

/// <summary>A prefix of an answer, or a whole one.</summary>
public sealed record PartialAnswer
{
    /// <summary>The empty prefix.</summary>
    public static PartialAnswer Empty { get; } = new();

    /// <summary>Text after the prompt.</summary>
    public string Text { get; init; } = "";

    /// <summary>Tokens after the prompt, where the model shows them.</summary>
    public IReadOnlyList<int>? Tokens { get; init; }

    /// <summary>Length of <see cref="Text"/> after each step, in UTF-16 units; the last entry is the whole text.</summary>
    public IReadOnlyList<int> StepEnds { get; init; } = [];

    /// <summary>Number of <see cref="Tokens"/> after each step; null where tokens are not shown.</summary>
    public IReadOnlyList<int>? StepTokenEnds { get; init; }

    /// <summary>Natural-log probability of each step given what stood before it, under the untempered drawing model; null where unknown.</summary>
    public IReadOnlyList<double>? StepLogProbs { get; init; }

    /// <summary>Number of tokens after the prompt, as the model counts them.</summary>
    public int TokenCount { get; init; }

    /// <summary>State.</summary>
    public RowState State { get; init; } = RowState.Active;

    /// <summary>Why it was cut or failed.</summary>
    public string? Reason { get; init; }

    /// <summary>How it failed; null unless <see cref="State"/> is <see cref="RowState.Failed"/>.</summary>
    public FailureKind? Failure { get; init; }

    /// <summary>Sum of <see cref="StepLogProbs"/>; null where unknown.</summary>
    public double? LogProb => StepLogProbs?.Sum();

    /// <summary>Number of steps.</summary>
    public int Steps => StepEnds.Count;
}
