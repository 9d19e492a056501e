using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Winnow.Decoding.Kernels;

/// <summary>Moves the candidates that stay together, in their order.</summary>
internal static class Compaction
{
    /// <summary>Room that the destination needs beyond the number of source entries, so that whole vectors can be stored.</summary>
    public const int Padding = 16;

    /// <summary>Writes the kept entries to the front of the destination, which may be the source.</summary>
    /// <param name="logits">Shape [n].</param>
    /// <param name="ids">Shape [n] ascending; empty where the id of an entry is its index.</param>
    /// <param name="blockMaxima">Maxima of the blocks of <paramref name="logits"/>; empty where not known.</param>
    /// <param name="rule">What stays.</param>
    /// <param name="keptLogits">Shape [n + padding]; receives logits.</param>
    /// <param name="keptIds">Shape [n + padding]; receives ids.</param>
    /// <returns>The number kept.</returns>
    public static int Run<TRule>(
        ReadOnlySpan<float> logits, ReadOnlySpan<int> ids, ReadOnlySpan<float> blockMaxima, TRule rule,
        Span<float> keptLogits, Span<int> keptIds)
        where TRule : struct, IKeepRule
    {
        if (blockMaxima.IsEmpty)
        {
            return Range(logits, ids, 0, logits.Length, rule, keptLogits, keptIds, 0);
        }
        int kept = 0;
        for (int block = 0; block < blockMaxima.Length; block++)
        {
            if (rule.MayKeepIn(blockMaxima[block]))
            {
                int start = block * LogitScan.BlockLength;
                kept = Range(logits, ids, start, Math.Min(start + LogitScan.BlockLength, logits.Length), rule, keptLogits, keptIds, kept);
            }
        }
        return kept;
    }

    private static int Range<TRule>(
        ReadOnlySpan<float> logits, ReadOnlySpan<int> ids, int start, int end, TRule rule,
        Span<float> keptLogits, Span<int> keptIds, int kept)
        where TRule : struct, IKeepRule
    {
        int i = start;
        if (Avx512F.IsSupported)
        {
            Vector512<int> lanes = Vector512<int>.Indices;
            ref float source = ref MemoryMarshal.GetReference(logits);
            ref int sourceIds = ref MemoryMarshal.GetReference(ids);
            ref float target = ref MemoryMarshal.GetReference(keptLogits);
            ref int targetIds = ref MemoryMarshal.GetReference(keptIds);
            for (; i <= end - Vector512<float>.Count; i += Vector512<float>.Count)
            {
                Vector512<float> logit = Vector512.LoadUnsafe(ref source, (nuint)i);
                Vector512<int> id = ids.IsEmpty ? lanes + Vector512.Create(i) : Vector512.LoadUnsafe(ref sourceIds, (nuint)i);
                Vector512<int> keeps = rule.Keeps(logit, id);
                ulong bits = keeps.ExtractMostSignificantBits();
                if (bits == 0)
                {
                    continue;
                }
                Avx512F.Compress(Vector512<float>.Zero, keeps.AsSingle(), logit).StoreUnsafe(ref target, (nuint)kept);
                Avx512F.Compress(Vector512<int>.Zero, keeps, id).StoreUnsafe(ref targetIds, (nuint)kept);
                kept += System.Numerics.BitOperations.PopCount(bits);
            }
        }
        for (; i < end; i++)
        {
            float logit = logits[i];
            int id = ids.IsEmpty ? i : ids[i];
            keptLogits[kept] = logit;
            keptIds[kept] = id;
            kept += rule.Keeps(logit, id) ? 1 : 0;
        }
        return kept;
    }
}
