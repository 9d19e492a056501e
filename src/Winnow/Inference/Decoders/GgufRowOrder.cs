using System.Buffers;

namespace Winnow.Inference.Decoders;

/// <summary>
/// The two orders of a head's dimensions: GGUF files of the Llama architecture keep the two of a rotary pair side by
/// side, the decoder half a head apart.
/// </summary>
internal static class GgufRowOrder
{
    /// <summary>Dimensions of the heads whose rows files of an architecture keep in pairs; 0: they keep the decoder's order.</summary>
    public static int PairedWidth(DecoderSettings settings) => settings.Architecture == DecoderArchitectures.Llama ? settings.HeadWidth : 0;

    /// <summary>Where the file keeps a row of queries or keys.</summary>
    public static long InFile(long row, int headWidth)
    {
        long place = row % headWidth;
        int half = headWidth / 2;
        return row - place + (place < half ? 2 * place : (2 * (place - half)) + 1);
    }

    /// <summary>Brings rows from the file's order into the decoder's.</summary>
    public static void Unpair(Span<float> values, int rowLength, int headWidth) => Move(values, rowLength, headWidth, fromFile: true);

    /// <summary>Brings rows from the decoder's order into the file's.</summary>
    public static void Pair(Span<float> values, int rowLength, int headWidth) => Move(values, rowLength, headWidth, fromFile: false);

    private static void Move(Span<float> values, int rowLength, int headWidth, bool fromFile)
    {
        int headLength = headWidth * rowLength;
        float[] head = ArrayPool<float>.Shared.Rent(headLength);
        for (int start = 0; start < values.Length; start += headLength)
        {
            values.Slice(start, headLength).CopyTo(head);
            for (int row = 0; row < headWidth; row++)
            {
                int inFile = (int)InFile(row, headWidth);
                (int from, int to) = fromFile ? (inFile, row) : (row, inFile);
                head.AsSpan(from * rowLength, rowLength).CopyTo(values.Slice(start + (to * rowLength), rowLength));
            }
        }
        ArrayPool<float>.Shared.Return(head);
    }
}
