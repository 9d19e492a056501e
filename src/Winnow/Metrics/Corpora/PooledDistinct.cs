using System.Globalization;
using Winnow.Metrics.Tokenizers;

namespace Winnow.Metrics.Corpora;

/// <summary>distinct-n over all texts together, 0..100.</summary>
/// <param name="order">n ≥ 1.</param>
/// <param name="tokenizer">Splits texts.</param>
/// <param name="lowercase">Whether case is ignored.</param>
/// <remarks>Source: <see cref="DistinctNGrams"/>. Falls with the number of tokens: compare equal numbers.</remarks>
public sealed class PooledDistinct(int order, TextTokenizer tokenizer, bool lowercase = false) : ICollectionMetric
{
    /// <inheritdoc/>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"distinct-{order}");

    /// <inheritdoc/>
    public bool? IsHigherBetter => true;

    /// <inheritdoc/>
    public string Signature => MetricSignature.Of(0, ("case", lowercase ? "lc" : "mixed"), ("tok", tokenizer.Name));

    /// <inheritdoc/>
    public double Score(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var reader = new SegmentReader(tokenizer, lowercase);
        var distinct = new DistinctNGrams(order);
        int[] buffer = [];
        foreach (string text in texts)
        {
            distinct.Add(reader.Read(text, ref buffer));
        }
        return 100 * distinct.Share;
    }
}
