using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Winnow.Metrics;

/// <summary>The longest sequence of tokens that two token lists have in common, in order but not in one piece.</summary>
public static class LongestCommonSubsequence
{
    /// <summary>Its length.</summary>
    /// <param name="reference">Shape [R].</param>
    /// <param name="candidate">Shape [C].</param>
    /// <remarks>A reference of up to 64 tokens is held in the bits of one word (Hyyrö, 2004, "Bit-Parallel LCS-length Computation Revisited"). Cost: O(R·C) time, about R·C / 16 steps for short references; O(C) memory for long ones.</remarks>
    public static int Length(ReadOnlySpan<int> reference, ReadOnlySpan<int> candidate) =>
        reference.Length <= 64 ? LengthInWord(reference, candidate) : LengthByTable(reference, candidate);

    // A zero bit at i says that the subsequence grows at reference token i.
    private static int LengthInWord(ReadOnlySpan<int> reference, ReadOnlySpan<int> candidate)
    {
        ulong grown = ulong.MaxValue;
        foreach (int token in candidate)
        {
            ulong matches = 0;
            int i = 0;
            for (; i + Vector256<int>.Count <= reference.Length; i += Vector256<int>.Count)
            {
                matches |= (ulong)Vector256.Equals(Vector256.Create(reference.Slice(i, Vector256<int>.Count)), Vector256.Create(token)).ExtractMostSignificantBits() << i;
            }
            for (; i < reference.Length; i++)
            {
                matches |= (reference[i] == token ? 1UL : 0) << i;
            }
            ulong both = grown & matches;
            grown = unchecked(grown + both) | (grown & ~matches);
        }
        ulong used = reference.Length == 64 ? ulong.MaxValue : (1UL << reference.Length) - 1;
        return BitOperations.PopCount(~grown & used);
    }

    private static int LengthByTable(ReadOnlySpan<int> reference, ReadOnlySpan<int> candidate)
    {
        int[] row = ArrayPool<int>.Shared.Rent(candidate.Length + 1);
        row.AsSpan(0, candidate.Length + 1).Clear();
        foreach (int token in reference)
        {
            int diagonal = 0;
            for (int j = 0; j < candidate.Length; j++)
            {
                int above = row[j + 1];
                row[j + 1] = candidate[j] == token ? diagonal + 1 : Math.Max(above, row[j]);
                diagonal = above;
            }
        }
        int length = row[candidate.Length];
        ArrayPool<int>.Shared.Return(row);
        return length;
    }

    /// <summary>Marks the positions of the reference that belong to it.</summary>
    /// <param name="reference">Shape [R].</param>
    /// <param name="candidate">Shape [C].</param>
    /// <param name="marks">Shape [R]; set where a token belongs, otherwise left as they are, so that several candidates make their union.</param>
    /// <remarks>Of several longest ones the one with the latest positions in the reference, as in rouge_score. Cost: O(R·C) time and memory.</remarks>
    public static void Mark(ReadOnlySpan<int> reference, ReadOnlySpan<int> candidate, Span<bool> marks)
    {
        int width = candidate.Length + 1;
        int[] table = ArrayPool<int>.Shared.Rent((reference.Length + 1) * width);
        table.AsSpan(0, width).Clear();
        for (int i = 0; i < reference.Length; i++)
        {
            Span<int> above = table.AsSpan(i * width, width);
            Span<int> row = table.AsSpan((i + 1) * width, width);
            row[0] = 0;
            for (int j = 0; j < candidate.Length; j++)
            {
                row[j + 1] = candidate[j] == reference[i] ? above[j] + 1 : Math.Max(above[j + 1], row[j]);
            }
        }
        for (int i = reference.Length, j = candidate.Length; i > 0 && j > 0;)
        {
            if (reference[i - 1] == candidate[j - 1])
            {
                marks[--i] = true;
                j--;
            }
            else if (table[i * width + j - 1] > table[(i - 1) * width + j])
            {
                j--;
            }
            else
            {
                i--;
            }
        }
        ArrayPool<int>.Shared.Return(table);
    }
}
