using Winnow.Numerics;

namespace Winnow.Metrics.Corpora;

/// <summary>Adds the rows of texts up.</summary>
internal static class CorpusSums
{
    /// <summary>The sum of all rows; shape [S], empty where there are no rows.</summary>
    public static double[] Of(IReadOnlyList<double[]> rows)
    {
        double[] sums = new double[rows.Count == 0 ? 0 : rows[0].Length];
        foreach (double[] row in rows)
        {
            Add(row, sums);
        }
        return sums;
    }

    /// <summary>The sum of as many rows as there are, drawn with replacement.</summary>
    /// <param name="rows">Shape [N][S].</param>
    /// <param name="words">Decides which.</param>
    /// <param name="sums">Shape [S]; receives the sum.</param>
    public static void Resample(IReadOnlyList<double[]> rows, ref RandomWords words, Span<double> sums)
    {
        sums.Clear();
        for (int i = 0; i < rows.Count; i++)
        {
            Add(rows[RandomWords.Below(words.Next() >>> 32, rows.Count)], sums);
        }
    }

    private static void Add(double[] row, Span<double> sums)
    {
        for (int c = 0; c < row.Length; c++)
        {
            sums[c] += row[c];
        }
    }
}
