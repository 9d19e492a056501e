using MathNet.Numerics;
using Winnow.Numerics;

namespace Winnow.Evaluation;

/// <summary>Tests of counts: proportions of independent samples, and tables.</summary>
public static class ContingencyTables
{
    /// <summary>The z-test of two independent proportions with pooled variance.</summary>
    /// <param name="successes1">0 … trials1.</param>
    /// <param name="trials1">At least 1.</param>
    /// <param name="successes2">0 … trials2.</param>
    /// <param name="trials2">At least 1.</param>
    /// <returns>z of p₁ − p₂ and the two-sided p-value; z = 0 and p = 1 where both samples are all failures or all successes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A count lies outside its range.</exception>
    public static (double Z, double PValue) TwoProportions(int successes1, int trials1, int successes2, int trials2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials1, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(trials2, 1);
        double pooled = (double)(successes1 + successes2) / (trials1 + trials2);
        if (pooled is 0 or 1)
        {
            return (0, 1);
        }
        double error = Math.Sqrt(pooled * (1 - pooled) * (1.0 / trials1 + 1.0 / trials2));
        double z = ((double)successes1 / trials1 - (double)successes2 / trials2) / error;
        return (z, 2 * Distributions.NormalCdf(-Math.Abs(z)));
    }

    /// <summary>Pearson's χ² test of independence.</summary>
    /// <param name="table">Shape [R][C], R, C ≥ 2; counts.</param>
    /// <param name="yates">Whether Yates' correction is made in a 2 × 2 table.</param>
    /// <returns>The statistic, its degrees of freedom, the p-value, and the counts expected.</returns>
    /// <exception cref="ArgumentException">The table is not a table of counts, or a row or column sums to 0.</exception>
    public static (double Statistic, int DegreesOfFreedom, double PValue, double[][] Expected) Independence(
        IReadOnlyList<double[]> table, bool yates = false)
    {
        ArgumentNullException.ThrowIfNull(table);
        int rows = table.Count;
        int columns = rows == 0 ? 0 : table[0].Length;
        if (rows < 2 || columns < 2 || table.Any(row => row.Length != columns || row.Any(count => !(count >= 0))))
        {
            throw new ArgumentException("Give at least two rows of one length, at least two, with counts of at least 0.", nameof(table));
        }
        double[] rowSums = [.. table.Select(row => row.Sum())];
        double[] columnSums = [.. Enumerable.Range(0, columns).Select(c => table.Sum(row => row[c]))];
        if (rowSums.Contains(0) || columnSums.Contains(0))
        {
            throw new ArgumentException("A row or column sums to 0; leave it out.", nameof(table));
        }
        double total = rowSums.Sum();
        double[][] expected = [.. rowSums.Select(row => columnSums.Select(column => row * column / total).ToArray())];
        int degrees = (rows - 1) * (columns - 1);
        double statistic = 0;
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++)
            {
                double gap = Math.Abs(table[r][c] - expected[r][c]);
                if (yates && degrees == 1)
                {
                    gap -= Math.Min(0.5, gap);
                }
                statistic += gap * gap / expected[r][c];
            }
        }
        return (statistic, degrees, Distributions.ChiSquareSurvival(statistic, degrees), expected);
    }

    /// <summary>Fisher's exact test of a 2 × 2 table [[a, b], [c, d]].</summary>
    /// <param name="a">Count, at least 0.</param>
    /// <param name="b">Count, at least 0.</param>
    /// <param name="c">Count, at least 0.</param>
    /// <param name="d">Count, at least 0.</param>
    /// <returns>
    /// The two-sided p-value (all tables no more likely than the observed one, with a relative slack of 10⁻⁷), the one-sided
    /// ones, and the sample odds ratio ad/(bc).
    /// </returns>
    /// <remarks>Cost: O(least margin).</remarks>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative.</exception>
    public static (double TwoSided, double Greater, double Less, double OddsRatio) Fisher(int a, int b, int c, int d)
    {
        const double Slack = 1e-7;
        ArgumentOutOfRangeException.ThrowIfNegative(a);
        ArgumentOutOfRangeException.ThrowIfNegative(b);
        ArgumentOutOfRangeException.ThrowIfNegative(c);
        ArgumentOutOfRangeException.ThrowIfNegative(d);
        int row = a + b;
        int column = a + c;
        int total = row + c + d;
        double observed = Probability(a);
        double twoSided = 0;
        double greater = 0;
        double less = 0;
        for (int x = Math.Max(0, row + column - total); x <= Math.Min(row, column); x++)
        {
            double probability = Probability(x);
            twoSided += probability <= observed * (1 + Slack) ? probability : 0;
            greater += x >= a ? probability : 0;
            less += x <= a ? probability : 0;
        }
        return (Math.Min(1, twoSided), Math.Min(1, greater), Math.Min(1, less), (double)a * d / ((double)b * c));

        double Probability(int x) => Math.Exp(
            SpecialFunctions.BinomialLn(row, x) + SpecialFunctions.BinomialLn(total - row, column - x) - SpecialFunctions.BinomialLn(total, column));
    }
}
