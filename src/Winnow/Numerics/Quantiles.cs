namespace Winnow.Numerics;

/// <summary>Quantiles of samples.</summary>
public static class Quantiles
{
    /// <summary>The type-7 quantile of a sorted sample: linear between the order statistics at (n − 1)·p.</summary>
    /// <param name="sorted">Shape [N], N ≥ 1; ascending.</param>
    /// <param name="p">0 … 1.</param>
    /// <remarks>Source: Hyndman and Fan (1996); the default of R and NumPy.</remarks>
    /// <exception cref="ArgumentException">There are no values, or p lies outside [0, 1].</exception>
    public static double OfSorted(ReadOnlySpan<double> sorted, double p)
    {
        if (sorted.IsEmpty)
        {
            throw new ArgumentException("There are no values; give at least one.", nameof(sorted));
        }
        if (!(p >= 0 && p <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(p), p, $"The probability is {p}; it must lie in [0, 1].");
        }
        double place = (sorted.Length - 1) * p;
        int below = (int)place;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    /// <summary>The median of a sample, which is left as it is.</summary>
    /// <param name="values">Shape [N], N ≥ 1.</param>
    /// <remarks>Cost: O(N log N).</remarks>
    /// <exception cref="ArgumentException">There are no values.</exception>
    public static double Median(ReadOnlySpan<double> values)
    {
        double[] sorted = values.ToArray();
        Array.Sort(sorted);
        return OfSorted(sorted, 0.5);
    }
}
