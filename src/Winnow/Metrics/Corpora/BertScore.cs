using Winnow.Inference.Embeddings;

namespace Winnow.Metrics.Corpora;

/// <summary>BERTScore: mean F1 of matching the contextual embeddings of tokens, 0..100; of several references the best of each text.</summary>
/// <remarks>
/// Source: Zhang et al. (2020), "BERTScore: Evaluating Text Generation with BERT". The last layer of the encoder; the first
/// and last token of each text, which are special, weigh nothing. Not rescaled. A text is cut at the encoder's longest.
/// Numbers of different encoders are not comparable, so the signature names the encoder. Thread-safe. Cost: reading every
/// text, and O(product of lengths · width); memory for the states of a few hundred texts.
/// </remarks>
public sealed class BertScore : ICorpusMetric
{
    private const int TextsAtOnce = 256;

    private readonly EncoderEmbedder _encoder;
    private readonly bool _weighsByRarity;

    /// <summary>Sets it up.</summary>
    /// <param name="encoder">Reads texts; stays the caller's.</param>
    /// <param name="weighsByRarity">Whether tokens weigh by their inverse document frequency among the references.</param>
    public BertScore(EncoderEmbedder encoder, bool weighsByRarity = false)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        (_encoder, _weighsByRarity) = (encoder, weighsByRarity);
    }

    /// <inheritdoc/>
    public string Name => "BERTScore";

    /// <inheritdoc/>
    public bool? IsHigherBetter => true;

    /// <inheritdoc/>
    public bool NeedsReferences => true;

    /// <inheritdoc/>
    public string Signature(int references = 1) => MetricSignature.Of(
        references, ("model", _encoder.Name), ("layer", "last"), ("idf", MetricSignature.YesNo(_weighsByRarity)), ("rescale", "no"));

    /// <inheritdoc/>
    /// <remarks>F1 of the text, and 1.</remarks>
    public double[][] Rows(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> referenceStreams)
    {
        ReferenceStreams.Check(hypotheses, referenceStreams);
        Dictionary<int, int> frequencies = _weighsByRarity ? Frequencies(referenceStreams) : [];
        long documents = (long)hypotheses.Count * referenceStreams.Count;
        var rows = new double[hypotheses.Count][];
        for (int first = 0; first < rows.Length; first += TextsAtOnce)
        {
            (int start, int end) = (first, Math.Min(rows.Length, first + TextsAtOnce));
            var texts = _encoder.EmbedTokens([.. hypotheses.Skip(start).Take(end - start)]);
            var streams = referenceStreams.Select(stream => _encoder.EmbedTokens([.. stream.Skip(start).Take(end - start)])).ToArray();
            Parallel.For(start, end, i =>
            {
                float[][] vectors = Vectors(texts[i - start]);
                double[] weights = Weights(texts[i - start].Tokens, frequencies, documents);
                double best = double.NegativeInfinity;
                foreach (var stream in streams)
                {
                    var reference = stream[i - start];
                    best = Math.Max(best, TokenMatching.Of(Vectors(reference), vectors, Weights(reference.Tokens, frequencies, documents), weights).F1);
                }
                rows[i] = [100 * best, 1];
            });
        }
        return rows;
    }

    /// <inheritdoc/>
    public double ScoreOf(ReadOnlySpan<double> sums) => sums[1] > 0 ? sums[0] / sums[1] : 0;

    private Dictionary<int, int> Frequencies(IReadOnlyList<IReadOnlyList<string>> streams)
    {
        Dictionary<int, int> frequencies = [];
        foreach (int token in streams.SelectMany(stream => stream).SelectMany(text => _encoder.TokensOf(text).Distinct()))
        {
            frequencies[token] = frequencies.GetValueOrDefault(token) + 1;
        }
        return frequencies;
    }

    private float[][] Vectors((int[] Tokens, float[] States) text) =>
        [.. Enumerable.Range(0, text.Tokens.Length).Select(t => text.States[(t * _encoder.Width)..((t + 1) * _encoder.Width)])];

    private double[] Weights(int[] tokens, Dictionary<int, int> frequencies, long documents)
    {
        double[] weights = Array.ConvertAll(tokens, token => _weighsByRarity ? TokenMatching.InverseDocumentFrequency(documents, frequencies.GetValueOrDefault(token)) : 1);
        (weights[0], weights[^1]) = (0, 0);
        return weights;
    }
}
