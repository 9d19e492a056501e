namespace Winnow.Inference.Checkpoints.Quantised;

/// <summary>Blocks of 32 numbers with one scale.</summary>
/// <remarks>Source: the ggml format description. The low halves of sixteen bytes are the first sixteen numbers, the high halves the others.</remarks>
internal static class SmallBlocks
{
    private const int Half = 16;

    /// <summary>The sixteen levels of IQ4_NL and IQ4_XS.</summary>
    public static ReadOnlySpan<sbyte> NonLinearLevels => [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

    /// <summary>The sixteen values of a 4-bit floating-point number (two exponent bits, one of mantissa), doubled.</summary>
    public static ReadOnlySpan<sbyte> FloatLevels => [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

    /// <summary>scale · (q + shift), with 4-bit q.</summary>
    public static void Nibbles(ReadOnlySpan<byte> pairs, Span<float> values, float scale, int shift)
    {
        for (int i = 0; i < Half; i++)
        {
            values[i] = scale * ((pairs[i] & 15) + shift);
            values[i + Half] = scale * ((pairs[i] >> 4) + shift);
        }
    }

    /// <summary>scale · q + minimum, with 4-bit q.</summary>
    public static void Nibbles(ReadOnlySpan<byte> pairs, Span<float> values, float scale, float minimum)
    {
        for (int i = 0; i < Half; i++)
        {
            values[i] = (scale * (pairs[i] & 15)) + minimum;
            values[i + Half] = (scale * (pairs[i] >> 4)) + minimum;
        }
    }

    /// <summary>scale · (q + shift), with q of 4 bits and a fifth one apart.</summary>
    public static void FiveBits(ReadOnlySpan<byte> pairs, uint fifths, Span<float> values, float scale, int shift)
    {
        for (int i = 0; i < 2 * Half; i++)
        {
            values[i] = scale * (FiveBit(pairs, fifths, i) + shift);
        }
    }

    /// <summary>scale · q + minimum, with q of 4 bits and a fifth one apart.</summary>
    public static void FiveBits(ReadOnlySpan<byte> pairs, uint fifths, Span<float> values, float scale, float minimum)
    {
        for (int i = 0; i < 2 * Half; i++)
        {
            values[i] = (scale * FiveBit(pairs, fifths, i)) + minimum;
        }
    }

    /// <summary>scale · q, with signed 8-bit q.</summary>
    public static void Bytes(ReadOnlySpan<byte> bytes, Span<float> values, float scale)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = scale * (sbyte)bytes[i];
        }
    }

    /// <summary>scale · level[q], with 4-bit q.</summary>
    public static void Levels(ReadOnlySpan<byte> pairs, Span<float> values, float scale, ReadOnlySpan<sbyte> levels)
    {
        for (int i = 0; i < Half; i++)
        {
            values[i] = scale * levels[pairs[i] & 15];
            values[i + Half] = scale * levels[pairs[i] >> 4];
        }
    }

    private static int FiveBit(ReadOnlySpan<byte> pairs, uint fifths, int i)
    {
        int four = i < Half ? pairs[i] & 15 : pairs[i - Half] >> 4;
        return four | (int)((fifths >> i) & 1) << 4;
    }
}
