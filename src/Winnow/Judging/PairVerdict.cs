namespace Winnow.Judging;

/// <summary>Which of two answers a judge prefers. No verdict is a null, never a tie.</summary>
public enum PairVerdict
{
    /// <summary>The one shown first.</summary>
    First,

    /// <summary>The one shown second.</summary>
    Second,

    /// <summary>Neither.</summary>
    Tie,
}

/// <summary>What two verdicts on the same pair, shown in both orders, make together.</summary>
public enum SwapOutcome
{
    /// <summary>Both orders name the same answer, or both a tie.</summary>
    Consistent,

    /// <summary>The orders disagree; together they are a tie.</summary>
    Inconsistent,

    /// <summary>At least one order gave no verdict; together they give none.</summary>
    Failed,
}

/// <summary>Verdicts and the order of what was shown.</summary>
public static class PairVerdicts
{
    /// <summary>The same verdict in the labels of the other order.</summary>
    public static PairVerdict Swapped(this PairVerdict verdict) => verdict switch
    {
        PairVerdict.First => PairVerdict.Second,
        PairVerdict.Second => PairVerdict.First,
        _ => PairVerdict.Tie,
    };

    /// <summary>Joins the verdicts of both orders, which takes the judge's liking for a place out of the result.</summary>
    /// <param name="verdict">On (A, B).</param>
    /// <param name="swapped">On (B, A), in that order's labels.</param>
    /// <returns>The verdict in the labels of (A, B): that of both, a tie where they differ, none where either is missing.</returns>
    /// <remarks>Source: Zheng et al. (2023), "Judging LLM-as-a-Judge"; Li et al. (2024), Auto-J.</remarks>
    public static (PairVerdict? Verdict, SwapOutcome Outcome) Join(PairVerdict? verdict, PairVerdict? swapped) =>
        verdict is not { } one || swapped is not { } two ? (null, SwapOutcome.Failed)
        : one == two.Swapped() ? (one, SwapOutcome.Consistent)
        : (PairVerdict.Tie, SwapOutcome.Inconsistent);
}
