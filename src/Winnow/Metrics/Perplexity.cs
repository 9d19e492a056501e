using System.Numerics.Tensors;

namespace Winnow.Metrics;

/// <summary>How surprised a model is by a text.</summary>
/// <param name="Tokens">Tokens predicted.</param>
/// <param name="MeanNats">Mean surprisal −ln p of a token.</param>
/// <param name="DeviationNats">Standard deviation of the surprisal over tokens, with n − 1; 0 for one token.</param>
/// <remarks>
/// Perplexities of different vocabularies are not comparable; bits per byte are. Of generated text, a low one means likely,
/// not good: report a measure of diversity beside it.
/// </remarks>
public sealed record Perplexity(int Tokens, double MeanNats, double DeviationNats)
{
    /// <summary>exp of the mean surprisal.</summary>
    public double Value => Math.Exp(MeanNats);

    /// <summary>Mean surprisal in bits.</summary>
    public double BitsPerToken => MeanNats / Math.Log(2);

    /// <summary>Reads a text's log-probabilities.</summary>
    /// <param name="tokenLogProbs">Shape [N ≥ 1]; natural logarithms, at most 0; −∞ allowed.</param>
    /// <exception cref="ArgumentException">There are none, or one is positive or NaN.</exception>
    public static Perplexity Of(ReadOnlySpan<double> tokenLogProbs)
    {
        if (tokenLogProbs.IsEmpty)
        {
            throw new ArgumentException("There are no log-probabilities; give at least one token.", nameof(tokenLogProbs));
        }
        foreach (double logProb in tokenLogProbs)
        {
            if (!(logProb <= 0))
            {
                throw new ArgumentException($"A log-probability is {logProb}; it must be at most 0.", nameof(tokenLogProbs));
            }
        }
        double mean = TensorPrimitives.Sum(tokenLogProbs) / tokenLogProbs.Length;
        double squares = 0;
        foreach (double logProb in tokenLogProbs)
        {
            squares += (logProb - mean) * (logProb - mean);
        }
        return new Perplexity(tokenLogProbs.Length, -mean, Math.Sqrt(squares / Math.Max(1, tokenLogProbs.Length - 1)));
    }

    /// <summary>Bits per byte: comparable between tokenizers.</summary>
    /// <param name="bytes">UTF-8 bytes of the text, at least 1.</param>
    public double BitsPerByte(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        return BitsPerToken * Tokens / bytes;
    }
}
