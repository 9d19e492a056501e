using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Winnow.Inference.Kernels;

/// <summary>The gated linear unit with the SiLU gate.</summary>
/// <remarks>Source: Shazeer (2020), GLU Variants Improve Transformer.</remarks>
public static class SwiGlu
{
    /// <summary>up = silu(gate) · up, with silu(z) = z / (1 + e^−z).</summary>
    /// <param name="gate">Shape [d]; overwritten.</param>
    /// <param name="up">Shape [d]; receives the result.</param>
    /// <typeparam name="T">Precision.</typeparam>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static void Apply<T>(Span<T> gate, Span<T> up)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (gate.Length != up.Length)
        {
            throw new ArgumentException($"The gate has {gate.Length} numbers, the other half {up.Length}; they must have as many.", nameof(up));
        }
        if (typeof(T) == typeof(float))
        {
            Apply(MemoryMarshal.Cast<T, float>(gate), MemoryMarshal.Cast<T, float>(up));
            return;
        }
        TensorPrimitives.Multiply(up, gate, up);
        TensorPrimitives.Sigmoid(gate, gate);
        TensorPrimitives.Multiply(up, gate, up);
    }

    private static void Apply(Span<float> gate, Span<float> up)
    {
        int i = 0;
        for (; i + Vector512<float>.Count <= gate.Length; i += Vector512<float>.Count)
        {
            Gate(Vector512.Create<float>(gate[i..]), Vector512.Create<float>(up[i..])).CopyTo(up[i..]);
        }
        if (i < gate.Length)
        {
            Span<float> rest = stackalloc float[2 * Vector512<float>.Count];
            rest.Clear();
            Span<float> restUp = rest[Vector512<float>.Count..];
            gate[i..].CopyTo(rest);
            up[i..].CopyTo(restUp);
            Gate(Vector512.Create<float>(rest), Vector512.Create<float>(restUp)).CopyTo(restUp);
            restUp[..(gate.Length - i)].CopyTo(up[i..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Gate(Vector512<float> gate, Vector512<float> up) =>
        gate / (Vector512<float>.One + Exponential.Of(-gate)) * up;
}
