using System.Buffers.Binary;

namespace Winnow.Inference.Checkpoints.Quantised;

/// <summary>Blocks of 256 numbers: sub-blocks have small integer scales, which one or two half-precision numbers scale in turn.</summary>
/// <remarks>Source: the ggml format description (k-quants).</remarks>
internal static class SuperBlocks
{
    /// <summary>16 scale bytes (scale low, minimum high), 64 bytes of 2-bit numbers, scale, scale of minima.</summary>
    public static void Q2(ReadOnlySpan<byte> block, Span<float> values)
    {
        ReadOnlySpan<byte> quants = block[16..80];
        float scale = BlockFormats.Half(block, 80);
        float minima = BlockFormats.Half(block, 82);
        for (int i = 0; i < values.Length; i++)
        {
            byte sub = block[i / 16];
            values[i] = (scale * (sub & 15) * TwoBits(quants, i)) - (minima * (sub >> 4));
        }
    }

    /// <summary>32 bytes of third bits, 64 bytes of 2-bit numbers, 12 bytes of 6-bit scales, scale.</summary>
    public static void Q3(ReadOnlySpan<byte> block, Span<float> values)
    {
        ReadOnlySpan<byte> quants = block[32..96];
        ReadOnlySpan<byte> scales = block[96..108];
        float scale = BlockFormats.Half(block, 108);
        for (int i = 0; i < values.Length; i++)
        {
            // A third bit that is not set takes four away.
            int third = (block[i % 32] >> (i / 32)) & 1;
            values[i] = scale * ThreeBitScale(scales, i / 16) * (TwoBits(quants, i) - (4 * (1 - third)));
        }
    }

    /// <summary>Scale, scale of minima, 12 bytes of 6-bit scales and minima, 128 bytes of 4-bit numbers.</summary>
    public static void Q4(ReadOnlySpan<byte> block, Span<float> values)
    {
        ReadOnlySpan<byte> quants = block[16..144];
        float scale = BlockFormats.Half(block, 0);
        float minima = BlockFormats.Half(block, 2);
        for (int i = 0; i < values.Length; i++)
        {
            (int sub, int minimum) = ScaleAndMinimum(block[4..16], i / 32);
            values[i] = (scale * sub * FourBits(quants, i)) - (minima * minimum);
        }
    }

    /// <summary>Scale, scale of minima, 12 bytes of 6-bit scales and minima, 32 bytes of fifth bits, 128 bytes of 4-bit numbers.</summary>
    public static void Q5(ReadOnlySpan<byte> block, Span<float> values)
    {
        ReadOnlySpan<byte> fifths = block[16..48];
        ReadOnlySpan<byte> quants = block[48..176];
        float scale = BlockFormats.Half(block, 0);
        float minima = BlockFormats.Half(block, 2);
        for (int i = 0; i < values.Length; i++)
        {
            (int sub, int minimum) = ScaleAndMinimum(block[4..16], i / 32);
            int fifth = (fifths[i % 32] >> (i / 32)) & 1;
            values[i] = (scale * sub * (FourBits(quants, i) + (16 * fifth))) - (minima * minimum);
        }
    }

    /// <summary>128 bytes of low halves, 64 bytes of fifth and sixth bits, 16 signed scales, scale.</summary>
    public static void Q6(ReadOnlySpan<byte> block, Span<float> values)
    {
        ReadOnlySpan<byte> high = block[128..192];
        ReadOnlySpan<byte> scales = block[192..208];
        float scale = BlockFormats.Half(block, 208);
        for (int i = 0; i < values.Length; i++)
        {
            int half = i / 128;
            int place = i % 128;
            int low = (block[(64 * half) + (place % 64)] >> (place / 64 * 4)) & 15;
            int upper = (high[(32 * half) + (place % 32)] >> (place / 32 * 2)) & 3;
            values[i] = scale * (sbyte)scales[i / 16] * ((low | (upper << 4)) - 32);
        }
    }

    /// <summary>Scale, 2 bytes of upper and 4 bytes of lower scale bits, 128 bytes of 4-bit places in the table of levels.</summary>
    public static void Iq4(ReadOnlySpan<byte> block, Span<float> values)
    {
        float scale = BlockFormats.Half(block, 0);
        int upper = BinaryPrimitives.ReadUInt16LittleEndian(block[2..]);
        for (int sub = 0; sub < 8; sub++)
        {
            int low = (block[4 + (sub / 2)] >> (4 * (sub % 2))) & 15;
            int factor = (low | (((upper >> (2 * sub)) & 3) << 4)) - 32;
            SmallBlocks.Levels(block.Slice(8 + (16 * sub), 16), values.Slice(32 * sub, 32), scale * factor, SmallBlocks.NonLinearLevels);
        }
    }

    /// <summary>The signed 6-bit scale of a sub-block of Q3_K: four low bits, then two upper ones from the last four bytes.</summary>
    public static int ThreeBitScale(ReadOnlySpan<byte> scales, int sub)
    {
        int low = sub < 8 ? scales[sub] & 15 : scales[sub - 8] >> 4;
        int upper = (scales[8 + (sub % 4)] >> (2 * (sub / 4))) & 3;
        return (low | (upper << 4)) - 32;
    }

    /// <summary>The 6-bit scale and minimum of a sub-block of Q4_K and Q5_K.</summary>
    public static (int Scale, int Minimum) ScaleAndMinimum(ReadOnlySpan<byte> scales, int sub) => sub < 4
        ? (scales[sub] & 63, scales[sub + 4] & 63)
        : ((scales[sub + 4] & 15) | ((scales[sub - 4] >> 6) << 4), (scales[sub + 4] >> 4) | ((scales[sub] >> 6) << 4));

    // Of each 32 bytes, the lowest two bits are the first 32 numbers, the next two the following 32.
    private static int TwoBits(ReadOnlySpan<byte> quants, int i) => (quants[(32 * (i / 128)) + (i % 32)] >> (i % 128 / 32 * 2)) & 3;

    private static int FourBits(ReadOnlySpan<byte> quants, int i) => (quants[(32 * (i / 64)) + (i % 32)] >> (i % 64 / 32 * 4)) & 15;
}
