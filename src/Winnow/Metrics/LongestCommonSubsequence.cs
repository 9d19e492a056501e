using System.Buffers;

namespace Winnow.Metrics;

/// <summary>The longest sequence of tokens that two token lists have in common, in order but not in one piece.</summary>
public static class LongestCommonSubsequence
{
    /// <summary>Its length.</summary>
    /// <param name="reference">Shape [R].</param>
    /// <param name="candidate">Shape [C].</param>
    /// <remarks>Cost: O(R·C) time, O(C) memory.</remarks>
    public static int Length(ReadOnlySpan<int> reference, ReadOnlySpan<int> candidate)
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
                row[j + 1] = candidate[j] == reference[i] ? above[j] + 1 : Math.Max(above[j + 1], row[j]);
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
