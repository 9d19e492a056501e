using System.Numerics;
using System.Numerics.Tensors;

namespace Winnow.Inference.Kernels;

/// <summary>The gated linear unit with the SiLU gate.</summary>
/// <remarks>Source: Shazeer (2020), GLU Variants Improve Transformer.</remarks>
public static class SwiGlu
{
    /// <summary>up = silu(gate) · up, with silu(z) = z / (1 + e^−z).</summary>
    /// <param name="gate">Shape [d]; overwritten.</param>
    /// <param name="up">Shape [d]; receives the result.</param>
    /// <typeparam name="T">Precision.</typeparam>
    public static void Apply<T>(Span<T> gate, Span<T> up)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorPrimitives.Multiply(up, gate, up);
        TensorPrimitives.Sigmoid(gate, gate);
        TensorPrimitives.Multiply(up, gate, up);
    }
}
