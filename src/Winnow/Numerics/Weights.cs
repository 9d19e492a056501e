namespace Winnow.Numerics;

/// <summary>Weights that are at least 0 and not all 0; they need not sum to 1.</summary>
public static class Weights
{
    /// <summary>The sum of weights, after checking each.</summary>
    /// <param name="weights">Shape [N], N ≥ 1; finite, at least 0, not all 0.</param>
    /// <returns>Greater than 0.</returns>
    /// <exception cref="ArgumentException">There are none, one is negative or not finite, or all are 0.</exception>
    public static double Sum(ReadOnlySpan<double> weights)
    {
        if (weights.IsEmpty)
        {
            throw new ArgumentException("There are no weights; give at least one.", nameof(weights));
        }
        double sum = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            if (!(weights[i] >= 0) || double.IsInfinity(weights[i]))
            {
                throw new ArgumentException($"Weight {i} is {weights[i]}; weights must be finite and at least 0.", nameof(weights));
            }
            sum += weights[i];
        }
        return sum > 0
            ? sum
            : throw new ArgumentException($"All {weights.Length} weights are 0; at least one must be positive.", nameof(weights));
    }

    /// <summary>Kish's effective sample size, (Σ w)² / Σ w²: the number of equal weights that would vary as much.</summary>
    /// <param name="weights">Shape [N]; as for <see cref="Sum"/>.</param>
    /// <returns>From 1 to N.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Sum"/>.</exception>
    public static double EffectiveSampleSize(ReadOnlySpan<double> weights)
    {
        double total = Sum(weights);
        double squares = 0;
        foreach (double weight in weights)
        {
            double share = weight / total;
            squares += share * share;
        }
        return 1 / squares;
    }

    /// <summary>The index a uniform number selects: the first whose cumulative share exceeds it.</summary>
    /// <param name="weights">Shape [N]; as for <see cref="Sum"/>.</param>
    /// <param name="uniform">In [0, 1).</param>
    /// <returns>An index of positive weight; the last such where rounding leaves the number beyond the end.</returns>
    /// <remarks>Cost: O(N) a draw. For many draws from the same weights use <see cref="AliasTable"/>.</remarks>
    /// <exception cref="ArgumentException">As for <see cref="Sum"/>.</exception>
    public static int Choose(ReadOnlySpan<double> weights, double uniform)
    {
        double point = uniform * Sum(weights);
        double cumulative = 0;
        int last = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            if (weights[i] == 0)
            {
                continue;
            }
            cumulative += weights[i];
            last = i;
            if (cumulative > point)
            {
                break;
            }
        }
        return last;
    }
}
