using System.Numerics.Tensors;

namespace Winnow.Metrics;

/// <summary>The greedy matching of token embeddings that BERTScore is: each token counts with its most similar one on the other side.</summary>
/// <param name="Precision">Mean over the hypothesis, −1..1.</param>
/// <param name="Recall">Mean over the reference, −1..1.</param>
/// <param name="F1">Harmonic mean of both; 0 where their sum is.</param>
/// <remarks>
/// Source: Zhang et al. (2020), "BERTScore: Evaluating Text Generation with BERT". Works with any token embeddings; call the
/// result BERTScore only with the model and layer beside it, since numbers of different encoders are not comparable.
/// </remarks>
public sealed record TokenMatching(double Precision, double Recall, double F1)
{
    /// <summary>What roberta-large, layer 17, gives unrelated English sentences, as bert_score publishes it: the baseline of most reported numbers.</summary>
    public static TokenMatching RobertaLargeEnglishBaseline { get; } = new(0.83150584, 0.8314941, 0.83122575);

    /// <summary>Matches two texts.</summary>
    /// <param name="reference">Shape [R ≥ 1][D]; embeddings of its tokens, not all 0.</param>
    /// <param name="hypothesis">Shape [H ≥ 1][D].</param>
    /// <param name="referenceWeights">Shape [R]; see <see cref="InverseDocumentFrequency"/>; empty means all equal.</param>
    /// <param name="hypothesisWeights">Shape [H]; empty means all equal.</param>
    /// <remarks>Cost: O(R·H·D).</remarks>
    /// <exception cref="ArgumentException">A side is empty, or the shapes differ.</exception>
    public static TokenMatching Of(
        IReadOnlyList<float[]> reference, IReadOnlyList<float[]> hypothesis,
        ReadOnlySpan<double> referenceWeights = default, ReadOnlySpan<double> hypothesisWeights = default)
    {
        Check(reference, referenceWeights, nameof(reference));
        Check(hypothesis, hypothesisWeights, nameof(hypothesis));
        float[] bestForReference = Fill(reference.Count);
        float[] bestForHypothesis = Fill(hypothesis.Count);
        for (int r = 0; r < reference.Count; r++)
        {
            for (int h = 0; h < hypothesis.Count; h++)
            {
                if (reference[r].Length != hypothesis[h].Length)
                {
                    throw new ArgumentException($"Embeddings have {reference[r].Length} and {hypothesis[h].Length} numbers; all must have the same.", nameof(hypothesis));
                }
                float cosine = TensorPrimitives.CosineSimilarity(reference[r], hypothesis[h]);
                bestForReference[r] = Math.Max(bestForReference[r], cosine);
                bestForHypothesis[h] = Math.Max(bestForHypothesis[h], cosine);
            }
        }
        double precision = WeightedMean(bestForHypothesis, hypothesisWeights);
        double recall = WeightedMean(bestForReference, referenceWeights);
        return new TokenMatching(precision, recall, precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall));
    }

    /// <summary>The score on a scale where a baseline is 0 and 1 stays 1.</summary>
    /// <param name="baseline">The model and layer's score of unrelated sentences.</param>
    public TokenMatching Rescaled(TokenMatching baseline)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        return new TokenMatching(Rescale(Precision, baseline.Precision), Rescale(Recall, baseline.Recall), Rescale(F1, baseline.F1));
    }

    /// <summary>A token's weight: ln((N + 1) / (df + 1)).</summary>
    /// <param name="documents">N: references in the corpus, at least 0.</param>
    /// <param name="documentFrequency">Those that contain the token, 0..N.</param>
    public static double InverseDocumentFrequency(long documents, long documentFrequency)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(documentFrequency);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(documentFrequency, documents);
        return Math.Log((documents + 1.0) / (documentFrequency + 1.0));
    }

    private static double Rescale(double score, double baseline) => (score - baseline) / (1 - baseline);

    private static float[] Fill(int count)
    {
        var best = new float[count];
        best.AsSpan().Fill(float.NegativeInfinity);
        return best;
    }

    private static double WeightedMean(float[] values, ReadOnlySpan<double> weights)
    {
        (double sum, double total) = (0, 0);
        for (int i = 0; i < values.Length; i++)
        {
            double weight = weights.IsEmpty ? 1 : weights[i];
            sum += weight * values[i];
            total += weight;
        }
        return total == 0 ? 0 : sum / total;
    }

    private static void Check(IReadOnlyList<float[]> embeddings, ReadOnlySpan<double> weights, string name)
    {
        ArgumentNullException.ThrowIfNull(embeddings, name);
        if (embeddings.Count == 0)
        {
            throw new ArgumentException("There are no embeddings; give at least one token.", name);
        }
        if (!weights.IsEmpty && weights.Length != embeddings.Count)
        {
            throw new ArgumentException($"There are {weights.Length} weights and {embeddings.Count} tokens; give one for each, or none.", name);
        }
    }
}
