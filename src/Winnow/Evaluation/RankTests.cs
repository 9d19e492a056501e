using Winnow.Numerics;

namespace Winnow.Evaluation;

/// <summary>Tests that use only signs, ranks or right and wrong.</summary>
public static class RankTests
{
    /// <summary>The sign test of paired differences; those of 0 are dropped and counted.</summary>
    /// <param name="differences">Shape [N].</param>
    /// <returns>Counts and the exact two-sided p-value; 1 where every difference is 0.</returns>
    public static (int Positive, int Negative, int Ties, double PValue) Sign(ReadOnlySpan<double> differences)
    {
        int positive = 0;
        int negative = 0;
        foreach (double difference in differences)
        {
            positive += difference > 0 ? 1 : 0;
            negative += difference < 0 ? 1 : 0;
        }
        return (positive, negative, differences.Length - positive - negative, McNemarTest.Exact(positive, negative));
    }

    /// <summary>Wilcoxon's signed-rank test of paired differences; those of 0 are dropped.</summary>
    /// <param name="differences">Shape [N]; at least one not 0.</param>
    /// <param name="exact">True sums over all signs of the (average) ranks; false uses the normal approximation without continuity correction.</param>
    /// <returns>Rank sums and the two-sided p-value.</returns>
    /// <remarks>Source: Wilcoxon (1945). Cost: O(N³) exact, O(N log N) otherwise.</remarks>
    /// <exception cref="ArgumentException">Every difference is 0.</exception>
    public static (double Plus, double Minus, double PValue) WilcoxonSignedRank(ReadOnlySpan<double> differences, bool exact)
    {
        double[] used = [.. differences.ToArray().Where(d => d != 0)];
        if (used.Length == 0)
        {
            throw new ArgumentException("No difference is other than 0; the test says nothing.", nameof(differences));
        }
        double[] sizes = [.. used.Select(Math.Abs)];
        double[] ranks = Ranks.Average(sizes);
        double plus = ranks.Zip(used).Sum(pair => pair.Second > 0 ? pair.First : 0);
        double minus = ranks.Sum() - plus;
        double least = Math.Min(plus, minus);
        if (exact)
        {
            return (plus, minus, Math.Min(1, 2 * SignedRankTail(ranks, least)));
        }
        double n = used.Length;
        double variance = (n * (n + 1) * (2 * n + 1) - 0.5 * Ranks.TieSizes(sizes).Sum(t => t * t * t - t)) / 24;
        return (plus, minus, 2 * Distributions.NormalCdf((least - n * (n + 1) / 4) / Math.Sqrt(variance)));
    }

    /// <summary>The Mann-Whitney test of two independent samples.</summary>
    /// <param name="a">Shape [N], N ≥ 1.</param>
    /// <param name="b">Shape [M], M ≥ 1.</param>
    /// <param name="exact">True for the exact law, which needs samples without ties; false for the normal approximation with continuity correction ½ and tie-corrected variance.</param>
    /// <returns>U of A (pairs that A wins, ties one half) and the two-sided p-value.</returns>
    /// <remarks>Source: Mann and Whitney (1947). Cost: O(N²M²) exact, O((N+M) log(N+M)) otherwise.</remarks>
    /// <exception cref="ArgumentException">A sample is empty, or the exact law is asked of samples with ties.</exception>
    public static (double U, double PValue) MannWhitney(ReadOnlySpan<double> a, ReadOnlySpan<double> b, bool exact)
    {
        if (a.IsEmpty || b.IsEmpty)
        {
            throw new ArgumentException("A sample is empty; give at least one value of each.", nameof(a));
        }
        double[] all = [.. a, .. b];
        double[] ranks = Ranks.Average(all);
        double n = a.Length;
        double m = b.Length;
        double u = ranks[..a.Length].Sum() - n * (n + 1) / 2;
        double larger = Math.Max(u, n * m - u);
        double[] ties = Ranks.TieSizes(all);
        if (exact)
        {
            if (ties.Length > 0)
            {
                throw new ArgumentException("The samples have ties; the exact law holds without. Use the approximation.", nameof(exact));
            }
            return (u, Math.Min(1, 2 * MannWhitneyTail(a.Length, b.Length, (int)(n * m - larger))));
        }
        double size = n + m;
        double variance = n * m / 12 * (size + 1 - ties.Sum(t => t * t * t - t) / (size * (size - 1)));
        return (u, Math.Min(1, 2 * Distributions.NormalCdf(-(larger - n * m / 2 - 0.5) / Math.Sqrt(variance))));
    }

    /// <summary>Friedman's test of several systems on the same items, corrected for ties.</summary>
    /// <param name="scores">Shape [N][K], K ≥ 2: one row for each item, one column for each system.</param>
    /// <returns>χ² with K − 1 degrees of freedom and its p-value.</returns>
    /// <remarks>Source: Friedman (1937).</remarks>
    /// <exception cref="ArgumentException">There are no rows, fewer than two columns, or rows of different lengths.</exception>
    public static (double Statistic, double PValue) Friedman(IReadOnlyList<double[]> scores)
    {
        int systems = CheckTable(scores);
        double n = scores.Count;
        double k = systems;
        double[] sums = new double[systems];
        double ties = 0;
        foreach (double[] item in scores)
        {
            double[] ranks = Ranks.Average(item);
            for (int j = 0; j < systems; j++)
            {
                sums[j] += ranks[j];
            }
            ties += Ranks.TieSizes(item).Sum(t => t * t * t - t);
        }
        double statistic = (12 / (k * n * (k + 1)) * sums.Sum(s => s * s) - 3 * n * (k + 1)) / (1 - ties / (k * (k * k - 1) * n));
        return (statistic, Distributions.ChiSquareSurvival(statistic, k - 1));
    }

    /// <summary>Cochran's Q: McNemar's test for several systems.</summary>
    /// <param name="outcomes">Shape [N][K], K ≥ 2; 0 or 1.</param>
    /// <returns>χ² with K − 1 degrees of freedom and its p-value; 0 and 1 where no item tells systems apart.</returns>
    /// <remarks>Source: Cochran (1950).</remarks>
    /// <exception cref="ArgumentException">There are no rows, fewer than two columns, or rows of different lengths.</exception>
    public static (double Statistic, int DegreesOfFreedom, double PValue) CochranQ(IReadOnlyList<double[]> outcomes)
    {
        int systems = CheckTable(outcomes);
        double total = outcomes.Sum(row => row.Sum());
        double columns = Enumerable.Range(0, systems).Sum(j => Math.Pow(outcomes.Sum(row => row[j]), 2));
        double denominator = systems * total - outcomes.Sum(row => row.Sum() * row.Sum());
        if (denominator == 0)
        {
            return (0, systems - 1, 1);
        }
        double statistic = (systems - 1) * (systems * columns - total * total) / denominator;
        return (statistic, systems - 1, Distributions.ChiSquareSurvival(statistic, systems - 1));
    }

    private static int CheckTable(IReadOnlyList<double[]> table)
    {
        ArgumentNullException.ThrowIfNull(table);
        int columns = table.Count == 0 ? 0 : table[0].Length;
        return columns >= 2 && table.All(row => row.Length == columns)
            ? columns
            : throw new ArgumentException("Give at least one row, with one column for each of at least two systems.", nameof(table));
    }

    /// <summary>P[rank sum ≤ x] over all signs; average ranks are halves, so everything is doubled.</summary>
    private static double SignedRankTail(double[] ranks, double atMost)
    {
        int limit = (int)Math.Round(2 * atMost);
        double[] share = new double[limit + 1];
        share[0] = 1;
        foreach (double rank in ranks)
        {
            int step = (int)Math.Round(2 * rank);
            for (int sum = limit; sum >= 0; sum--)
            {
                share[sum] = 0.5 * (share[sum] + (sum >= step ? share[sum - step] : 0));
            }
        }
        return share.Sum();
    }

    /// <summary>P[U ≤ u] by the recursion over which sample has the largest value.</summary>
    private static double MannWhitneyTail(int n, int m, int u)
    {
        // share[j][w]: the probability of U = w with j values of B and the current number of values of A.
        double[][] share = [.. Enumerable.Range(0, m + 1).Select(_ => Start(u))];
        for (int i = 1; i <= n; i++)
        {
            double[][] next = new double[m + 1][];
            next[0] = Start(u);
            for (int j = 1; j <= m; j++)
            {
                next[j] = new double[u + 1];
                for (int w = 0; w <= u; w++)
                {
                    double withA = w >= j ? share[j][w - j] : 0;
                    next[j][w] = (i * withA + j * next[j - 1][w]) / (i + j);
                }
            }
            share = next;
        }
        return share[m].Sum();

        static double[] Start(int u)
        {
            double[] start = new double[u + 1];
            start[0] = 1;
            return start;
        }
    }
}
