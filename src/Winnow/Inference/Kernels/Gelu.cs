using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Winnow.Inference.Kernels;

/// <summary>The Gaussian error linear unit, x · Φ(x), in single precision.</summary>
/// <remarks>
/// Source: Hendrycks and Gimpel (2016). The error function is that of Abramowitz and Stegun, 7.1.26: absolute error
/// below 2e-7.
/// </remarks>
internal static class Gelu
{
    /// <summary>values = x · Φ(x).</summary>
    public static void Apply(Span<float> values)
    {
        int i = 0;
        for (; i + Vector512<float>.Count <= values.Length; i += Vector512<float>.Count)
        {
            Of(Vector512.Create<float>(values[i..])).CopyTo(values[i..]);
        }
        if (i < values.Length)
        {
            Span<float> rest = stackalloc float[Vector512<float>.Count];
            rest.Clear();
            values[i..].CopyTo(rest);
            Of(Vector512.Create<float>(rest)).CopyTo(rest);
            rest[..(values.Length - i)].CopyTo(values[i..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Of(Vector512<float> x)
    {
        const float RootHalf = 0.70710678f;
        Vector512<float> z = Vector512.Abs(x) * Vector512.Create(RootHalf);
        Vector512<float> t = Vector512<float>.One / Vector512.FusedMultiplyAdd(z, Vector512.Create(0.3275911f), Vector512<float>.One);
        Vector512<float> p = Vector512.Create(1.061405429f);
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(-1.453152027f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(1.421413741f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(-0.284496736f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(0.254829592f));

        // Half of what the error function lacks of 1: the weight of the tail beyond |x|.
        Vector512<float> tail = p * t * Exponential.Of(-(z * z)) * Vector512.Create(0.5f);
        Vector512<float> weight = Vector512.ConditionalSelect(
            Vector512.GreaterThanOrEqual(x, Vector512<float>.Zero), Vector512<float>.One - tail, tail);
        return x * weight;
    }
}
