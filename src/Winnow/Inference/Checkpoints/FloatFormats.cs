using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Winnow.Inference.Checkpoints;

/// <summary>Conversion between single precision and the 16-bit formats of checkpoints.</summary>
public static class FloatFormats
{
    /// <summary>Widens half precision; exact.</summary>
    /// <param name="bits">Shape [N]; bit patterns.</param>
    /// <param name="values">Shape [N].</param>
    public static void DecodeHalf(ReadOnlySpan<ushort> bits, Span<float> values) =>
        TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<ushort, Half>(bits), values);

    /// <summary>Rounds to half precision, to nearest even; too large becomes infinite.</summary>
    /// <param name="values">Shape [N].</param>
    /// <param name="bits">Shape [N]; receives bit patterns.</param>
    public static void EncodeHalf(ReadOnlySpan<float> values, Span<ushort> bits) =>
        TensorPrimitives.ConvertToHalf(values, MemoryMarshal.Cast<ushort, Half>(bits));

    /// <summary>Widens bfloat16; exact.</summary>
    /// <param name="bits">Shape [N]; bit patterns.</param>
    /// <param name="values">Shape [N].</param>
    public static void DecodeBFloat16(ReadOnlySpan<ushort> bits, Span<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Length, bits.Length);
        for (int i = 0; i < bits.Length; i++)
        {
            values[i] = BitConverter.UInt32BitsToSingle((uint)bits[i] << 16);
        }
    }

    /// <summary>Rounds to bfloat16, to nearest even; NaN stays NaN.</summary>
    /// <param name="values">Shape [N].</param>
    /// <param name="bits">Shape [N]; receives bit patterns.</param>
    public static void EncodeBFloat16(ReadOnlySpan<float> values, Span<ushort> bits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits.Length, values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            uint word = BitConverter.SingleToUInt32Bits(values[i]);
            uint rounded = word + 0x7FFF + ((word >> 16) & 1);
            bits[i] = float.IsNaN(values[i]) ? (ushort)((word >> 16) | 0x40) : (ushort)(rounded >> 16);
        }
    }
}
