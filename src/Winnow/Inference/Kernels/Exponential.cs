using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Winnow.Inference.Kernels;

/// <summary>The exponential function in single precision, sixteen at a time.</summary>
/// <remarks>
/// Every operation is exactly rounded by definition, so code that is not yet compiled for speed gives the same bits as
/// code that is; library functions built on estimates do not promise that. Relative error below 3e-7; results under
/// 2^−126 become 0. Source of the polynomial: Moshier, Cephes Mathematical Library, expf.
/// </remarks>
internal static class Exponential
{
    private const float Log2E = 1.44269504f;
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;
    private const float Lowest = -87.3365f;
    private const float Highest = 88.3762f;

    // Adding 1.5 · 2^23 leaves the nearest whole number in the low bits.
    private const float Rounder = 12_582_912f;

    /// <summary>values = e^((values − shift) · scale).</summary>
    public static void Apply(ReadOnlySpan<float> values, float shift, float scale, Span<float> results)
    {
        int i = 0;
        for (; i + Vector512<float>.Count <= values.Length; i += Vector512<float>.Count)
        {
            Of((Vector512.Create(values[i..]) - Vector512.Create(shift)) * scale).CopyTo(results[i..]);
        }
        if (i < values.Length)
        {
            Span<float> rest = stackalloc float[Vector512<float>.Count];
            rest.Clear();
            values[i..].CopyTo(rest);
            Of((Vector512.Create<float>(rest) - Vector512.Create(shift)) * scale).CopyTo(rest);
            rest[..(values.Length - i)].CopyTo(results[i..]);
        }
    }

    /// <summary>scores = e^((scores − their maximum) · scale), the numerators of a softmax.</summary>
    /// <returns>Their sum: sixteen partial sums by position, added up in one order.</returns>
    public static float OfScores(Span<float> scores, float scale)
    {
        Apply(scores, TensorPrimitives.Max<float>(scores), scale, scores);
        Vector512<float> sums = Vector512<float>.Zero;
        int i = 0;
        for (; i + Vector512<float>.Count <= scores.Length; i += Vector512<float>.Count)
        {
            sums += Vector512.Create<float>(scores[i..]);
        }
        float sum = 0;
        for (int lane = 0; lane < Vector512<float>.Count; lane++)
        {
            sum += sums[lane];
        }
        for (; i < scores.Length; i++)
        {
            sum += scores[i];
        }
        return sum;
    }

    /// <summary>e^x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Of(Vector512<float> x)
    {
        Vector512<float> shifted = Vector512.FusedMultiplyAdd(x, Vector512.Create(Log2E), Vector512.Create(Rounder));
        Vector512<float> whole = shifted - Vector512.Create(Rounder);
        Vector512<float> r = Vector512.FusedMultiplyAdd(whole, Vector512.Create(-Ln2High), x);
        r = Vector512.FusedMultiplyAdd(whole, Vector512.Create(-Ln2Low), r);
        Vector512<float> p = Vector512.Create(1.9875691500e-4f);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1.3981999507e-3f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(8.3334519073e-3f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(4.1665795894e-2f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1.6666665459e-1f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(5.0000001201e-1f));
        p = Vector512.FusedMultiplyAdd(p, r * r, r) + Vector512<float>.One;
        Vector512<int> exponent = shifted.AsInt32() - Vector512.Create(Rounder).AsInt32() + Vector512.Create(127);
        Vector512<float> result = p * Vector512.ShiftLeft(exponent, 23).AsSingle();
        result = Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(Lowest)), Vector512<float>.Zero, result);
        return Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512.Create(Highest)), Vector512.Create(float.PositiveInfinity), result);
    }
}
