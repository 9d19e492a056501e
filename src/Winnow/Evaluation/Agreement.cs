using Winnow.Numerics;

namespace Winnow.Evaluation;

/// <summary>How far disagreement weighs in Cohen's κ.</summary>
public enum KappaWeights
{
    /// <summary>Any disagreement counts fully.</summary>
    None,

    /// <summary>By the distance of the categories' positions.</summary>
    Linear,

    /// <summary>By its square.</summary>
    Quadratic,
}

/// <summary>The scale of ratings in Krippendorff's α.</summary>
public enum MeasurementLevel
{
    /// <summary>Names: equal or not.</summary>
    Nominal,

    /// <summary>Order only.</summary>
    Ordinal,

    /// <summary>Differences mean something.</summary>
    Interval,

    /// <summary>Ratios mean something.</summary>
    Ratio,
}

/// <summary>Intraclass correlations of Shrout and Fleiss; the suffix K is for the mean of k raters.</summary>
/// <param name="Icc1">(1,1): each item has its own raters.</param>
/// <param name="Icc2">(2,1): the raters are a sample.</param>
/// <param name="Icc3">(3,1): these raters are the only ones of interest.</param>
/// <param name="Icc1K">(1,k).</param>
/// <param name="Icc2K">(2,k).</param>
/// <param name="Icc3K">(3,k).</param>
public sealed record IntraclassCorrelation(double Icc1, double Icc2, double Icc3, double Icc1K, double Icc2K, double Icc3K);

/// <summary>Agreement of raters or judges beyond chance.</summary>
public static class Agreement
{
    /// <summary>Cohen's κ of two raters.</summary>
    /// <param name="a">Shape [N]; categories as numbers; weights act on their position in sorted order.</param>
    /// <param name="b">Shape [N].</param>
    /// <param name="weights">How far a disagreement weighs.</param>
    /// <remarks>Source: Cohen (1960, 1968).</remarks>
    /// <exception cref="ArgumentException">The shapes differ, there are no items, or chance alone agrees always.</exception>
    public static double CohenKappa(ReadOnlySpan<double> a, ReadOnlySpan<double> b, KappaWeights weights = KappaWeights.None)
    {
        if (a.Length != b.Length || a.IsEmpty)
        {
            throw new ArgumentException($"The raters judged {a.Length} and {b.Length} items; give both for the same items, at least one.", nameof(b));
        }
        double[] categories = [.. a.ToArray().Union(b.ToArray()).Order()];
        double[] marginA = new double[categories.Length];
        double[] marginB = new double[categories.Length];
        double observed = 0;
        for (int i = 0; i < a.Length; i++)
        {
            int x = Array.BinarySearch(categories, a[i]);
            int y = Array.BinarySearch(categories, b[i]);
            marginA[x]++;
            marginB[y]++;
            observed += Distance(x, y);
        }
        double expected = 0;
        for (int x = 0; x < categories.Length; x++)
        {
            for (int y = 0; y < categories.Length; y++)
            {
                expected += marginA[x] * marginB[y] / a.Length * Distance(x, y);
            }
        }
        return expected > 0
            ? 1 - observed / expected
            : throw new ArgumentException("Both raters give one category only; agreement beyond chance is undefined.", nameof(b));

        double Distance(int x, int y) => weights switch
        {
            KappaWeights.Linear => Math.Abs(x - y),
            KappaWeights.Quadratic => (x - y) * (x - y),
            _ => x == y ? 0 : 1,
        };
    }

    /// <summary>Fleiss' κ of several raters.</summary>
    /// <param name="counts">Shape [N][C]: how many raters gave each category; every row sums to the same number, at least 2.</param>
    /// <remarks>Source: Fleiss (1971).</remarks>
    /// <exception cref="ArgumentException">The rows do not sum alike, or only one category occurs.</exception>
    public static double FleissKappa(IReadOnlyList<double[]> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        double raters = counts.Count == 0 ? 0 : counts[0].Sum();
        if (raters < 2 || counts.Any(row => row.Length != counts[0].Length || row.Sum() != raters))
        {
            throw new ArgumentException("Give at least one row of counts, all of one length and all summing to the same number of raters, at least two.", nameof(counts));
        }
        double observed = counts.Average(row => (row.Sum(c => c * c) - raters) / (raters * (raters - 1)));
        double expected = Enumerable.Range(0, counts[0].Length).Sum(c => Math.Pow(counts.Sum(row => row[c]) / (counts.Count * raters), 2));
        return expected < 1
            ? (observed - expected) / (1 - expected)
            : throw new ArgumentException("Only one category occurs; agreement beyond chance is undefined.", nameof(counts));
    }

    /// <summary>Krippendorff's α of any number of raters, with missing ratings.</summary>
    /// <param name="ratings">Shape [raters][items]; NaN where a rating is missing.</param>
    /// <param name="level">The scale of the ratings.</param>
    /// <remarks>Source: Krippendorff (2011). Items with fewer than two ratings do not count. Cost: O(V²) in the number of different values.</remarks>
    /// <exception cref="ArgumentException">No item has two ratings, or only one value occurs.</exception>
    public static double KrippendorffAlpha(IReadOnlyList<double[]> ratings, MeasurementLevel level)
    {
        ArgumentNullException.ThrowIfNull(ratings);
        if (ratings.Count == 0 || ratings.Any(rater => rater.Length != ratings[0].Length))
        {
            throw new ArgumentException("Give at least one rater, each with one entry for every item.", nameof(ratings));
        }
        double[][] units = [.. Enumerable.Range(0, ratings[0].Length)
            .Select(item => ratings.Select(rater => rater[item]).Where(value => !double.IsNaN(value)).ToArray())
            .Where(unit => unit.Length >= 2)];
        double[] values = [.. units.SelectMany(unit => unit).Distinct().Order()];
        if (values.Length < 2)
        {
            throw new ArgumentException("No item has two ratings, or only one value occurs; α is undefined.", nameof(ratings));
        }
        double[,] coincidences = new double[values.Length, values.Length];
        foreach (double[] unit in units)
        {
            for (int i = 0; i < unit.Length; i++)
            {
                for (int j = 0; j < unit.Length; j++)
                {
                    if (i != j)
                    {
                        coincidences[Array.BinarySearch(values, unit[i]), Array.BinarySearch(values, unit[j])] += 1.0 / (unit.Length - 1);
                    }
                }
            }
        }
        double[] margins = [.. Enumerable.Range(0, values.Length).Select(v => Enumerable.Range(0, values.Length).Sum(w => coincidences[v, w]))];
        double observed = 0;
        double expected = 0;
        for (int v = 0; v < values.Length; v++)
        {
            for (int w = 0; w < v; w++)
            {
                double distance = Distance(v, w);
                observed += coincidences[v, w] * distance;
                expected += margins[v] * margins[w] * distance;
            }
        }
        return 1 - (margins.Sum() - 1) * observed / expected;

        double Distance(int v, int w)
        {
            double gap = level switch
            {
                MeasurementLevel.Ordinal => margins[w..(v + 1)].Sum() - (margins[v] + margins[w]) / 2,
                MeasurementLevel.Interval => values[v] - values[w],
                MeasurementLevel.Ratio => (values[v] - values[w]) / (values[v] + values[w]),
                _ => 1,
            };
            return gap * gap;
        }
    }

    /// <summary>The intraclass correlations of a full table of ratings.</summary>
    /// <param name="ratings">Shape [items][raters], both at least 2.</param>
    /// <remarks>Source: Shrout and Fleiss (1979), by analysis of variance.</remarks>
    /// <exception cref="ArgumentException">There are fewer than two items or raters, or rows of different lengths.</exception>
    public static IntraclassCorrelation Intraclass(IReadOnlyList<double[]> ratings)
    {
        ArgumentNullException.ThrowIfNull(ratings);
        double n = ratings.Count;
        int raters = ratings.Count == 0 ? 0 : ratings[0].Length;
        if (n < 2 || raters < 2 || ratings.Any(row => row.Length != raters))
        {
            throw new ArgumentException("Give at least two items, each rated by the same raters, at least two.", nameof(ratings));
        }
        double k = raters;
        double mean = ratings.Average(row => Moments.Mean(row));
        double between = k * ratings.Sum(row => Math.Pow(Moments.Mean(row) - mean, 2));
        double columns = n * Enumerable.Range(0, raters).Sum(j => Math.Pow(ratings.Average(row => row[j]) - mean, 2));
        double total = ratings.Sum(row => row.Sum(value => (value - mean) * (value - mean)));
        double items = between / (n - 1);
        double judges = columns / (k - 1);
        double error = (total - between - columns) / ((n - 1) * (k - 1));
        double within = (total - between) / (n * (k - 1));
        return new IntraclassCorrelation(
            (items - within) / (items + (k - 1) * within),
            (items - error) / (items + (k - 1) * error + k * (judges - error) / n),
            (items - error) / (items + (k - 1) * error),
            (items - within) / items,
            (items - error) / (items + (judges - error) / n),
            (items - error) / items);
    }
}
