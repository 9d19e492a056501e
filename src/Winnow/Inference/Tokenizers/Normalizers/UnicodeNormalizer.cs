using System.Buffers;
using System.Text;
using Winnow.Inference.Tokenizers.Unicode;

namespace Winnow.Inference.Tokenizers.Normalizers;

/// <summary>Unicode normalisation forms.</summary>
/// <remarks>Source: Unicode Standard Annex 15. O(n log n) for the longest run of combining marks, else O(n).</remarks>
/// <param name="isCompatible">Whether compatibility decompositions count: NFKC and NFKD.</param>
/// <param name="composes">Whether decomposed text is composed again: NFC and NFKC.</param>
internal sealed class UnicodeNormalizer(bool isCompatible, bool composes) : TextRewriter
{
    private static readonly Comparison<Part> ByClass = static (a, b) => a.Class != b.Class ? a.Class.CompareTo(b.Class) : a.Order.CompareTo(b.Order);

    private readonly record struct Part(int Code, byte Class, int Begin, int End, int Order);

    /// <inheritdoc/>
    public override void Rewrite(AlignedText source, AlignedTextBuffer target)
    {
        if (Ascii.IsValid(source.Bytes))
        {
            target.Append(source);
            return;
        }
        DecompositionTable table = DecompositionTable.Instance;
        Part[] parts = ArrayPool<Part>.Shared.Rent(64);
        int count = 0;
        Span<int> room = stackalloc int[3];
        Span<int> one = stackalloc int[1];
        for (int at = 0; at < source.Length;)
        {
            _ = Rune.DecodeFromUtf8(source.Bytes[at..], out Rune rune, out int length);
            ReadOnlySpan<int> codes = table.Decompose(rune.Value, isCompatible, room);
            if (codes.IsEmpty)
            {
                one[0] = rune.Value;
                codes = one;
            }
            foreach (int code in codes)
            {
                byte combining = table.Class(code);
                // A starter that cannot join what came before it ends a stretch that later text leaves as it is.
                bool isBoundary = combining == 0 && count > 0 && !(composes && CanFollow(table, parts, count, code));
                if (isBoundary)
                {
                    Flush(table, parts.AsSpan(0, count), target);
                    count = 0;
                }
                if (count == parts.Length)
                {
                    Part[] larger = ArrayPool<Part>.Shared.Rent(2 * count);
                    parts.CopyTo(larger, 0);
                    ArrayPool<Part>.Shared.Return(parts);
                    parts = larger;
                }
                parts[count] = new Part(code, combining, source.Begin(at), source.End(at), count);
                count++;
            }
            at += length;
        }
        Flush(table, parts.AsSpan(0, count), target);
        ArrayPool<Part>.Shared.Return(parts);
    }

    // Only a starter that stands right behind another one can join it; that one may be made of several by now.
    private static bool CanFollow(DecompositionTable table, Part[] parts, int count, int code)
    {
        Part last = parts[count - 1];
        if (last.Class != 0)
        {
            return false;
        }
        int joined = parts[0].Code;
        for (int i = 1; i < count; i++)
        {
            joined = table.Compose(joined, parts[i].Code);
        }
        return joined >= 0 && table.Compose(joined, code) >= 0;
    }

    private void Flush(DecompositionTable table, Span<Part> parts, AlignedTextBuffer target)
    {
        SortMarks(parts);
        if (composes)
        {
            parts = Compose(table, parts);
        }
        foreach (Part part in parts)
        {
            target.Append(new Rune(part.Code), part.Begin, part.End);
        }
    }

    private static void SortMarks(Span<Part> parts)
    {
        for (int i = 0; i < parts.Length; i++)
        {
            if (parts[i].Class == 0)
            {
                continue;
            }
            int end = i + 1;
            while (end < parts.Length && parts[end].Class != 0)
            {
                end++;
            }
            parts[i..end].Sort(ByClass);
            i = end;
        }
    }

    private static Span<Part> Compose(DecompositionTable table, Span<Part> parts)
    {
        int starter = -1;
        int kept = 0;
        int lastClass = -1;
        foreach (Part part in parts)
        {
            bool isBlocked = lastClass >= part.Class && lastClass != -1;
            int composite = starter >= 0 && !isBlocked ? table.Compose(parts[starter].Code, part.Code) : -1;
            if (composite >= 0)
            {
                parts[starter] = parts[starter] with { Code = composite };
                continue;
            }
            if (part.Class == 0)
            {
                starter = kept;
                lastClass = -1;
            }
            else
            {
                lastClass = part.Class;
            }
            parts[kept++] = part;
        }
        return parts[..kept];
    }
}
