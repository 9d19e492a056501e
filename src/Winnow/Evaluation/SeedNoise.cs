using Winnow.Numerics;

namespace Winnow.Evaluation;

/// <summary>How much a benchmark score changes when only the seed does.</summary>
/// <param name="Mean">Mean over seeds.</param>
/// <param name="StandardDeviation">Over S − 1.</param>
/// <param name="Interval">χ² interval of the standard deviation, for normal scores.</param>
/// <param name="SignalToNoise">Mean over standard deviation; +∞ where there is no spread.</param>
/// <remarks>Source: Madaan et al. (2024), "Quantifying Variance in Evaluation Benchmarks".</remarks>
public sealed record SeedNoise(double Mean, double StandardDeviation, Interval Interval, double SignalToNoise)
{
    /// <summary>Measures the spread.</summary>
    /// <param name="scores">Shape [S], S ≥ 2; one score for each seed.</param>
    /// <param name="alpha">Two-sided error, in (0, 1).</param>
    /// <exception cref="ArgumentException">There are fewer than two seeds.</exception>
    public static SeedNoise Of(ReadOnlySpan<double> scores, double alpha = 0.05)
    {
        if (scores.Length < 2)
        {
            throw new ArgumentException($"There are {scores.Length} seeds; spread needs at least two.", nameof(scores));
        }
        double mean = Moments.Mean(scores);
        double sd = Moments.StandardDeviation(scores);
        double degrees = scores.Length - 1;
        return new SeedNoise(mean, sd, new Interval(
            sd * Math.Sqrt(degrees / Distributions.ChiSquareQuantile(1 - alpha / 2, degrees)),
            sd * Math.Sqrt(degrees / Distributions.ChiSquareQuantile(alpha / 2, degrees))), mean / sd);
    }

    /// <summary>How many standard deviations of seed noise separate two means.</summary>
    /// <param name="meanA">Mean of A.</param>
    /// <param name="meanB">Mean of B.</param>
    /// <param name="standardDeviation">Of one run; greater than 0.</param>
    public static double Separation(double meanA, double meanB, double standardDeviation) => Math.Abs(meanA - meanB) / standardDeviation;

    /// <summary>How steadily a score rises along a training run: Kendall's τ-b with time, for each seed.</summary>
    /// <param name="scores">Shape [seeds][checkpoints].</param>
    /// <returns>Shape [seeds].</returns>
    /// <exception cref="ArgumentException">A curve is constant or has fewer than two checkpoints.</exception>
    public static double[] Monotonicity(IReadOnlyList<double[]> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return [.. scores.Select(curve => Correlation.KendallB([.. Enumerable.Range(0, curve.Length).Select(i => (double)i)], curve))];
    }
}
