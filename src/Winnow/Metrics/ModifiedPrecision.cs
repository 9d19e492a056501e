namespace Winnow.Metrics;

/// <summary>The clipped n-gram precision that BLEU averages.</summary>
/// <remarks>Source: Papineni et al. (2002), section 2.1.</remarks>
public static class ModifiedPrecision
{
    /// <summary>Share of a text's n-grams that its references have, each counted at most as often as in one of them; 0 where the text is too short.</summary>
    /// <param name="hypothesis">Token ids.</param>
    /// <param name="references">Token ids of each.</param>
    /// <param name="order">n ≥ 1.</param>
    public static double Of(ReadOnlySpan<int> hypothesis, IReadOnlyList<int[]> references, int order)
    {
        ArgumentNullException.ThrowIfNull(references);
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        var counter = new ClippedMatches();
        foreach (int[] reference in references)
        {
            counter.AddReference(reference, order);
        }
        var matches = new long[order];
        counter.Take(hypothesis, matches);
        int total = ClippedMatches.Total(hypothesis.Length, order);
        return total == 0 ? 0 : (double)matches[order - 1] / total;
    }
}
