using System.Buffers.Binary;

namespace Winnow.Inference.Checkpoints.Quantised;

/// <summary>Rounds 32 numbers to a quantised block, bit for bit as the reference does.</summary>
/// <remarks>Source: the ggml reference quantisation. Numbers are rounded by the scale before that is rounded to half precision itself.</remarks>
internal static class BlockRounding
{
    public static void Encode(TensorType type, ReadOnlySpan<float> values, Span<byte> block)
    {
        Span<byte> quants = stackalloc byte[32];
        switch (type)
        {
            case TensorType.Q4_0:
                Centred(values, 8, quants, block);
                PackNibbles(quants, block[2..]);
                break;
            case TensorType.Q4_1:
                FromMinimum(values, 15, quants, block);
                PackNibbles(quants, block[4..]);
                break;
            case TensorType.Q5_0:
                Centred(values, 16, quants, block);
                PackFifths(quants, block[2..]);
                PackNibbles(quants, block[6..]);
                break;
            case TensorType.Q5_1:
                FromMinimum(values, 31, quants, block);
                PackFifths(quants, block[4..]);
                PackNibbles(quants, block[8..]);
                break;
            default:
                Bytes(values, block);
                break;
        }
    }

    // The number of largest magnitude becomes exactly the lowest level.
    private static void Centred(ReadOnlySpan<float> values, int centre, Span<byte> quants, Span<byte> block)
    {
        float extreme = 0;
        foreach (float value in values)
        {
            if (Math.Abs(value) > Math.Abs(extreme))
            {
                extreme = value;
            }
        }
        float scale = extreme / -centre;
        double inverse = Inverse(scale);
        BinaryPrimitives.WriteHalfLittleEndian(block, (Half)scale);
        for (int i = 0; i < values.Length; i++)
        {
            quants[i] = (byte)Math.Clamp(Math.Truncate((values[i] * inverse) + centre + 0.5), 0, (2 * centre) - 1);
        }
    }

    private static void FromMinimum(ReadOnlySpan<float> values, int levels, Span<byte> quants, Span<byte> block)
    {
        float minimum = float.PositiveInfinity;
        float maximum = float.NegativeInfinity;
        foreach (float value in values)
        {
            minimum = Math.Min(minimum, value);
            maximum = Math.Max(maximum, value);
        }
        float scale = (maximum - minimum) / levels;
        float inverse = Inverse(scale);
        BinaryPrimitives.WriteHalfLittleEndian(block, (Half)scale);
        BinaryPrimitives.WriteHalfLittleEndian(block[2..], (Half)minimum);
        for (int i = 0; i < values.Length; i++)
        {
            quants[i] = (byte)Math.Clamp(MathF.Truncate(((values[i] - minimum) * inverse) + 0.5f), 0, levels);
        }
    }

    private static void Bytes(ReadOnlySpan<float> values, Span<byte> block)
    {
        float largest = 0;
        foreach (float value in values)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }
        float scale = largest / 127;
        float inverse = Inverse(scale);
        BinaryPrimitives.WriteHalfLittleEndian(block, (Half)scale);
        for (int i = 0; i < values.Length; i++)
        {
            block[2 + i] = (byte)(sbyte)Math.Clamp(MathF.Round(values[i] * inverse, MidpointRounding.AwayFromZero), -128, 127);
        }
    }

    private static float Inverse(float scale) => scale == 0 ? 0 : 1 / scale;

    private static void PackNibbles(ReadOnlySpan<byte> quants, Span<byte> pairs)
    {
        for (int i = 0; i < 16; i++)
        {
            pairs[i] = (byte)((quants[i] & 15) | ((quants[i + 16] & 15) << 4));
        }
    }

    private static void PackFifths(ReadOnlySpan<byte> quants, Span<byte> target)
    {
        uint fifths = 0;
        for (int i = 0; i < quants.Length; i++)
        {
            fifths |= (uint)(quants[i] >> 4) << i;
        }
        BinaryPrimitives.WriteUInt32LittleEndian(target, fifths);
    }
}
