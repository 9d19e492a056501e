namespace Winnow.Judging;

/// <summary>One pair judged in both orders, with what people prefer.</summary>
/// <param name="Group">Scenario or category it is reported under.</param>
/// <param name="Gold">The right verdict on (A, B).</param>
/// <param name="Verdict">The judge's on (A, B); null where it gave none.</param>
/// <param name="Swapped">The judge's on (B, A), in that order's labels; null where it gave none.</param>
public readonly record struct SwappedPair(string Group, PairVerdict Gold, PairVerdict? Verdict, PairVerdict? Swapped);

/// <summary>How a pairwise judge agrees with people and with itself when the order is swapped.</summary>
/// <param name="AgreementInBothOrders">Share of pairs that both orders get right; the published figure.</param>
/// <param name="Consistency">Share of pairs on which both orders say the same.</param>
/// <param name="AgreementInFirstOrder">Share that (A, B) gets right.</param>
/// <param name="AgreementInSwappedOrder">Share that (B, A) gets right.</param>
/// <param name="Failures">Pairs without a verdict in one order or the other; they count as neither right nor consistent.</param>
/// <param name="Pairs">Pairs judged.</param>
/// <remarks>Source: the measure of Auto-J (Li et al., 2024). All shares 0 … 1.</remarks>
public sealed record SwapConsistency(double AgreementInBothOrders, double Consistency, double AgreementInFirstOrder, double AgreementInSwappedOrder, int Failures, int Pairs)
{
    /// <summary>Counts over all pairs.</summary>
    /// <exception cref="ArgumentException">There are no pairs.</exception>
    public static SwapConsistency Of(IReadOnlyCollection<SwappedPair> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        if (pairs.Count == 0)
        {
            throw new ArgumentException("There are no pairs; give at least one.", nameof(pairs));
        }
        double n = pairs.Count;
        return new SwapConsistency(
            pairs.Count(pair => pair.Verdict == pair.Gold && pair.Swapped?.Swapped() == pair.Gold) / n,
            pairs.Count(pair => PairVerdicts.Join(pair.Verdict, pair.Swapped).Outcome == SwapOutcome.Consistent) / n,
            pairs.Count(pair => pair.Verdict == pair.Gold) / n,
            pairs.Count(pair => pair.Swapped?.Swapped() == pair.Gold) / n,
            pairs.Count(pair => pair.Verdict is null || pair.Swapped is null),
            pairs.Count);
    }

    /// <summary>Counts in each group, in the order of first appearance.</summary>
    /// <exception cref="ArgumentException">There are no pairs.</exception>
    public static IReadOnlyList<(string Group, SwapConsistency Figures)> ByGroup(IReadOnlyCollection<SwappedPair> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return [.. pairs.GroupBy(pair => pair.Group, StringComparer.Ordinal).Select(group => (group.Key, Of([.. group])))];
    }
}
