using Winnow.Numerics;

namespace Winnow.Metrics.Corpora;

/// <summary>A corpus score with an interval.</summary>
/// <param name="Score">The score of the texts as they are.</param>
/// <param name="Low">2.5th percentile of the score over resampled corpora; NaN where nothing was resampled.</param>
/// <param name="High">97.5th percentile.</param>
/// <remarks>Source: Koehn (2004), "Statistical Significance Tests for Machine Translation Evaluation". Cost: O(resamples · N · S).</remarks>
public sealed record CorpusScore(double Score, double Low, double High)
{
    private const double Tail = 0.025;

    /// <summary>The usual number of resampled corpora.</summary>
    public const int DefaultResamples = 1000;

    /// <summary>Scores the rows of a metric and draws corpora of as many texts with replacement.</summary>
    /// <param name="metric">Whose rows they are.</param>
    /// <param name="rows">Shape [N ≥ 1][S].</param>
    /// <param name="uniforms">Seeded source.</param>
    /// <param name="resamples">Corpora drawn, at least 0.</param>
    /// <exception cref="ArgumentException">There are no rows.</exception>
    public static CorpusScore Of(ICorpusMetric metric, IReadOnlyList<double[]> rows, IUniforms uniforms, int resamples = DefaultResamples)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(uniforms);
        ArgumentOutOfRangeException.ThrowIfNegative(resamples);
        if (rows.Count == 0)
        {
            throw new ArgumentException("There are no rows; a corpus has at least one text.", nameof(rows));
        }
        double score = metric.ScoreOf(CorpusSums.Of(rows));
        if (resamples == 0)
        {
            return new CorpusScore(score, double.NaN, double.NaN);
        }
        double[] scores = new double[resamples];
        double[] sums = new double[rows[0].Length];
        for (int r = 0; r < resamples; r++)
        {
            RandomWords words = RandomWords.At(uniforms, "corpus-bootstrap", r);
            CorpusSums.Resample(rows, ref words, sums);
            scores[r] = metric.ScoreOf(sums);
        }
        Array.Sort(scores);
        return new CorpusScore(score, Quantiles.OfSorted(scores, Tail), Quantiles.OfSorted(scores, 1 - Tail));
    }
}
