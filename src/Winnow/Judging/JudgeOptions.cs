namespace Winnow.Judging;

/// <summary>How a judging model is asked.</summary>
public sealed record JudgeOptions
{
    /// <summary>Most tokens of one judgement. Unit: tokens; at least 1; default 1,024.</summary>
    public int MaxTokens
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 1024;

    /// <summary>Most requests over the judge's life; null: no cap. Unit: requests; at least 1. Beyond it there is no verdict.</summary>
    public int? MaxCalls
    {
        get;
        init
        {
            if (value is { } cap)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(cap, 1);
            }
            field = value;
        }
    }

    /// <summary>Most requests under way at once. Range: 1 … 1,024; default 8. Verdicts do not depend on it where the model honours seeds.</summary>
    public int MaxConcurrency
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1024);
            field = value;
        }
    } = 8;

    /// <summary>Temperature of the judge. At least 0; default 0.</summary>
    public double Temperature
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <summary>Seed of the judgements.</summary>
    public ulong Seed { get; init; }
}

/// <summary>What a judge said.</summary>
/// <typeparam name="T">The verdict.</typeparam>
/// <param name="Verdict">The verdict; null where there is none.</param>
/// <param name="Text">What the model wrote last, for people to read.</param>
/// <param name="Reason">Why there is no verdict; null where there is one.</param>
public sealed record Judgement<T>(T? Verdict, string Text, string? Reason)
    where T : struct;

/// <summary>A pair judged in both orders.</summary>
/// <param name="Verdict">In the labels of (A, B): that of both orders, a tie where they differ; null where one gave none.</param>
/// <param name="Outcome">Whether the orders agree.</param>
/// <param name="First">The judgement of (A, B).</param>
/// <param name="Swapped">The judgement of (B, A), in that order's labels.</param>
public sealed record PairJudgement(PairVerdict? Verdict, SwapOutcome Outcome, Judgement<PairVerdict> First, Judgement<PairVerdict> Swapped);
