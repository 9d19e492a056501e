using MathNet.Numerics;
using MathNet.Numerics.Integration;
using Winnow.Numerics;

namespace Winnow.Evaluation;

/// <summary>How many items, and how many answers an item, a comparison needs. Sample sizes are exact numbers: round up.</summary>
/// <remarks>Source: Miller (2024) for items with repeated answers; the rest is classical.</remarks>
public static class PowerAnalysis
{
    /// <summary>Items to detect a difference of two systems with right or wrong answers on the same items.</summary>
    /// <param name="disagreement">Share of items the systems disagree on, in (0, 1].</param>
    /// <param name="difference">Difference of accuracies to detect, not 0, at most the disagreement in size.</param>
    /// <param name="alpha">Two-sided error, in (0, 1).</param>
    /// <param name="power">Probability to detect it, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public static double PairedItems(double disagreement, double difference, double alpha = 0.05, double power = 0.8)
    {
        CheckDifference(difference);
        if (!(disagreement >= Math.Abs(difference) && disagreement <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(disagreement), disagreement, $"The disagreement is {disagreement}; it must lie between the size of the difference and 1.");
        }
        return SquaredQuantiles(alpha, power) * (disagreement - difference * difference) / (difference * difference);
    }

    /// <summary>Items to detect a difference where each item is answered several times.</summary>
    /// <param name="omega2">Variance over items of the difference of true means.</param>
    /// <param name="sigma2A">Mean variance of A's answers to an item.</param>
    /// <param name="repeatsA">Answers of A to an item, at least 1.</param>
    /// <param name="sigma2B">Mean variance of B's answers to an item.</param>
    /// <param name="repeatsB">Answers of B to an item, at least 1.</param>
    /// <param name="difference">Difference of means to detect, not 0.</param>
    /// <param name="alpha">Two-sided error, in (0, 1).</param>
    /// <param name="power">Probability to detect it, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public static double PairedItemsWithRepeats(
        double omega2, double sigma2A, int repeatsA, double sigma2B, int repeatsB, double difference, double alpha = 0.05, double power = 0.8)
    {
        CheckDifference(difference);
        ArgumentOutOfRangeException.ThrowIfLessThan(repeatsA, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(repeatsB, 1);
        return SquaredQuantiles(alpha, power) * (omega2 + sigma2A / repeatsA + sigma2B / repeatsB) / (difference * difference);
    }

    /// <summary>Items in each of two independent sets, with unpooled variance.</summary>
    /// <param name="p1">Accuracy on the first, 0 … 1.</param>
    /// <param name="p2">Accuracy on the second, 0 … 1, another.</param>
    /// <param name="alpha">Two-sided error, in (0, 1).</param>
    /// <param name="power">Probability to detect the difference, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public static double IndependentItems(double p1, double p2, double alpha = 0.05, double power = 0.8)
    {
        CheckDifference(p1 - p2);
        return SquaredQuantiles(alpha, power) * (p1 * (1 - p1) + p2 * (1 - p2)) / ((p1 - p2) * (p1 - p2));
    }

    /// <summary>The least difference of accuracies that n paired items detect.</summary>
    /// <param name="items">n, at least 1.</param>
    /// <param name="disagreement">Share of items the systems disagree on, in (0, 1].</param>
    /// <param name="alpha">Two-sided error, in (0, 1).</param>
    /// <param name="power">Probability to detect it, in (0, 1).</param>
    /// <returns>The inverse of <see cref="PairedItems"/>, and the simpler figure without the squared difference in the variance.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public static (double Difference, double Simple) DetectableDifference(int items, double disagreement, double alpha = 0.05, double power = 0.8)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(items, 1);
        double squared = SquaredQuantiles(alpha, power);
        return (Math.Sqrt(squared * disagreement / (items + squared)), Math.Sqrt(squared * disagreement / items));
    }

    /// <summary>By what factor clusters multiply the items needed: 1 + (m − 1)·ICC.</summary>
    /// <param name="meanClusterSize">m, at least 1.</param>
    /// <param name="intraclassCorrelation">ICC.</param>
    public static double DesignEffect(double meanClusterSize, double intraclassCorrelation) =>
        1 + (meanClusterSize - 1) * intraclassCorrelation;

    /// <summary>The number of answers an item that gives the least error for a price: √(σ²·c_item / (ω²·c_sample)).</summary>
    /// <param name="sigma2">Mean variance of answers to an item.</param>
    /// <param name="omega2">Variance over items; greater than 0.</param>
    /// <param name="costItem">Price of one more item, for example its prompt.</param>
    /// <param name="costSample">Price of one more answer; greater than 0.</param>
    /// <returns>Not rounded; below 1 means one answer an item.</returns>
    public static double OptimalRepeats(double sigma2, double omega2, double costItem, double costSample)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(omega2);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(costSample);
        return Math.Sqrt(sigma2 * costItem / (omega2 * costSample));
    }

    /// <summary>The power of the two-sided one-sample or paired t-test.</summary>
    /// <param name="effectSize">Mean over standard deviation.</param>
    /// <param name="count">n, greater than 1.</param>
    /// <param name="alpha">Two-sided error, in (0, 1).</param>
    /// <remarks>From the non-central t law, integrated over the sample's standard deviation.</remarks>
    public static double OneSampleTPower(double effectSize, double count, double alpha = 0.05) =>
        TPower(effectSize * Math.Sqrt(count), count - 1, alpha);

    /// <summary>The n of a one-sample or paired t-test.</summary>
    /// <param name="effectSize">Mean over standard deviation, not 0.</param>
    /// <param name="alpha">Two-sided error, in (0, 1).</param>
    /// <param name="power">Probability to detect it, in (0, 1).</param>
    public static double OneSampleTItems(double effectSize, double alpha = 0.05, double power = 0.8)
    {
        CheckDifference(effectSize);
        return SolveItems(n => OneSampleTPower(effectSize, n, alpha), power);
    }

    /// <summary>The n of each of two independent groups of equal size under Student's t-test.</summary>
    /// <param name="effectSize">Difference of means over the common standard deviation, not 0.</param>
    /// <param name="alpha">Two-sided error, in (0, 1).</param>
    /// <param name="power">Probability to detect it, in (0, 1).</param>
    public static double TwoSampleTItems(double effectSize, double alpha = 0.05, double power = 0.8)
    {
        CheckDifference(effectSize);
        return SolveItems(n => TPower(effectSize * Math.Sqrt(n / 2), 2 * n - 2, alpha), power);
    }

    private static double SolveItems(Func<double, double> powerOf, double power)
    {
        double low = 1.5;
        double high = 4;
        while (powerOf(high) < power)
        {
            (low, high) = (high, 2 * high);
        }
        for (int step = 0; step < 80 && high - low > 1e-9 * high; step++)
        {
            double middle = 0.5 * (low + high);
            if (powerOf(middle) < power)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }
        return 0.5 * (low + high);
    }

    private static double TPower(double noncentrality, double degrees, double alpha)
    {
        double critical = Distributions.StudentCritical(alpha, degrees);
        return 1 - NoncentralTCdf(critical, degrees, noncentrality) + NoncentralTCdf(-critical, degrees, noncentrality);
    }

    /// <summary>P[(Z + δ) / S ≤ t] with S² = χ²/df, as the mean of Φ(t·s − δ) over the law of S.</summary>
    private static double NoncentralTCdf(double t, double degrees, double noncentrality)
    {
        double spread = 14 / Math.Sqrt(2 * degrees);
        double logScale = Math.Log(2) + degrees / 2 * Math.Log(degrees / 2) - SpecialFunctions.GammaLn(degrees / 2);
        return GaussLegendreRule.Integrate(
            s => Distributions.NormalCdf(t * s - noncentrality) * Math.Exp(logScale + (degrees - 1) * Math.Log(s) - degrees * s * s / 2),
            Math.Max(1e-12, 1 - spread), 1 + spread, 256);
    }

    private static double SquaredQuantiles(double alpha, double power)
    {
        if (!(power > 0 && power < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(power), power, $"The power is {power}; it must lie in (0, 1).");
        }
        double sum = Distributions.NormalCritical(alpha) + Distributions.NormalQuantile(power);
        return sum * sum;
    }

    private static void CheckDifference(double difference)
    {
        if (difference == 0 || !double.IsFinite(difference))
        {
            throw new ArgumentOutOfRangeException(nameof(difference), difference, $"The difference is {difference}; it must be finite and not 0.");
        }
    }
}
