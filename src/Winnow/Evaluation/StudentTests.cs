using Winnow.Numerics;

namespace Winnow.Evaluation;

/// <summary>Result of a t-test.</summary>
/// <param name="T">The statistic.</param>
/// <param name="DegreesOfFreedom">Of Student's t.</param>
/// <param name="PValue">Two-sided.</param>
/// <param name="Interval">Of the mean, or of the difference of means.</param>
public sealed record StudentTestResult(double T, double DegreesOfFreedom, double PValue, Interval Interval);

/// <summary>Student's tests of means.</summary>
public static class StudentTests
{
    /// <summary>Whether a mean is some value.</summary>
    /// <param name="values">Shape [N], N ≥ 2; not all equal.</param>
    /// <param name="mean">The value.</param>
    /// <param name="alpha">Two-sided error of the interval.</param>
    /// <exception cref="ArgumentException">There are fewer than two values, or all are equal.</exception>
    public static StudentTestResult OneSample(ReadOnlySpan<double> values, double mean = 0, double alpha = 0.05)
    {
        Check(values);
        double error = Math.Sqrt(Moments.Variance(values) / values.Length);
        return Result(Moments.Mean(values), mean, error, values.Length - 1, alpha);
    }

    /// <summary>Whether two systems score alike on the same items; of A − B.</summary>
    /// <param name="a">Shape [N], N ≥ 2.</param>
    /// <param name="b">Shape [N].</param>
    /// <param name="alpha">Two-sided error of the interval.</param>
    /// <exception cref="ArgumentException">The shapes differ, there are fewer than two items, or all differences are equal.</exception>
    public static StudentTestResult Paired(ReadOnlySpan<double> a, ReadOnlySpan<double> b, double alpha = 0.05)
    {
        if (a.Length != b.Length)
        {
            throw new ArgumentException($"A has {a.Length} scores and B {b.Length}; give both for the same items.", nameof(b));
        }
        double[] differences = new double[a.Length];
        for (int i = 0; i < differences.Length; i++)
        {
            differences[i] = a[i] - b[i];
        }
        return OneSample(differences, 0, alpha);
    }

    /// <summary>Welch's test of two independent samples with their own variances; of A − B.</summary>
    /// <param name="a">Shape [N], N ≥ 2; not all equal.</param>
    /// <param name="b">Shape [M], M ≥ 2; not all equal.</param>
    /// <param name="alpha">Two-sided error of the interval.</param>
    /// <remarks>Source: Welch (1947), with Satterthwaite's degrees of freedom.</remarks>
    /// <exception cref="ArgumentException">A sample has fewer than two values, or all of one are equal.</exception>
    public static StudentTestResult Welch(ReadOnlySpan<double> a, ReadOnlySpan<double> b, double alpha = 0.05)
    {
        Check(a);
        Check(b);
        double partA = Moments.Variance(a) / a.Length;
        double partB = Moments.Variance(b) / b.Length;
        double degrees = (partA + partB) * (partA + partB) / (partA * partA / (a.Length - 1) + partB * partB / (b.Length - 1));
        return Result(Moments.Mean(a) - Moments.Mean(b), 0, Math.Sqrt(partA + partB), degrees, alpha);
    }

    private static StudentTestResult Result(double estimate, double against, double error, double degrees, double alpha)
    {
        double t = (estimate - against) / error;
        double half = Distributions.StudentCritical(alpha, degrees) * error;
        return new StudentTestResult(t, degrees, Distributions.StudentTwoSided(t, degrees), new Interval(estimate - half, estimate + half));
    }

    private static void Check(ReadOnlySpan<double> values)
    {
        if (values.Length < 2 || !values.ContainsAnyExcept(values[0]))
        {
            throw new ArgumentException($"There are {values.Length} values, without spread; give at least two that differ.", nameof(values));
        }
    }
}
