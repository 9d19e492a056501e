using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Winnow.Decoding.Kernels;

/// <summary>
/// Sums of softmax weights in fixed point. Integer sums do not depend on the order of their terms, so a mass that is
/// accumulated by histogram, by block or along a sorted list is the same number, and kept sets agree exactly.
/// </summary>
/// <remarks>One unit is 2⁻⁴³ of the largest weight: 2²⁰ tokens fit, and what is cut off below is under 10⁻⁷ of the mass.</remarks>
internal static class FixedPoint
{
    /// <summary>A weight of 1.</summary>
    public const double One = 1L << 43;

    /// <summary>The most weights that can be summed.</summary>
    public const int MaxTerms = 1 << 20;

    /// <summary>A weight in [0, 1] in units of 2⁻⁴³.</summary>
    public static long Of(float weight) => (long)(weight * One);

    /// <summary>Sum of weights in [0, 1].</summary>
    public static long Sum(ReadOnlySpan<float> weights)
    {
        long total = 0;
        int i = 0;
        if (Vector512.IsHardwareAccelerated && weights.Length >= Vector512<float>.Count)
        {
            Vector512<long> low = default, high = default;
            Vector512<double> one = Vector512.Create(One);
            ref float start = ref MemoryMarshal.GetReference(weights);
            for (; i <= weights.Length - Vector512<float>.Count; i += Vector512<float>.Count)
            {
                (Vector512<double> a, Vector512<double> b) = Vector512.Widen(Vector512.LoadUnsafe(ref start, (nuint)i));
                low += Vector512.ConvertToInt64(a * one);
                high += Vector512.ConvertToInt64(b * one);
            }
            total = Vector512.Sum(low + high);
        }
        for (; i < weights.Length; i++)
        {
            total += Of(weights[i]);
        }
        return total;
    }
}
