using System.Runtime.Intrinsics;

namespace Winnow.Inference.Kernels;

/// <summary>Layer normalisation in single precision.</summary>
/// <remarks>Source: Ba, Kiros and Hinton (2016). Sums run over sixteen partial sums in one fixed order.</remarks>
internal static class LayerNorm
{
    /// <summary>x = (x − mean) / √(variance + ε) · weight + bias.</summary>
    /// <param name="x">Shape [d]; overwritten.</param>
    /// <param name="weight">Shape [d].</param>
    /// <param name="bias">Shape [d].</param>
    /// <param name="epsilon">Added under the root; 0 or more.</param>
    public static void Apply(Span<float> x, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, double epsilon)
    {
        int whole = x.Length - (x.Length % Vector512<float>.Count);
        Vector512<float> sums = Vector512<float>.Zero;
        for (int i = 0; i < whole; i += Vector512<float>.Count)
        {
            sums += Vector512.Create<float>(x[i..]);
        }
        float mean = Total(sums, x[whole..], 0, squares: false) / x.Length;
        Vector512<float> shift = Vector512.Create(mean);
        Vector512<float> squares = Vector512<float>.Zero;
        for (int i = 0; i < whole; i += Vector512<float>.Count)
        {
            Vector512<float> part = Vector512.Create<float>(x[i..]) - shift;
            squares = Vector512.FusedMultiplyAdd(part, part, squares);
        }
        float variance = Total(squares, x[whole..], mean, squares: true) / x.Length;
        float scale = 1 / MathF.Sqrt(variance + (float)epsilon);
        for (int i = 0; i < whole; i += Vector512<float>.Count)
        {
            Vector512<float> part = (Vector512.Create<float>(x[i..]) - shift) * Vector512.Create(scale);
            Vector512.FusedMultiplyAdd(part, Vector512.Create(weight[i..]), Vector512.Create(bias[i..])).CopyTo(x[i..]);
        }
        for (int i = whole; i < x.Length; i++)
        {
            x[i] = MathF.FusedMultiplyAdd((x[i] - mean) * scale, weight[i], bias[i]);
        }
    }

    private static float Total(Vector512<float> sums, ReadOnlySpan<float> rest, float mean, bool squares)
    {
        float total = 0;
        for (int lane = 0; lane < Vector512<float>.Count; lane++)
        {
            total += sums[lane];
        }
        foreach (float value in rest)
        {
            float part = value - mean;
            total += squares ? part * part : part;
        }
        return total;
    }
}
