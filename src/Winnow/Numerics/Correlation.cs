namespace Winnow.Numerics;

/// <summary>Correlation coefficients and their tests.</summary>
/// <remarks>Every coefficient is undefined where a variable is constant, and then refused, never 0.</remarks>
public static class Correlation
{
    /// <summary>Pearson's r.</summary>
    /// <param name="x">Shape [N], N ≥ 2.</param>
    /// <param name="y">Shape [N].</param>
    /// <exception cref="ArgumentException">The shapes differ, there are fewer than two points, or a variable is constant.</exception>
    public static double Pearson(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Check(x, y);
        double meanX = Moments.Mean(x);
        double meanY = Moments.Mean(y);
        double xy = 0;
        double xx = 0;
        double yy = 0;
        for (int i = 0; i < x.Length; i++)
        {
            xy += (x[i] - meanX) * (y[i] - meanY);
            xx += (x[i] - meanX) * (x[i] - meanX);
            yy += (y[i] - meanY) * (y[i] - meanY);
        }
        return Math.Clamp(xy / Math.Sqrt(xx * yy), -1, 1);
    }

    /// <summary>Spearman's ρ: Pearson's r of average ranks.</summary>
    /// <param name="x">Shape [N], N ≥ 2.</param>
    /// <param name="y">Shape [N].</param>
    /// <exception cref="ArgumentException">As for <see cref="Pearson"/>.</exception>
    public static double Spearman(ReadOnlySpan<double> x, ReadOnlySpan<double> y) => Pearson(Ranks.Average(x), Ranks.Average(y));

    /// <summary>The two-sided p-value of no correlation, from Student's t with N − 2 degrees of freedom.</summary>
    /// <param name="r">A Pearson or Spearman coefficient.</param>
    /// <param name="count">N, at least 3.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than three points.</exception>
    public static double PValue(double r, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 3);
        return Math.Abs(r) >= 1 ? 0 : Distributions.StudentTwoSided(r * Math.Sqrt((count - 2) / (1 - r * r)), count - 2);
    }

    /// <summary>Fisher's interval of Pearson's r: tanh(artanh r ± z/√(N−3)).</summary>
    /// <param name="r">−1 … 1.</param>
    /// <param name="count">N, at least 4.</param>
    /// <param name="alpha">Two-sided error, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than four points, or α lies outside (0, 1).</exception>
    public static (double Low, double High) FisherInterval(double r, int count, double alpha = 0.05)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 4);
        double half = Distributions.NormalCritical(alpha) / Math.Sqrt(count - 3);
        return (Math.Tanh(Math.Atanh(r) - half), Math.Tanh(Math.Atanh(r) + half));
    }

    /// <summary>Kendall's τ-b, corrected for ties.</summary>
    /// <param name="x">Shape [N], N ≥ 2.</param>
    /// <param name="y">Shape [N].</param>
    /// <remarks>Cost: O(N²).</remarks>
    /// <exception cref="ArgumentException">As for <see cref="Pearson"/>.</exception>
    public static double KendallB(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        PairCounts pairs = CountPairs(x, y);
        double decided = pairs.Concordant + pairs.Discordant;
        return (pairs.Concordant - pairs.Discordant) / Math.Sqrt((decided + pairs.TiedInX) * (decided + pairs.TiedInY));
    }

    /// <summary>Stuart's τ-c, for tables with different numbers of rows and columns.</summary>
    /// <param name="x">Shape [N], N ≥ 2.</param>
    /// <param name="y">Shape [N].</param>
    /// <remarks>Cost: O(N²).</remarks>
    /// <exception cref="ArgumentException">As for <see cref="Pearson"/>.</exception>
    public static double KendallC(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        PairCounts pairs = CountPairs(x, y);
        double classes = Math.Min(x.ToArray().Distinct().Count(), y.ToArray().Distinct().Count());
        return 2 * (pairs.Concordant - pairs.Discordant) / ((double)x.Length * x.Length * (classes - 1) / classes);
    }

    /// <summary>The two-sided p-value of Kendall's τ: exact without ties, otherwise normal with the tie-corrected variance.</summary>
    /// <param name="x">Shape [N], N ≥ 2.</param>
    /// <param name="y">Shape [N].</param>
    /// <remarks>Cost: O(N²) with ties, O(N³) for the exact law.</remarks>
    /// <exception cref="ArgumentException">As for <see cref="Pearson"/>.</exception>
    public static double KendallPValue(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        PairCounts pairs = CountPairs(x, y);
        double[] tiesX = Ranks.TieSizes(x);
        double[] tiesY = Ranks.TieSizes(y);
        double n = x.Length;
        double m = n * (n - 1);
        if (tiesX.Length == 0 && tiesY.Length == 0)
        {
            return Math.Min(1, 2 * InversionTail((int)Math.Min(pairs.Concordant, pairs.Discordant), x.Length));
        }
        double variance = (m * (2 * n + 5) - tiesX.Sum(t => t * (t - 1) * (2 * t + 5)) - tiesY.Sum(t => t * (t - 1) * (2 * t + 5))) / 18
            + tiesX.Sum(t => t * (t - 1)) * tiesY.Sum(t => t * (t - 1)) / (2 * m)
            + tiesX.Sum(t => t * (t - 1) * (t - 2)) * tiesY.Sum(t => t * (t - 1) * (t - 2)) / (9 * m * (n - 2));
        return 2 * Distributions.NormalCdf(-Math.Abs(pairs.Concordant - pairs.Discordant) / Math.Sqrt(variance));
    }

    /// <summary>How often two rankings order a pair alike; a tie in one only counts half, a tie in both not at all.</summary>
    /// <param name="x">Shape [N].</param>
    /// <param name="y">Shape [N].</param>
    /// <returns>The pairs counted and the share ordered alike.</returns>
    /// <exception cref="ArgumentException">The shapes differ, or every pair is tied in both.</exception>
    public static (int Pairs, double Accuracy) PairwiseAccuracy(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.Length != y.Length)
        {
            throw new ArgumentException($"x has {x.Length} values and y {y.Length}; give as many of each.", nameof(y));
        }
        int pairs = 0;
        double alike = 0;
        for (int i = 0; i < x.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                int signX = Math.Sign(x[i] - x[j]);
                int signY = Math.Sign(y[i] - y[j]);
                if (signX == 0 && signY == 0)
                {
                    continue;
                }
                pairs++;
                alike += signX == signY ? 1 : signX * signY == 0 ? 0.5 : 0;
            }
        }
        return pairs > 0 ? (pairs, alike / pairs) : throw new ArgumentException("Every pair is tied in both rankings; the share is undefined.", nameof(y));
    }

    private readonly record struct PairCounts(double Concordant, double Discordant, double TiedInX, double TiedInY);

    private static PairCounts CountPairs(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Check(x, y);
        double concordant = 0;
        double discordant = 0;
        double onlyX = 0;
        double onlyY = 0;
        for (int i = 0; i < x.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                double order = (double)Math.Sign(x[i] - x[j]) * Math.Sign(y[i] - y[j]);
                if (order > 0)
                {
                    concordant++;
                }
                else if (order < 0)
                {
                    discordant++;
                }
                else if (x[i] == x[j] && y[i] != y[j])
                {
                    onlyX++;
                }
                else if (x[i] != x[j])
                {
                    onlyY++;
                }
            }
        }
        return new PairCounts(concordant, discordant, onlyX, onlyY);
    }

    /// <summary>The probability that a random permutation has at most so many inversions.</summary>
    private static double InversionTail(int inversions, int n)
    {
        double[] share = new double[inversions + 1];
        share[0] = 1;
        for (int size = 2; size <= n; size++)
        {
            double[] next = new double[inversions + 1];
            for (int total = 0; total <= inversions; total++)
            {
                for (int added = 0; added < size && added <= total; added++)
                {
                    next[total] += share[total - added] / size;
                }
            }
            share = next;
        }
        return share.Sum();
    }

    private static void Check(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.Length != y.Length || x.Length < 2)
        {
            throw new ArgumentException($"x has {x.Length} values and y {y.Length}; give as many of each, at least two.", nameof(y));
        }
        if (!x.ContainsAnyExcept(x[0]) || !y.ContainsAnyExcept(y[0]))
        {
            throw new ArgumentException("One variable is constant; its correlation is undefined.", nameof(y));
        }
    }
}
