using System.Globalization;
using Winnow.Metrics.Tokenizers;

namespace Winnow.Metrics.Corpora;

/// <summary>Zipf coefficient of the tokens of all texts; text by people lies near 1.</summary>
/// <param name="tokenizer">Splits texts.</param>
/// <param name="lowercase">Whether case is ignored.</param>
/// <param name="maxRank">Ranks fitted at most.</param>
/// <remarks>Source: <see cref="ZipfCoefficient"/>.</remarks>
public sealed class PooledZipf(TextTokenizer tokenizer, bool lowercase = false, int maxRank = 5000) : ICollectionMetric
{
    /// <inheritdoc/>
    public string Name => "zipf";

    /// <inheritdoc/>
    public bool? IsHigherBetter => null;

    /// <inheritdoc/>
    public string Signature => MetricSignature.Of(
        0, ("case", lowercase ? "lc" : "mixed"), ("tok", tokenizer.Name), ("ranks", maxRank.ToString(CultureInfo.InvariantCulture)));

    /// <inheritdoc/>
    public double Score(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var reader = new SegmentReader(tokenizer, lowercase);
        List<long> counts = [];
        int[] buffer = [];
        foreach (string text in texts)
        {
            foreach (int token in reader.Read(text, ref buffer))
            {
                if (token == counts.Count)
                {
                    counts.Add(0);
                }
                counts[token]++;
            }
        }
        return ZipfCoefficient.Of(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(counts), maxRank);
    }
}
