using Winnow.Metrics.Corpora;
using Winnow.Numerics;

namespace Winnow.Metrics;

/// <summary>Percentiles of resampled means of several scores of the same texts, as ROUGE is reported.</summary>
/// <param name="Low">Shape [C]; the lower end for each score.</param>
/// <param name="Mid">Shape [C]; medians.</param>
/// <param name="High">Shape [C]; the upper end.</param>
public sealed record BootstrapPercentiles(double[] Low, double[] Mid, double[] High)
{
    /// <summary>Draws the texts anew with replacement; a text's scores stay together.</summary>
    /// <param name="scores">Shape [N ≥ 1][C].</param>
    /// <param name="uniforms">Seeded source.</param>
    /// <param name="confidence">Share between the ends, in (0, 1); default 0.95.</param>
    /// <param name="resamples">At least 1; default 1,000.</param>
    /// <remarks>Source: Lin (2004), as in Google's rouge_score. Cost: O(resamples · N · C).</remarks>
    /// <exception cref="ArgumentException">There are no rows, they differ in length, or a number lies outside its range.</exception>
    public static BootstrapPercentiles Of(IReadOnlyList<double[]> scores, IUniforms uniforms, double confidence = 0.95, int resamples = 1000)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(uniforms);
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);
        if (!(confidence > 0 && confidence < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, $"The confidence is {confidence}; it must lie in (0, 1).");
        }
        if (scores.Count == 0)
        {
            throw new ArgumentException("There are no scores; give at least one row.", nameof(scores));
        }
        int columns = scores[0].Length;
        foreach (double[] row in scores)
        {
            if (row.Length != columns)
            {
                throw new ArgumentException($"A row has {row.Length} scores and the first has {columns}; all must have the same.", nameof(scores));
            }
        }

        var means = new double[columns][];
        for (int c = 0; c < columns; c++)
        {
            means[c] = new double[resamples];
        }
        var sums = new double[columns];
        for (int r = 0; r < resamples; r++)
        {
            RandomWords words = RandomWords.At(uniforms, "bootstrap-percentiles", r);
            CorpusSums.Resample(scores, ref words, sums);
            for (int c = 0; c < columns; c++)
            {
                means[c][r] = sums[c] / scores.Count;
            }
        }

        double tail = (1 - confidence) / 2;
        var ends = new BootstrapPercentiles(new double[columns], new double[columns], new double[columns]);
        for (int c = 0; c < columns; c++)
        {
            Array.Sort(means[c]);
            ends.Low[c] = Quantiles.OfSorted(means[c], tail);
            ends.Mid[c] = Quantiles.OfSorted(means[c], 0.5);
            ends.High[c] = Quantiles.OfSorted(means[c], 1 - tail);
        }
        return ends;
    }
}
