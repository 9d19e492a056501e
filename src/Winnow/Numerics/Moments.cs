namespace Winnow.Numerics;

/// <summary>Means and variances of samples.</summary>
public static class Moments
{
    /// <summary>The mean.</summary>
    /// <param name="values">Shape [N], N ≥ 1.</param>
    /// <exception cref="ArgumentException">There are no values.</exception>
    public static double Mean(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
        {
            throw new ArgumentException("There are no values; give at least one.", nameof(values));
        }
        double sum = 0;
        foreach (double value in values)
        {
            sum += value;
        }
        return sum / values.Length;
    }

    /// <summary>The variance over N − 1; NaN for a single value.</summary>
    /// <param name="values">Shape [N], N ≥ 1.</param>
    /// <exception cref="ArgumentException">There are no values.</exception>
    public static double Variance(ReadOnlySpan<double> values)
    {
        double mean = Mean(values);
        double squares = 0;
        foreach (double value in values)
        {
            squares += (value - mean) * (value - mean);
        }
        return squares / (values.Length - 1);
    }

    /// <summary>The standard deviation over N − 1; NaN for a single value.</summary>
    /// <param name="values">Shape [N], N ≥ 1.</param>
    /// <exception cref="ArgumentException">There are no values.</exception>
    public static double StandardDeviation(ReadOnlySpan<double> values) => Math.Sqrt(Variance(values));
}
