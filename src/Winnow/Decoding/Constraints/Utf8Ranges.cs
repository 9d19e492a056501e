using System.Text;

namespace Winnow.Decoding.Constraints;

/// <summary>Splits ranges of code points into sequences of byte ranges of their UTF-8 form.</summary>
internal static class Utf8Ranges
{
    private static readonly int[] LastOfLength = [0x7F, 0x7FF, 0xFFFF, 0x10FFFF];

    /// <summary>Sequences of byte ranges that together are exactly the code points of a range.</summary>
    public static IEnumerable<(byte First, byte Last)[]> Split(int first, int last)
    {
        foreach (int bound in LastOfLength)
        {
            if (first <= bound)
            {
                foreach (var sequence in SplitSameLength(first, Math.Min(last, bound)))
                {
                    yield return sequence;
                }
                first = bound + 1;
            }
            if (first > last)
            {
                yield break;
            }
        }
    }

    // Cuts until, below the first byte that differs, the whole span of continuation bytes is covered.
    private static IEnumerable<(byte First, byte Last)[]> SplitSameLength(int first, int last)
    {
        for (int bits = 6; bits <= 18; bits += 6)
        {
            int mask = (1 << bits) - 1;
            if ((first & ~mask) != (last & ~mask))
            {
                if ((first & mask) != 0 && Length(first) > bits / 6)
                {
                    return SplitSameLength(first, first | mask).Concat(SplitSameLength((first | mask) + 1, last));
                }
                if ((last & mask) != mask && Length(last) > bits / 6)
                {
                    return SplitSameLength(first, (last & ~mask) - 1).Concat(SplitSameLength(last & ~mask, last));
                }
            }
        }
        Span<byte> low = stackalloc byte[4], high = stackalloc byte[4];
        int length = new Rune(first).EncodeToUtf8(low);
        new Rune(last).EncodeToUtf8(high);
        var sequence = new (byte, byte)[length];
        for (int i = 0; i < length; i++)
        {
            sequence[i] = (low[i], high[i]);
        }
        return [sequence];
    }

    private static int Length(int codePoint) => codePoint <= 0x7F ? 1 : codePoint <= 0x7FF ? 2 : codePoint <= 0xFFFF ? 3 : 4;
}
