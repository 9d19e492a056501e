using TorchSharp;
using static TorchSharp.torch;

namespace Winnow.Torch.Models;

/// <summary>Tensor arithmetic whose numbers outlive the native call that reads them.</summary>
/// <remarks>
/// TorchSharp wraps every number it passes to libtorch (the factor 1 of <c>a + b</c> too) in a finalizable <see cref="Scalar"/>
/// and hands over the bare handle. A collection between that and the native read frees the number, and the operation fails or
/// computes with garbage. The numbers here are rooted; BannedSymbols.txt keeps the other forms out.
/// </remarks>
internal static class TensorArithmetic
{
    private static readonly Scalar One = 1L.ToScalar();

    /// <summary>a + b, with broadcasting.</summary>
    public static Tensor Plus(this Tensor a, Tensor b) => a.add(b, One);

    /// <summary>a - b, with broadcasting.</summary>
    public static Tensor Minus(this Tensor a, Tensor b) => a.Plus(b.neg());

    /// <summary>a + b * c, with broadcasting.</summary>
    public static Tensor PlusProduct(this Tensor a, Tensor b, Tensor c) => a.addcmul(b, c, One);

    /// <summary>Sums of <paramref name="values"/>' rows by group.</summary>
    /// <param name="values">Shape [n].</param>
    /// <param name="groups">Shape [n]: from 0 below <paramref name="count"/>.</param>
    /// <param name="count">Number of groups.</param>
    /// <returns>Shape [count].</returns>
    public static Tensor SumBy(this Tensor values, ReadOnlySpan<int> groups, int count)
    {
        long[] index = new long[groups.Length];
        for (int i = 0; i < index.Length; i++)
        {
            index[i] = groups[i];
        }
        return zeros(count).index_add(0, tensor(index), values, One);
    }

    /// <summary>1 / sqrt(mean square over the last dimension + epsilon).</summary>
    /// <param name="x">Shape [..., d].</param>
    /// <param name="epsilon">Shape []. A number would be paired with a second one that nothing holds.</param>
    /// <returns>Shape [..., 1].</returns>
    public static Tensor ReciprocalRootMeanSquare(this Tensor x, Tensor epsilon) => (x * x).mean([-1], keepdim: true).add_(epsilon, One).rsqrt_();
}
