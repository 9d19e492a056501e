using System.Numerics;

namespace Winnow.Inference.Kernels;

/// <summary>Which keys a query sees.</summary>
public enum AttentionMask
{
    /// <summary>All of them.</summary>
    None,

    /// <summary>Key s is seen by query t where s ≤ t.</summary>
    Causal,

    /// <summary>Causal, but the keys of the prefix are seen by every query.</summary>
    Prefix,
}

/// <summary>Scaled dot-product attention over arrays, the plain form: every kernel is held against it.</summary>
/// <remarks>Source: Vaswani et al. (2017); grouped queries: Ainslie et al. (2023). Cost: O(queries · keys · d) a head.</remarks>
public static class DenseAttention
{
    /// <summary>out = softmax(q Kᵀ · scale) V for one head.</summary>
    /// <param name="queries">Shape [T][d].</param>
    /// <param name="keys">Shape [S][d].</param>
    /// <param name="values">Shape [S][d].</param>
    /// <param name="width">Dimensions of a head, d.</param>
    /// <param name="mask">Which keys a query sees.</param>
    /// <param name="prefix">Keys that every query sees under <see cref="AttentionMask.Prefix"/>.</param>
    /// <param name="scale">Multiplies scores; 1/√d is usual.</param>
    /// <param name="output">Shape [T][d].</param>
    /// <typeparam name="T">Precision.</typeparam>
    /// <exception cref="ArgumentException">Shapes do not fit, or a query sees no key.</exception>
    public static void Apply<T>(
        ReadOnlySpan<T> queries, ReadOnlySpan<T> keys, ReadOnlySpan<T> values, int width, AttentionMask mask, int prefix, T scale, Span<T> output)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (queries.Length % width != 0 || keys.Length % width != 0 || keys.IsEmpty || values.Length != keys.Length || output.Length != queries.Length)
        {
            throw new ArgumentException(
                $"Queries ({queries.Length} numbers), keys ({keys.Length}), values ({values.Length}) and output ({output.Length}) must be rows of {width}, as many values as keys and at least one.", nameof(queries));
        }
        var weights = new T[keys.Length / width];
        for (int t = 0; t < queries.Length / width; t++)
        {
            ReadOnlySpan<T> query = queries.Slice(t * width, width);
            int seen = mask switch
            {
                AttentionMask.None => weights.Length,
                AttentionMask.Prefix => Math.Min(Math.Max(t + 1, prefix), weights.Length),
                _ => Math.Min(t + 1, weights.Length),
            };
            Softmax(query, keys, width, scale, weights.AsSpan(0, seen));
            Span<T> row = output.Slice(t * width, width);
            row.Clear();
            for (int s = 0; s < seen; s++)
            {
                for (int i = 0; i < width; i++)
                {
                    row[i] += weights[s] * values[(s * width) + i];
                }
            }
        }
    }

    private static void Softmax<T>(ReadOnlySpan<T> query, ReadOnlySpan<T> keys, int width, T scale, Span<T> weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T max = T.NegativeInfinity;
        for (int s = 0; s < weights.Length; s++)
        {
            T score = T.Zero;
            for (int i = 0; i < width; i++)
            {
                score += query[i] * keys[(s * width) + i];
            }
            weights[s] = score * scale;
            max = T.Max(max, weights[s]);
        }
        T sum = T.Zero;
        for (int s = 0; s < weights.Length; s++)
        {
            weights[s] = T.Exp(weights[s] - max);
            sum += weights[s];
        }
        for (int s = 0; s < weights.Length; s++)
        {
            weights[s] /= sum;
        }
    }
}
