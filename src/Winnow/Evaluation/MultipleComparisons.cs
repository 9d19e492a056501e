namespace Winnow.Evaluation;

/// <summary>
/// P-values adjusted for making several tests at once; a test is significant where its adjusted p-value is at most
/// α. Results stand in input order.
/// </summary>
public static class MultipleComparisons
{
    /// <summary>Bonferroni: m·p. Controls the probability of any false claim.</summary>
    /// <param name="pValues">Shape [M]; each 0 … 1.</param>
    /// <exception cref="ArgumentException">A p-value lies outside [0, 1] or is NaN.</exception>
    public static double[] Bonferroni(ReadOnlySpan<double> pValues)
    {
        Check(pValues);
        double[] adjusted = new double[pValues.Length];
        for (int i = 0; i < adjusted.Length; i++)
        {
            adjusted[i] = Math.Min(1, pValues.Length * pValues[i]);
        }
        return adjusted;
    }

    /// <summary>Holm's step-down: never above Bonferroni, with the same guarantee. The default within one table.</summary>
    /// <param name="pValues">Shape [M]; each 0 … 1.</param>
    /// <remarks>Source: Holm (1979). Cost: O(M log M).</remarks>
    /// <exception cref="ArgumentException">A p-value lies outside [0, 1] or is NaN.</exception>
    public static double[] Holm(ReadOnlySpan<double> pValues)
    {
        int[] order = Order(pValues);
        double[] adjusted = new double[order.Length];
        double largest = 0;
        for (int rank = 0; rank < order.Length; rank++)
        {
            largest = Math.Max(largest, (order.Length - rank) * pValues[order[rank]]);
            adjusted[order[rank]] = Math.Min(1, largest);
        }
        return adjusted;
    }

    /// <summary>Benjamini and Hochberg's step-up: bounds the expected share of false claims among all claims. For sweeps of tens of cells.</summary>
    /// <param name="pValues">Shape [M]; each 0 … 1; independent or positively dependent.</param>
    /// <remarks>Source: Benjamini and Hochberg (1995). Cost: O(M log M).</remarks>
    /// <exception cref="ArgumentException">A p-value lies outside [0, 1] or is NaN.</exception>
    public static double[] BenjaminiHochberg(ReadOnlySpan<double> pValues) => StepUp(pValues, 1);

    /// <summary>Benjamini and Yekutieli's step-up: the same under any dependence, for a factor Σ 1/j.</summary>
    /// <param name="pValues">Shape [M]; each 0 … 1.</param>
    /// <remarks>Source: Benjamini and Yekutieli (2001). Cost: O(M log M).</remarks>
    /// <exception cref="ArgumentException">A p-value lies outside [0, 1] or is NaN.</exception>
    public static double[] BenjaminiYekutieli(ReadOnlySpan<double> pValues)
    {
        double harmonic = 0;
        for (int j = 1; j <= pValues.Length; j++)
        {
            harmonic += 1.0 / j;
        }
        return StepUp(pValues, harmonic);
    }

    private static double[] StepUp(ReadOnlySpan<double> pValues, double factor)
    {
        int[] order = Order(pValues);
        double[] adjusted = new double[order.Length];
        double least = 1;
        for (int rank = order.Length; rank >= 1; rank--)
        {
            least = Math.Min(least, factor * order.Length / rank * pValues[order[rank - 1]]);
            adjusted[order[rank - 1]] = least;
        }
        return adjusted;
    }

    private static int[] Order(ReadOnlySpan<double> pValues)
    {
        Check(pValues);
        int[] order = new int[pValues.Length];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }
        Array.Sort(pValues.ToArray(), order);
        return order;
    }

    private static void Check(ReadOnlySpan<double> pValues)
    {
        for (int i = 0; i < pValues.Length; i++)
        {
            if (!(pValues[i] >= 0 && pValues[i] <= 1))
            {
                throw new ArgumentException($"P-value {i} is {pValues[i]}; it must lie in [0, 1].", nameof(pValues));
            }
        }
    }
}
