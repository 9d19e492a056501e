using Winnow.Numerics;

namespace Winnow.Metrics;

/// <summary>How fast token counts fall with their rank: the s of count ∝ rank^−s.</summary>
/// <remarks>
/// Source: Zipf (1949); as a measure of generated text, Holtzman et al. (2020), "The Curious Case of Neural Text
/// Degeneration". A least-squares slope in logs. It depends on how many ranks are fitted: state them.
/// </remarks>
public static class ZipfCoefficient
{
    /// <summary>Minus the slope of ln count on ln rank.</summary>
    /// <param name="counts">Shape [V]; how often each token stands in the texts; zeros are left out.</param>
    /// <param name="maxRank">Ranks fitted, at least 2; null means all.</param>
    /// <remarks>Cost: O(V log V).</remarks>
    /// <exception cref="ArgumentException">Fewer than two counts are positive, or one is negative.</exception>
    public static double Of(ReadOnlySpan<long> counts, int? maxRank = null)
    {
        if (maxRank is { } limit)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(limit, 2, nameof(maxRank));
        }
        long[] sorted = counts.ToArray();
        Array.Sort(sorted);
        Array.Reverse(sorted);
        if (sorted.Length > 0 && sorted[^1] < 0)
        {
            throw new ArgumentException($"A count is {sorted[^1]}; counts must be at least 0.", nameof(counts));
        }
        int positive = sorted.AsSpan().IndexOf(0) is >= 0 and var end ? end : sorted.Length;
        int ranks = Math.Min(positive, maxRank ?? positive);
        if (ranks < 2)
        {
            throw new ArgumentException($"There are {ranks} positive counts; a slope needs at least 2.", nameof(counts));
        }
        (var rank, var count) = (new double[ranks], new double[ranks]);
        for (int i = 0; i < ranks; i++)
        {
            (rank[i], count[i]) = (i + 1, sorted[i]);
        }
        return -LinearRegression.FitLogLog(rank, count).Coefficients[1];
    }
}
