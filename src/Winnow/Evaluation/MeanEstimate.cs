using Winnow.Numerics;

namespace Winnow.Evaluation;

/// <summary>A mean with its standard error.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="StandardError">NaN for a single value: it is unknown, not 0.</param>
/// <param name="Interval">Student's interval; null for a single value.</param>
/// <param name="Count">Number of values.</param>
public sealed record MeanEstimate(double Mean, double StandardError, Interval? Interval, int Count)
{
    /// <summary>The mean of item scores.</summary>
    /// <param name="values">Shape [N], N ≥ 1; average repeats of an item first.</param>
    /// <param name="alpha">Two-sided error, in (0, 1).</param>
    /// <remarks>For 0/1 scores near 0 or 1, or fewer than about 100, use <see cref="BinomialIntervals.Wilson"/>.</remarks>
    /// <exception cref="ArgumentException">There are no values, or α lies outside (0, 1).</exception>
    public static MeanEstimate Of(ReadOnlySpan<double> values, double alpha = 0.05)
    {
        double mean = Moments.Mean(values);
        double error = Math.Sqrt(Moments.Variance(values) / values.Length);
        return new MeanEstimate(mean, error, StudentInterval(mean, error, values.Length - 1, alpha), values.Length);
    }

    internal static Interval? StudentInterval(double mean, double error, double degreesOfFreedom, double alpha)
    {
        if (!(degreesOfFreedom > 0) || double.IsNaN(error))
        {
            return null;
        }
        double half = Distributions.StudentCritical(alpha, degreesOfFreedom) * error;
        return new Interval(mean - half, mean + half);
    }
}

/// <summary>A mean over items that come in clusters (a passage, a template, a task).</summary>
/// <param name="Mean">The mean over items.</param>
/// <param name="Naive">The standard error that ignores the clusters.</param>
/// <param name="Cr0">√(Σ over clusters of squared sums of residuals) / n (Miller, 2024); NaN below two clusters.</param>
/// <param name="Cr1">CR0 · √(C/(C−1)).</param>
/// <param name="Interval">Mean ± t with C − 1 degrees of freedom times CR1; null below two clusters.</param>
/// <param name="ClusterCount">C. Below about 20 the interval is still too narrow.</param>
public sealed record ClusteredMeanEstimate(double Mean, double Naive, double Cr0, double Cr1, Interval? Interval, int ClusterCount)
{
    /// <summary>The mean of clustered scores.</summary>
    /// <param name="values">Shape [N], N ≥ 1.</param>
    /// <param name="clusters">Shape [N]; the cluster of each value, any integers.</param>
    /// <param name="alpha">Two-sided error, in (0, 1).</param>
    /// <exception cref="ArgumentException">There are no values, the shapes differ, or α lies outside (0, 1).</exception>
    public static ClusteredMeanEstimate Of(ReadOnlySpan<double> values, ReadOnlySpan<int> clusters, double alpha = 0.05)
    {
        double mean = Moments.Mean(values);
        double[] residuals = values.ToArray();
        for (int i = 0; i < residuals.Length; i++)
        {
            residuals[i] -= mean;
        }
        double[] sums = ClusterSums.Of(residuals, clusters, least: 1).Sums;
        double squares = 0;
        foreach (double sum in sums)
        {
            squares += sum * sum;
        }
        bool isDefined = sums.Length >= 2;
        double cr0 = isDefined ? Math.Sqrt(squares) / values.Length : double.NaN;
        double cr1 = isDefined ? cr0 * Math.Sqrt((double)sums.Length / (sums.Length - 1)) : double.NaN;
        return new ClusteredMeanEstimate(
            mean, Math.Sqrt(Moments.Variance(values) / values.Length), cr0, cr1,
            MeanEstimate.StudentInterval(mean, cr1, sums.Length - 1, alpha), sums.Length);
    }
}
