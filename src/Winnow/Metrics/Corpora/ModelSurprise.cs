using System.Globalization;
using System.Text;

namespace Winnow.Metrics.Corpora;

/// <summary>How a model's surprise by a corpus is told.</summary>
public enum SurpriseKind
{
    /// <summary>exp of the mean surprisal of a token.</summary>
    Perplexity,

    /// <summary>Mean surprisal of a token, in bits.</summary>
    BitsPerToken,

    /// <summary>Standard deviation of the surprisal over tokens, in bits.</summary>
    DeviationOfBits,

    /// <summary>Surprisal of all tokens over all UTF-8 bytes, in bits: comparable between tokenizers.</summary>
    BitsPerByte,
}

/// <summary>How surprised a model is by a corpus, over all tokens together.</summary>
/// <param name="surprisals">Reads the texts.</param>
/// <param name="kind">How it is told.</param>
/// <remarks>
/// Low means likely, not good: report a measure of diversity beside it. Numbers of different models are not comparable, so
/// the signature names the model.
/// </remarks>
public sealed class ModelSurprise(TextSurprisals surprisals, SurpriseKind kind) : ICorpusMetric
{
    private static readonly double NatsPerBit = Math.Log(2);

    private readonly TextSurprisals _surprisals = surprisals ?? throw new ArgumentNullException(nameof(surprisals));

    /// <inheritdoc/>
    public string Name => kind switch
    {
        SurpriseKind.Perplexity => "perplexity",
        SurpriseKind.BitsPerToken => "bits per token",
        SurpriseKind.DeviationOfBits => "deviation of bits per token",
        _ => "bits per byte",
    };

    /// <inheritdoc/>
    public bool? IsHigherBetter => null;

    /// <inheritdoc/>
    public bool NeedsReferences => false;

    /// <inheritdoc/>
    public string Signature(int references = 1) => MetricSignature.Of(
        0, ("model", _surprisals.ModelName), ("window", _surprisals.Window.ToString(CultureInfo.InvariantCulture)));

    /// <inheritdoc/>
    /// <remarks>Sum and sum of squares of the surprisals in nats, tokens predicted, and bytes of texts that have such tokens.</remarks>
    /// <exception cref="ArgumentException">No text has a token that can be predicted.</exception>
    public double[][] Rows(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> referenceStreams)
    {
        ArgumentNullException.ThrowIfNull(hypotheses);
        double[][] tokens = _surprisals.Of(hypotheses);
        if (tokens.All(text => text.Length == 0))
        {
            throw new ArgumentException("No text has a token that can be predicted from another before it; give longer texts.", nameof(hypotheses));
        }
        return [.. tokens.Select((text, i) => (double[])
            [text.Sum(), text.Sum(nats => nats * nats), text.Length, text.Length > 0 ? Encoding.UTF8.GetByteCount(hypotheses[i]) : 0])];
    }

    /// <inheritdoc/>
    public double ScoreOf(ReadOnlySpan<double> sums)
    {
        (double nats, double squares, double tokens, double bytes) = (sums[0], sums[1], sums[2], sums[3]);
        if (tokens == 0)
        {
            return 0;
        }
        double mean = nats / tokens;
        return kind switch
        {
            SurpriseKind.Perplexity => Math.Exp(mean),
            SurpriseKind.BitsPerToken => mean / NatsPerBit,
            SurpriseKind.DeviationOfBits => tokens < 2 ? 0 : Math.Sqrt(Math.Max(0, squares - nats * mean) / (tokens - 1)) / NatsPerBit,
            _ => nats / bytes / NatsPerBit,
        };
    }
}
