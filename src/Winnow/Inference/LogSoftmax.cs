using System.Buffers;
using System.Numerics.Tensors;
using Winnow.Inference.Kernels;

namespace Winnow.Inference;

/// <summary>Log-probabilities of single entries of a distribution given by logits.</summary>
/// <remarks>Exponentials in single precision, their sum in double precision in the order of the entries. No allocation after warm-up.</remarks>
public static class LogSoftmax
{
    /// <summary>Natural-log probability of one entry.</summary>
    /// <param name="logits">Shape [V]; −∞ rules an entry out; not all −∞, no NaN, no +∞.</param>
    /// <param name="entry">0 … V−1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such entry.</exception>
    public static double At(ReadOnlySpan<float> logits, int entry)
    {
        if ((uint)entry >= (uint)logits.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(entry), entry, $"There are logits 0 to {logits.Length - 1}.");
        }
        float max = TensorPrimitives.Max(logits);
        float[] buffer = ArrayPool<float>.Shared.Rent(logits.Length);
        double sum = SumOfExponentials(logits, max, 1, buffer.AsSpan(0, logits.Length));
        ArrayPool<float>.Shared.Return(buffer);
        return (double)logits[entry] - max - Math.Log(sum);
    }

    /// <summary>Weights e^((logit − max) · scale) and their sum.</summary>
    /// <param name="logits">Shape [V].</param>
    /// <param name="max">The largest logit.</param>
    /// <param name="scale">One over the temperature.</param>
    /// <param name="weights">Shape [V]; receives the weights.</param>
    public static double SumOfExponentials(ReadOnlySpan<float> logits, float max, float scale, Span<float> weights)
    {
        Exponential.Apply(logits, max, scale, weights);
        double sum = 0;
        foreach (float weight in weights)
        {
            sum += weight;
        }
        return sum;
    }
}
