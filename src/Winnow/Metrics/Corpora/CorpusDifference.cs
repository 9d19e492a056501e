using Winnow.Numerics;

namespace Winnow.Metrics.Corpora;

/// <summary>Whether one system's corpus score really differs from another's on the same texts.</summary>
/// <param name="Difference">Score of the first less that of the second.</param>
/// <param name="Low">2.5th percentile of the difference over resampled corpora.</param>
/// <param name="High">97.5th percentile.</param>
/// <param name="PBootstrap">Share of resampled differences that lie at least as far from their mean as the real one from 0.</param>
/// <param name="PRandomization">Share of corpora with randomly exchanged texts that differ at least as much as the real ones.</param>
/// <remarks>
/// Sources: Koehn (2004), "Statistical Significance Tests for Machine Translation Evaluation"; Riezler and Maxwell (2005),
/// "On Some Pitfalls in Automatic Evaluation and Significance Testing for MT". Both p-values are two-sided and count the
/// real corpus as one more draw. Differs from sacrebleu: differences equal to the real one count, so that a system beside
/// itself has p = 1. Cost: O((resamples + exchanges) · N · S).
/// </remarks>
public sealed record CorpusDifference(double Difference, double Low, double High, double PBootstrap, double PRandomization)
{
    private const double Tail = 0.025;

    /// <summary>The usual number of corpora with exchanged texts.</summary>
    public const int DefaultExchanges = 10_000;

    /// <summary>Compares two systems.</summary>
    /// <param name="metric">Whose rows they are.</param>
    /// <param name="first">Shape [N ≥ 1][S]; rows of the first system.</param>
    /// <param name="second">Shape [N][S]; rows of the second, of the same texts in the same order.</param>
    /// <param name="uniforms">Seeded source.</param>
    /// <param name="resamples">Corpora drawn for the interval, at least 1.</param>
    /// <param name="exchanges">Corpora with exchanged texts, at least 1.</param>
    /// <exception cref="ArgumentException">There are no rows, or not as many of both.</exception>
    public static CorpusDifference Of(
        ICorpusMetric metric, IReadOnlyList<double[]> first, IReadOnlyList<double[]> second, IUniforms uniforms,
        int resamples = CorpusScore.DefaultResamples, int exchanges = DefaultExchanges)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(uniforms);
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(exchanges, 1);
        if (first.Count == 0 || first.Count != second.Count)
        {
            throw new ArgumentException($"There are {first.Count} and {second.Count} rows; two systems are compared on the same texts, at least one.", nameof(second));
        }
        double difference = metric.ScoreOf(CorpusSums.Of(first)) - metric.ScoreOf(CorpusSums.Of(second));
        double[] resampled = Resampled(metric, first, second, uniforms, resamples);
        double mean = resampled.Average();
        double pBootstrap = (resampled.Count(d => Math.Abs(d - mean) >= Math.Abs(difference)) + 1.0) / (resamples + 1);
        double pRandomization = (Exchanged(metric, first, second, uniforms, exchanges).Count(d => Math.Abs(d) >= Math.Abs(difference)) + 1.0) / (exchanges + 1);
        Array.Sort(resampled);
        return new CorpusDifference(difference, Quantiles.OfSorted(resampled, Tail), Quantiles.OfSorted(resampled, 1 - Tail), pBootstrap, pRandomization);
    }

    private static double[] Resampled(ICorpusMetric metric, IReadOnlyList<double[]> first, IReadOnlyList<double[]> second, IUniforms uniforms, int resamples)
    {
        double[] differences = new double[resamples];
        double[] sums = new double[first[0].Length];
        for (int r = 0; r < resamples; r++)
        {
            // Both corpora are drawn from equal words, so that they hold the same texts.
            RandomWords words = RandomWords.At(uniforms, "corpus-bootstrap", r);
            RandomWords again = words;
            CorpusSums.Resample(first, ref words, sums);
            double score = metric.ScoreOf(sums);
            CorpusSums.Resample(second, ref again, sums);
            differences[r] = score - metric.ScoreOf(sums);
        }
        return differences;
    }

    private static double[] Exchanged(ICorpusMetric metric, IReadOnlyList<double[]> first, IReadOnlyList<double[]> second, IUniforms uniforms, int exchanges)
    {
        double[] differences = new double[exchanges];
        double[] a = new double[first[0].Length];
        double[] b = new double[a.Length];
        for (int r = 0; r < exchanges; r++)
        {
            RandomWords words = RandomWords.At(uniforms, "corpus-exchange", r);
            a.AsSpan().Clear();
            b.AsSpan().Clear();
            ulong bits = 0;
            for (int i = 0; i < first.Count; i++)
            {
                bits = i % 64 == 0 ? words.Next() : bits >> 1;
                (double[] toA, double[] toB) = (bits & 1) == 0 ? (first[i], second[i]) : (second[i], first[i]);
                for (int c = 0; c < a.Length; c++)
                {
                    a[c] += toA[c];
                    b[c] += toB[c];
                }
            }
            differences[r] = metric.ScoreOf(a) - metric.ScoreOf(b);
        }
        return differences;
    }
}
