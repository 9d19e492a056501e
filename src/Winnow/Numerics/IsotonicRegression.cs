namespace Winnow.Numerics;

/// <summary>The monotone step function nearest to data, used to turn scores into probabilities.</summary>
/// <remarks>Source: Ayer et al. (1955), pool adjacent violators; Zadrozny and Elkan (2002) for calibration.</remarks>
public sealed class IsotonicRegression
{
    private readonly double[] knots;
    private readonly double[] values;

    private IsotonicRegression(double[] knots, double[] values)
    {
        this.knots = knots;
        this.values = values;
    }

    /// <summary>The monotone sequence nearest to a sequence in weighted squares.</summary>
    /// <param name="y">Shape [N], N ≥ 1.</param>
    /// <param name="weights">Shape [N]; positive; empty means all equal.</param>
    /// <param name="increasing">False fits a falling sequence.</param>
    /// <returns>Shape [N].</returns>
    /// <remarks>Cost: O(N).</remarks>
    /// <exception cref="ArgumentException">There are no values, the shapes differ, or a weight is not positive.</exception>
    public static double[] FitSequence(ReadOnlySpan<double> y, ReadOnlySpan<double> weights = default, bool increasing = true)
    {
        if (y.IsEmpty || (!weights.IsEmpty && weights.Length != y.Length))
        {
            throw new ArgumentException($"There are {y.Length} values and {weights.Length} weights; give at least one value, and one weight for each or none.", nameof(weights));
        }
        double sign = increasing ? 1 : -1;
        // Blocks of pooled neighbours, kept on a stack: mean, weight, length.
        double[] means = new double[y.Length];
        double[] masses = new double[y.Length];
        int[] lengths = new int[y.Length];
        int top = -1;
        for (int i = 0; i < y.Length; i++)
        {
            double weight = weights.IsEmpty ? 1 : weights[i];
            if (!(weight > 0))
            {
                throw new ArgumentException($"Weight {i} is {weight}; it must be positive.", nameof(weights));
            }
            top++;
            (means[top], masses[top], lengths[top]) = (sign * y[i], weight, 1);
            while (top > 0 && means[top - 1] >= means[top])
            {
                double mass = masses[top - 1] + masses[top];
                means[top - 1] = (means[top - 1] * masses[top - 1] + means[top] * masses[top]) / mass;
                masses[top - 1] = mass;
                lengths[top - 1] += lengths[top];
                top--;
            }
        }
        double[] fitted = new double[y.Length];
        int filled = 0;
        for (int block = 0; block <= top; block++)
        {
            fitted.AsSpan(filled, lengths[block]).Fill(sign * means[block]);
            filled += lengths[block];
        }
        return fitted;
    }

    /// <summary>Learns a rising map from scores to outcomes.</summary>
    /// <param name="x">Shape [N], N ≥ 1; scores in any order; outcomes of equal scores are averaged first.</param>
    /// <param name="y">Shape [N]; outcomes, for example 0 and 1.</param>
    /// <param name="weights">Shape [N]; positive; empty means all equal.</param>
    /// <remarks>Cost: O(N log N).</remarks>
    /// <exception cref="ArgumentException">There are no values, the shapes differ, or a weight is not positive.</exception>
    public static IsotonicRegression Fit(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> weights = default)
    {
        if (x.Length != y.Length || x.IsEmpty || (!weights.IsEmpty && weights.Length != x.Length))
        {
            throw new ArgumentException($"There are {x.Length} scores, {y.Length} outcomes and {weights.Length} weights; give as many of each, at least one, or no weights.", nameof(y));
        }
        double[] masses = weights.IsEmpty ? [.. Enumerable.Repeat(1.0, x.Length)] : weights.ToArray();
        var groups = x.ToArray().Zip(y.ToArray(), masses)
            .GroupBy(item => item.First).OrderBy(group => group.Key)
            .Select(group => (group.Key, Mean: group.Sum(item => item.Second * item.Third) / group.Sum(item => item.Third), Mass: group.Sum(item => item.Third))).ToArray();
        double[] scores = [.. groups.Select(group => group.Key)];
        double[] means = [.. groups.Select(group => group.Mean)];
        double[] sums = [.. groups.Select(group => group.Mass)];
        return new IsotonicRegression(scores, FitSequence(means, sums));
    }

    /// <summary>The fitted value of a score: linear between the scores seen, constant outside.</summary>
    /// <param name="x">Any score but NaN.</param>
    public double Predict(double x)
    {
        int above = Array.BinarySearch(knots, x);
        if (above >= 0)
        {
            return values[above];
        }
        above = ~above;
        if (above == 0 || above == knots.Length)
        {
            return above == 0 ? values[0] : values[^1];
        }
        double share = (x - knots[above - 1]) / (knots[above] - knots[above - 1]);
        return values[above - 1] + share * (values[above] - values[above - 1]);
    }
}
