using System.Globalization;
using Winnow.Metrics.Corpora;
using Winnow.Metrics.Tokenizers;

namespace Winnow.Metrics;

/// <summary>BLEU: the geometric mean of clipped n-gram precisions, with a penalty for texts shorter than their references.</summary>
/// <remarks>
/// Sources: Papineni et al. (2002), "BLEU: a Method for Automatic Evaluation of Machine Translation"; Post (2018), "A Call
/// for Clarity in Reporting BLEU Scores", whose tool gives the same numbers under the same signature. The reference length is
/// that closest to the hypothesis, the shorter of two equally close. Thread-safe. Cost: O(order × tokens).
/// </remarks>
public sealed class Bleu : ICorpusMetric
{
    /// <summary>Sets BLEU up.</summary>
    /// <param name="options">Null means sacrebleu's defaults.</param>
    public Bleu(BleuOptions? options = null) => Options = options ?? new BleuOptions();

    /// <summary>The settings.</summary>
    public BleuOptions Options { get; }

    /// <inheritdoc/>
    public string Name => "BLEU";

    /// <inheritdoc/>
    public bool? IsHigherBetter => true;

    /// <inheritdoc/>
    public bool NeedsReferences => true;

    /// <summary>The score of a corpus: counts are summed before they are divided.</summary>
    /// <param name="hypotheses">Shape [N].</param>
    /// <param name="referenceStreams">Shape [K][N]; <c>[k][i]</c> is the k-th reference of hypothesis i.</param>
    /// <exception cref="ArgumentException">There is no stream, or one differs in length.</exception>
    public BleuScore Corpus(IReadOnlyList<string> hypotheses, params IReadOnlyList<IReadOnlyList<string>> referenceStreams) =>
        BleuScore.Of(Count(hypotheses, referenceStreams), Options);

    /// <summary>The score of one text; set <see cref="BleuOptions.EffectiveOrder"/> for it.</summary>
    /// <param name="hypothesis">The text.</param>
    /// <param name="references">Shape [K].</param>
    /// <exception cref="ArgumentException">There is no reference.</exception>
    public BleuScore Sentence(string hypothesis, params IReadOnlyList<string> references) =>
        Corpus([hypothesis], ReferenceStreams.OfOne(references));

    /// <summary>The counts of a corpus.</summary>
    /// <param name="hypotheses">Shape [N].</param>
    /// <param name="referenceStreams">Shape [K][N].</param>
    /// <exception cref="ArgumentException">There is no stream, or one differs in length.</exception>
    public BleuStatistics Count(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> referenceStreams)
    {
        double[][] rows = Rows(hypotheses, referenceStreams);
        return rows.Length == 0 ? StatisticsOf(new double[2 * Options.MaxOrder + 2]) : StatisticsOf(CorpusSums.Of(rows));
    }

    /// <inheritdoc/>
    /// <remarks>Matches by order, totals by order, tokens of the hypothesis, tokens of the reference closest in length.</remarks>
    public double[][] Rows(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> referenceStreams)
    {
        ReferenceStreams.Check(hypotheses, referenceStreams);
        int order = Options.MaxOrder;
        var rows = new double[hypotheses.Count][];
        var matches = new long[order];
        var reader = new SegmentReader(Options.Tokenizer, Options.Lowercase);
        var counter = new ClippedMatches();
        (int[] kept, int[] buffer) = ([], []);
        for (int i = 0; i < hypotheses.Count; i++)
        {
            // The hypothesis is read before its references, and kept: its length decides which of theirs counts.
            ReadOnlySpan<int> hypothesis = reader.Read(hypotheses[i], ref kept);
            int length = hypothesis.Length;
            int closest = -1;
            counter.Clear();
            for (int k = 0; k < referenceStreams.Count; k++)
            {
                ReadOnlySpan<int> reference = reader.Read(referenceStreams[k][i], ref buffer);
                counter.AddReference(reference, order);
                closest = Closer(length, closest, reference.Length);
            }
            matches.AsSpan().Clear();
            counter.Take(hypothesis, matches);
            double[] row = rows[i] = new double[2 * order + 2];
            for (int n = 1; n <= order; n++)
            {
                (row[n - 1], row[order + n - 1]) = (matches[n - 1], ClippedMatches.Total(length, n));
            }
            (row[^2], row[^1]) = (length, closest);
        }
        return rows;
    }

    /// <inheritdoc/>
    public double ScoreOf(ReadOnlySpan<double> sums) => BleuScore.Of(StatisticsOf(sums), Options).Score;

    /// <summary>What a score depends on, in sacrebleu's form.</summary>
    /// <param name="references">References of each text.</param>
    public string Signature(int references = 1)
    {
        string value = Options.EffectiveSmoothingValue.ToString("F2", CultureInfo.InvariantCulture);
        return MetricSignature.Of(
            references,
            ("case", Options.Lowercase ? "lc" : "mixed"),
            ("eff", MetricSignature.YesNo(Options.EffectiveOrder)),
            ("tok", Options.Tokenizer.Name),
            ("smooth", Options.Smoothing switch
            {
                BleuSmoothing.Floor => $"floor[{value}]",
                BleuSmoothing.AddK => $"add-k[{value}]",
                BleuSmoothing.Exponential => "exp",
                _ => "none",
            }));
    }

    private BleuStatistics StatisticsOf(ReadOnlySpan<double> sums)
    {
        int order = Options.MaxOrder;
        (var matches, var totals) = (new long[order], new long[order]);
        for (int n = 0; n < order; n++)
        {
            (matches[n], totals[n]) = ((long)sums[n], (long)sums[order + n]);
        }
        return new BleuStatistics(matches, totals, (long)sums[^2], (long)sums[^1]);
    }

    /// <summary>The one of two reference lengths closer to the hypothesis; the shorter where both are.</summary>
    internal static int Closer(int length, int first, int second)
    {
        if (first < 0)
        {
            return second;
        }
        int difference = Math.Abs(length - second) - Math.Abs(length - first);
        return difference < 0 || (difference == 0 && second < first) ? second : first;
    }
}
