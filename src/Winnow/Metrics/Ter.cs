using Winnow.Metrics.Corpora;
using Winnow.Metrics.Tokenizers;

namespace Winnow.Metrics;

/// <summary>A translation edit rate with what it was made of.</summary>
/// <param name="Score">100 · edits / reference length; 0 is best, above 100 possible.</param>
/// <param name="Edits">Insertions, deletions, substitutions and shifts.</param>
/// <param name="ReferenceLength">Words; of several references their mean.</param>
public sealed record TerScore(double Score, long Edits, double ReferenceLength);

/// <summary>TER: the least edits, moving a block of words being one, that turn a text into a reference, for each reference word.</summary>
/// <remarks>
/// Source: Snover et al. (2006), "A Study of Translation Edit Rate with Targeted Human Annotation", with the limits of its
/// implementation Tercom. The least edits over the references count, over their mean length. Gives sacrebleu's numbers under
/// the same signature. Thread-safe. Cost: see <see cref="ShiftedEditDistance"/>.
/// </remarks>
public sealed class Ter : ICorpusMetric
{
    private readonly TercomTokenizer _tokenizer;

    /// <summary>Sets TER up.</summary>
    /// <param name="options">Null means sacrebleu's defaults.</param>
    public Ter(TerOptions? options = null)
    {
        Options = options ?? new TerOptions();
        _tokenizer = new TercomTokenizer(Options);
    }

    /// <summary>The settings.</summary>
    public TerOptions Options { get; }

    /// <inheritdoc/>
    public string Name => "TER";

    /// <inheritdoc/>
    public bool? IsHigherBetter => false;

    /// <inheritdoc/>
    public bool NeedsReferences => true;

    /// <summary>The rate of a corpus: edits and lengths are summed before they are divided.</summary>
    /// <param name="hypotheses">Shape [N].</param>
    /// <param name="referenceStreams">Shape [K][N]; <c>[k][i]</c> is the k-th reference of hypothesis i.</param>
    /// <exception cref="ArgumentException">There is no stream, or one differs in length.</exception>
    public TerScore Corpus(IReadOnlyList<string> hypotheses, params IReadOnlyList<IReadOnlyList<string>> referenceStreams)
    {
        double[][] rows = Rows(hypotheses, referenceStreams);
        double[] sums = rows.Length == 0 ? [0, 0] : CorpusSums.Of(rows);
        return new TerScore(ScoreOf(sums), (long)sums[0], sums[1]);
    }

    /// <inheritdoc/>
    /// <remarks>Edits, and the mean length of the references.</remarks>
    public double[][] Rows(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> referenceStreams)
    {
        ReferenceStreams.Check(hypotheses, referenceStreams);
        var rows = new double[hypotheses.Count][];
        var reader = new SegmentReader(_tokenizer, lowercase: false);
        (int[] kept, int[] buffer) = ([], []);
        for (int i = 0; i < hypotheses.Count; i++)
        {
            ReadOnlySpan<int> hypothesis = reader.Read(hypotheses[i], ref kept);
            int fewest = int.MaxValue;
            int lengths = 0;
            for (int k = 0; k < referenceStreams.Count; k++)
            {
                ReadOnlySpan<int> reference = reader.Read(referenceStreams[k][i], ref buffer);
                fewest = Math.Min(fewest, ShiftedEditDistance.Between(hypothesis, reference));
                lengths += reference.Length;
            }
            rows[i] = [fewest, (double)lengths / referenceStreams.Count];
        }
        return rows;
    }

    /// <inheritdoc/>
    public double ScoreOf(ReadOnlySpan<double> sums) => 100 * (sums[1] > 0 ? sums[0] / sums[1] : sums[0] > 0 ? 1 : 0);

    /// <summary>The rate of one text.</summary>
    /// <param name="hypothesis">The text.</param>
    /// <param name="references">Shape [K].</param>
    /// <exception cref="ArgumentException">There is no reference.</exception>
    public TerScore Sentence(string hypothesis, params IReadOnlyList<string> references) =>
        Corpus([hypothesis], ReferenceStreams.OfOne(references));

    /// <summary>What a score depends on, in sacrebleu's form.</summary>
    /// <param name="references">References of each text.</param>
    public string Signature(int references = 1) => MetricSignature.Of(
        references,
        ("case", Options.CaseSensitive ? "mixed" : "lc"),
        ("tok", _tokenizer.Name),
        ("norm", MetricSignature.YesNo(Options.Normalized)),
        ("punct", MetricSignature.YesNo(!Options.NoPunctuation)),
        ("asian", MetricSignature.YesNo(Options.AsianSupport)));
}
