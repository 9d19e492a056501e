namespace Winnow.Metrics;

/// <summary>MAUVE: how close two distributions over the same bins are, from the trade-off between the two kinds of error.</summary>
/// <param name="Mauve">Area under the divergence curve, 0..1; 1 means equal.</param>
/// <param name="FrontierIntegral">The integral of both divergences to all mixtures, 0..1; 0 means equal.</param>
/// <remarks>
/// Sources: Pillutla et al. (2021), "MAUVE: Measuring the Gap Between Neural Text and Human Text using Divergence
/// Frontiers"; Liu et al. (2021), "Divergence Frontiers for Generative Models". The bins come from clustering features of
/// both collections jointly; seeds of that clustering move the score by 0.005 to 0.01, so average several.
/// </remarks>
public sealed record MauveScore(double Mauve, double FrontierIntegral)
{
    private const double FirstWeight = 1e-6;

    /// <summary>Compares two histograms.</summary>
    /// <param name="p">Shape [B]; counts of the first collection, at least 0, not all 0.</param>
    /// <param name="q">Shape [B]; counts of the second.</param>
    /// <param name="smoothing">Added to every count; 0.5 (Krichevsky and Trofimov) makes MAUVE*; default 0.</param>
    /// <param name="scaling">c &gt; 0: how fast divergence lowers the score; default 5.</param>
    /// <param name="points">Mixtures on the curve, at least 2; default 25.</param>
    /// <remarks>Cost: O(B × points).</remarks>
    /// <exception cref="ArgumentException">The shapes differ, a count is negative or not finite, or all are 0.</exception>
    public static MauveScore OfHistograms(
        ReadOnlySpan<double> p, ReadOnlySpan<double> q, double smoothing = 0, double scaling = 5, int points = 25)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scaling);
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 2);
        if (p.Length != q.Length)
        {
            throw new ArgumentException($"The histograms have {p.Length} and {q.Length} bins; they must have the same.", nameof(q));
        }
        double[] first = Shares(p, smoothing);
        double[] second = Shares(q, smoothing);
        var curve = new (double X, double Y)[points + 2];
        curve[0] = (1, 0);
        curve[^1] = (0, 1);
        var mixture = new double[p.Length];
        for (int i = 0; i < points; i++)
        {
            double w = FirstWeight + i * (1 - 2 * FirstWeight) / (points - 1);
            for (int b = 0; b < mixture.Length; b++)
            {
                mixture[b] = w * first[b] + (1 - w) * second[b];
            }
            curve[i + 1] = (Math.Exp(-scaling * Divergence(second, mixture)), Math.Exp(-scaling * Divergence(first, mixture)));
        }
        return new MauveScore(AreaBelow(curve), Frontier(first, second));
    }

    private static double[] Shares(ReadOnlySpan<double> counts, double smoothing)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(smoothing);
        double total = 0;
        foreach (double count in counts)
        {
            if (!(count >= 0 && double.IsFinite(count)))
            {
                throw new ArgumentException($"A count is {count}; it must be finite and at least 0.", nameof(counts));
            }
            total += count + smoothing;
        }
        if (total == 0)
        {
            throw new ArgumentException("A histogram is empty; at least one count must be positive.", nameof(counts));
        }
        var shares = new double[counts.Length];
        for (int b = 0; b < shares.Length; b++)
        {
            shares[b] = (counts[b] + smoothing) / total;
        }
        return shares;
    }

    // Rounding can leave a divergence of equal distributions just below 0.
    private static double Divergence(double[] from, double[] to)
    {
        double sum = 0;
        for (int b = 0; b < from.Length; b++)
        {
            if (from[b] > 0)
            {
                sum += from[b] * Math.Log(from[b] / to[b]);
            }
        }
        return Math.Max(0, sum);
    }

    // The mean of the area seen from both axes, by trapezoids. The curve falls, so where points share an abscissa the higher comes first.
    private static double AreaBelow((double X, double Y)[] curve)
    {
        Array.Sort(curve, static (a, b) => a.X != b.X ? a.X.CompareTo(b.X) : b.Y.CompareTo(a.Y));
        double alongX = 0;
        for (int i = 1; i < curve.Length; i++)
        {
            alongX += (curve[i].X - curve[i - 1].X) * (curve[i].Y + curve[i - 1].Y) / 2;
        }
        Array.Sort(curve, static (a, b) => a.Y != b.Y ? a.Y.CompareTo(b.Y) : b.X.CompareTo(a.X));
        double alongY = 0;
        for (int i = 1; i < curve.Length; i++)
        {
            alongY += (curve[i].Y - curve[i - 1].Y) * (curve[i].X + curve[i - 1].X) / 2;
        }
        return (alongX + alongY) / 2;
    }

    // Liu et al. (2021): each bin's share of the integral in closed form.
    private static double Frontier(double[] p, double[] q)
    {
        double sum = 0;
        for (int b = 0; b < p.Length; b++)
        {
            (double x, double y) = (p[b], q[b]);
            if (x == y)
            {
                continue;
            }
            double product = x == 0 || y == 0 ? 0 : x * y * Math.Log(x / y) / (x - y);
            sum += (x + y) / 2 - product;
        }
        return sum;
    }
}
