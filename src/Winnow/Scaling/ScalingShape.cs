using Winnow.Numerics;

namespace Winnow.Scaling;

/// <summary>Whether a score rises smoothly with size or jumps.</summary>
/// <param name="Improvement">I: range of the scores, negative where the largest comes before the smallest.</param>
/// <param name="Linearity">I over the root mean squared step: the number of steps where they are equal.</param>
/// <param name="Breakthroughness">I over the root median squared step; large where one step makes the difference; at most 1000 in size.</param>
/// <remarks>Source: Srivastava et al. (2022), BIG-bench. Denominators are at least 10⁻⁶ of the range; a flat curve gives 0.</remarks>
public sealed record ScalingShape(double Improvement, double Linearity, double Breakthroughness)
{
    private const double LeastShare = 1e-6;
    private const double Cap = 1000;

    /// <summary>Measures a curve.</summary>
    /// <param name="scores">Shape [N], N ≥ 4; by ascending size of the model.</param>
    /// <exception cref="ArgumentException">There are fewer than four sizes.</exception>
    public static ScalingShape Of(ReadOnlySpan<double> scores)
    {
        if (scores.Length < 4)
        {
            throw new ArgumentException($"There are {scores.Length} sizes; the shape of a curve needs at least four.", nameof(scores));
        }
        int highest = 0;
        int lowest = 0;
        for (int i = 1; i < scores.Length; i++)
        {
            if (scores[i] > scores[highest])
            {
                highest = i;
            }
            if (scores[i] < scores[lowest])
            {
                lowest = i;
            }
        }
        double range = scores[highest] - scores[lowest];
        if (range == 0)
        {
            return new ScalingShape(0, 0, 0);
        }
        double[] squares = new double[scores.Length - 1];
        for (int i = 0; i < squares.Length; i++)
        {
            squares[i] = (scores[i + 1] - scores[i]) * (scores[i + 1] - scores[i]);
        }
        double improvement = Math.Sign(highest - lowest) * range;
        double floor = LeastShare * range;
        return new ScalingShape(
            improvement,
            improvement / Math.Max(Math.Sqrt(Moments.Mean(squares)), floor),
            Math.Clamp(improvement / Math.Max(Math.Sqrt(Quantiles.Median(squares)), floor), -Cap, Cap));
    }
}
