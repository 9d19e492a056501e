using System.Buffers;
using System.Numerics.Tensors;
using Winnow.Decoding.Kernels;
using Winnow.Inference;

namespace Winnow.Decoding;

/// <summary>
/// Draws the next token: softmax at a temperature, then the inverse of the cumulative distribution in the order of
/// token ids at a given uniform number. The same logits and number always give the same token.
/// </summary>
/// <remarks>The cumulative sum is taken as <see cref="Candidates.Draw"/> takes it, in fixed point. Cost: O(V); no allocation after warm-up.</remarks>
public static class TokenSampler
{
    /// <summary>Draws a token.</summary>
    /// <param name="logits">Shape [V]; −∞ rules a token out; not all −∞, no NaN, no +∞.</param>
    /// <param name="temperature">Divides the logits; 0 or more; 0 means greedy.</param>
    /// <param name="uniform">In [0, 1).</param>
    /// <exception cref="ArgumentException">No logit is finite, or one is NaN or +∞.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The temperature or the uniform number is out of its range.</exception>
    public static TokenDraw Draw(ReadOnlySpan<float> logits, double temperature, double uniform)
    {
        if (!(temperature >= 0 && double.IsFinite(temperature)))
        {
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "A temperature must be finite and 0 or more; 0 means greedy.");
        }
        if (!(uniform is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(uniform), uniform, "A uniform number must lie in [0, 1).");
        }
        float scale = (float)(1 / temperature);
        if (!float.IsFinite(scale))
        {
            return Greedy(logits);
        }
        int best = ArgMax(logits);
        float[] buffer = ArrayPool<float>.Shared.Rent(logits.Length);
        Span<float> weights = buffer.AsSpan(0, logits.Length);
        double untempered = LogSoftmax.SumOfExponentials(logits, logits[best], 1, weights);
        if (scale != 1)
        {
            _ = LogSoftmax.SumOfExponentials(logits, logits[best], scale, weights);
        }
        int token = InverseCdf.Find(weights, (long)(uniform * FixedPoint.Sum(weights)));
        ArrayPool<float>.Shared.Return(buffer);
        return new TokenDraw(token, (double)logits[token] - logits[best] - Math.Log(untempered));
    }

    /// <summary>The most probable token, the lowest id among equals.</summary>
    /// <param name="logits">Shape [V]; as in <see cref="Draw"/>.</param>
    /// <exception cref="ArgumentException">No logit is finite, or one is NaN or +∞.</exception>
    public static TokenDraw Greedy(ReadOnlySpan<float> logits)
    {
        int best = ArgMax(logits);
        return new TokenDraw(best, LogSoftmax.At(logits, best));
    }

    /// <summary>Natural-log probability of a token.</summary>
    /// <param name="logits">Shape [V]; as in <see cref="Draw"/>.</param>
    /// <param name="token">Token id.</param>
    public static double LogProb(ReadOnlySpan<float> logits, int token)
    {
        _ = ArgMax(logits);
        return LogSoftmax.At(logits, token);
    }

    private static int ArgMax(ReadOnlySpan<float> logits)
    {
        int best = logits.IsEmpty ? -1 : TensorPrimitives.IndexOfMax(logits);
        if (best < 0 || !float.IsFinite(logits[best]))
        {
            string seen = best < 0 ? "there are none" : $"the largest is {logits[best]}";
            throw new ArgumentException($"Logits must hold a finite number and neither NaN nor +infinity; {seen}.", nameof(logits));
        }
        return best;
    }
}
