using System.Numerics;
using System.Runtime.Intrinsics;

namespace Winnow.Inference.Kernels;

/// <summary>Root-mean-square normalisation.</summary>
/// <remarks>Source: Zhang and Sennrich (2019). The sum of squares runs over sixteen (or eight) partial sums in one fixed order.</remarks>
public static class RmsNorm
{
    /// <summary>y = x / √(mean(x²) + ε) · weight.</summary>
    /// <param name="x">Shape [d].</param>
    /// <param name="weight">Shape [d].</param>
    /// <param name="epsilon">Added under the root; 0 or more.</param>
    /// <param name="y">Shape [d]; may be x.</param>
    /// <typeparam name="T">Precision.</typeparam>
    public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> weight, double epsilon, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(weight.Length, x.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(y.Length, x.Length);
        int whole = x.Length - (x.Length % Vector512<T>.Count);
        Vector512<T> sums = Vector512<T>.Zero;
        for (int i = 0; i < whole; i += Vector512<T>.Count)
        {
            Vector512<T> part = Vector512.Create(x[i..]);
            sums += part * part;
        }
        T sum = T.Zero;
        for (int lane = 0; lane < Vector512<T>.Count; lane++)
        {
            sum += sums[lane];
        }
        for (int i = whole; i < x.Length; i++)
        {
            sum += x[i] * x[i];
        }
        T scale = T.One / T.Sqrt((sum / T.CreateChecked(x.Length)) + T.CreateChecked(epsilon));
        for (int i = 0; i < whole; i += Vector512<T>.Count)
        {
            (Vector512.Create(x[i..]) * scale * Vector512.Create(weight[i..])).CopyTo(y[i..]);
        }
        for (int i = whole; i < x.Length; i++)
        {
            y[i] = x[i] * scale * weight[i];
        }
    }
}
