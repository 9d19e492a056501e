using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Winnow.Inference.Checkpoints.Quantised;

/// <summary>Reads and writes the numbers of a stored row, whatever their type. The plain form that kernels are held against.</summary>
/// <remarks>
/// Every widened number is the exact product of scale and integer, plus a minimum where the type has one, rounded to
/// single precision once: so it does not matter whether a kernel multiplies and adds in one step or in two.
/// </remarks>
public static class BlockFormats
{
    /// <summary>Types that <see cref="Decode"/> reads.</summary>
    public static bool CanDecode(TensorType type) => type
        is TensorType.F32 or TensorType.F16 or TensorType.BF16
        or TensorType.Q4_0 or TensorType.Q4_1 or TensorType.Q5_0 or TensorType.Q5_1 or TensorType.Q8_0
        or TensorType.Q2_K or TensorType.Q3_K or TensorType.Q4_K or TensorType.Q5_K or TensorType.Q6_K
        or TensorType.IQ4_NL or TensorType.IQ4_XS or TensorType.MXFP4;

    /// <summary>Types that <see cref="Encode"/> writes.</summary>
    public static bool CanEncode(TensorType type) => type
        is TensorType.F32 or TensorType.F16 or TensorType.BF16
        or TensorType.Q4_0 or TensorType.Q4_1 or TensorType.Q5_0 or TensorType.Q5_1 or TensorType.Q8_0;

    /// <summary>Widens stored numbers to single precision.</summary>
    /// <param name="type">How they are stored.</param>
    /// <param name="bytes">Whole blocks.</param>
    /// <param name="values">As many numbers as the blocks hold.</param>
    /// <exception cref="NotSupportedException">The type is none that is read.</exception>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    public static void Decode(TensorType type, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        CheckLengths(type, bytes.Length, values.Length);
        switch (type)
        {
            case TensorType.F32:
                bytes.CopyTo(MemoryMarshal.AsBytes(values));
                return;
            case TensorType.F16:
                FloatFormats.DecodeHalf(MemoryMarshal.Cast<byte, ushort>(bytes), values);
                return;
            case TensorType.BF16:
                FloatFormats.DecodeBFloat16(MemoryMarshal.Cast<byte, ushort>(bytes), values);
                return;
        }
        if (!CanDecode(type))
        {
            throw new NotSupportedException($"Numbers of type {TensorTypes.NameOf(type)} cannot be read.");
        }
        BlockLayout layout = TensorTypes.Layout(type);
        for (int at = 0; bytes.Length > 0; at += layout.Numbers, bytes = bytes[layout.Bytes..])
        {
            DecodeBlock(type, bytes[..layout.Bytes], values.Slice(at, layout.Numbers));
        }
    }

    /// <summary>Rounds numbers to a stored type.</summary>
    /// <param name="type">How they are to be stored.</param>
    /// <param name="values">Numbers that fill whole blocks; finite where the type is quantised.</param>
    /// <param name="bytes">Receives the blocks.</param>
    /// <exception cref="NotSupportedException">The type is none that is written.</exception>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    public static void Encode(TensorType type, ReadOnlySpan<float> values, Span<byte> bytes)
    {
        CheckLengths(type, bytes.Length, values.Length);
        switch (type)
        {
            case TensorType.F32:
                MemoryMarshal.AsBytes(values).CopyTo(bytes);
                return;
            case TensorType.F16:
                FloatFormats.EncodeHalf(values, MemoryMarshal.Cast<byte, ushort>(bytes));
                return;
            case TensorType.BF16:
                FloatFormats.EncodeBFloat16(values, MemoryMarshal.Cast<byte, ushort>(bytes));
                return;
        }
        if (!CanEncode(type))
        {
            throw new NotSupportedException($"Numbers cannot be written as {TensorTypes.NameOf(type)}.");
        }
        BlockLayout layout = TensorTypes.Layout(type);
        for (int at = 0; at < values.Length; at += layout.Numbers, bytes = bytes[layout.Bytes..])
        {
            BlockRounding.Encode(type, values.Slice(at, layout.Numbers), bytes[..layout.Bytes]);
        }
    }

    /// <summary>A half-precision number at some byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Half(ReadOnlySpan<byte> block, int at) => (float)BinaryPrimitives.ReadHalfLittleEndian(block[at..]);

    private static void DecodeBlock(TensorType type, ReadOnlySpan<byte> block, Span<float> values)
    {
        switch (type)
        {
            case TensorType.Q4_0:
                SmallBlocks.Nibbles(block[2..], values, Half(block, 0), -8);
                break;
            case TensorType.Q4_1:
                SmallBlocks.Nibbles(block[4..], values, Half(block, 0), Half(block, 2));
                break;
            case TensorType.Q5_0:
                SmallBlocks.FiveBits(block[6..], BinaryPrimitives.ReadUInt32LittleEndian(block[2..]), values, Half(block, 0), -16);
                break;
            case TensorType.Q5_1:
                SmallBlocks.FiveBits(block[8..], BinaryPrimitives.ReadUInt32LittleEndian(block[4..]), values, Half(block, 0), Half(block, 2));
                break;
            case TensorType.Q8_0:
                SmallBlocks.Bytes(block[2..], values, Half(block, 0));
                break;
            case TensorType.IQ4_NL:
                SmallBlocks.Levels(block[2..], values, Half(block, 0), SmallBlocks.NonLinearLevels);
                break;
            case TensorType.MXFP4:
                SmallBlocks.Levels(block[1..], values, MathF.ScaleB(1, block[0] - 128), SmallBlocks.FloatLevels);
                break;
            case TensorType.Q2_K:
                SuperBlocks.Q2(block, values);
                break;
            case TensorType.Q3_K:
                SuperBlocks.Q3(block, values);
                break;
            case TensorType.Q4_K:
                SuperBlocks.Q4(block, values);
                break;
            case TensorType.Q5_K:
                SuperBlocks.Q5(block, values);
                break;
            case TensorType.Q6_K:
                SuperBlocks.Q6(block, values);
                break;
            default:
                SuperBlocks.Iq4(block, values);
                break;
        }
    }

    private static void CheckLengths(TensorType type, int bytes, int count)
    {
        long expected = TensorTypes.Bytes(type, count);
        if (bytes != expected)
        {
            throw new ArgumentException($"{count} numbers of type {TensorTypes.NameOf(type)} take {expected} bytes, not {bytes}.", nameof(bytes));
        }
    }
}
