namespace Winnow.Evaluation;

/// <summary>How evenly things spread over categories.</summary>
public static class Diversity
{
    /// <summary>Gini's coefficient of inequality: 0 where all are equal, (N − 1)/N where one has everything.</summary>
    /// <param name="values">Shape [N], N ≥ 1; at least 0, not all 0.</param>
    /// <exception cref="ArgumentException">There are no values, one is negative or not finite, or all are 0: then it is undefined.</exception>
    public static double Gini(ReadOnlySpan<double> values)
    {
        double total = Numerics.Weights.Sum(values);
        double[] sorted = values.ToArray();
        Array.Sort(sorted);
        double sum = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            sum += (2.0 * (i + 1) - sorted.Length - 1) * sorted[i];
        }
        return sum / (sorted.Length * total);
    }

    /// <summary>Shannon's entropy. Unit: nats; exp of it is the effective number of categories.</summary>
    /// <param name="counts">Shape [N]; at least 0, not all 0.</param>
    /// <exception cref="ArgumentException">A count is negative or not finite, or all are 0.</exception>
    public static double Entropy(ReadOnlySpan<double> counts)
    {
        double total = Numerics.Weights.Sum(counts);
        double entropy = 0;
        foreach (double count in counts)
        {
            entropy -= count > 0 ? count / total * Math.Log(count / total) : 0;
        }
        return entropy;
    }

    /// <summary>Simpson's concentration Σ p²: the probability that two draws agree.</summary>
    /// <param name="counts">Shape [N]; at least 0, not all 0.</param>
    /// <exception cref="ArgumentException">A count is negative or not finite, or all are 0.</exception>
    public static double Concentration(ReadOnlySpan<double> counts) => 1 / Numerics.Weights.EffectiveSampleSize(counts);

    /// <summary>Parity of two shares, (first − second) / (first + second): 0 where equal, ±1 where one is absent.</summary>
    /// <param name="first">At least 0.</param>
    /// <param name="second">At least 0.</param>
    /// <exception cref="ArgumentException">A share is negative or NaN, or both are 0: then it is undefined.</exception>
    public static double Parity(double first, double second) => first >= 0 && second >= 0 && first + second > 0
        ? (first - second) / (first + second)
        : throw new ArgumentException($"The shares are {first} and {second}; they must be at least 0 and not both 0.", nameof(second));
}
