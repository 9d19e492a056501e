using System.Collections.Immutable;

namespace Winnow.Decoding.Constraints;

/// <summary>A set of Unicode code points: disjoint ranges, ascending. Surrogates are never in it.</summary>
internal sealed class CodePoints
{
    private const int Last = 0x10FFFF, FirstSurrogate = 0xD800, LastSurrogate = 0xDFFF;

    private CodePoints(ImmutableArray<(int First, int Last)> ranges) => Ranges = ranges;

    /// <summary>Every code point.</summary>
    public static CodePoints All { get; } = Of((0, Last));

    /// <summary>Disjoint ranges, both ends included, ascending.</summary>
    public ImmutableArray<(int First, int Last)> Ranges { get; }

    public bool IsEmpty => Ranges.IsEmpty;

    public static CodePoints Of(int codePoint) => Of((codePoint, codePoint));

    public static CodePoints Of(params IEnumerable<(int First, int Last)> ranges)
    {
        List<(int First, int Last)> merged = [];
        foreach ((int first, int last) in ranges.SelectMany(WithoutSurrogates).OrderBy(r => r.First))
        {
            if (merged.Count > 0 && first <= merged[^1].Last + 1)
            {
                merged[^1] = (merged[^1].First, Math.Max(merged[^1].Last, last));
            }
            else
            {
                merged.Add((first, last));
            }
        }
        return new CodePoints([.. merged]);
    }

    public CodePoints Or(CodePoints other) => Of(Ranges.Concat(other.Ranges));

    public CodePoints Not()
    {
        List<(int, int)> gaps = [];
        int next = 0;
        foreach ((int first, int last) in Ranges)
        {
            if (first > next)
            {
                gaps.Add((next, first - 1));
            }
            next = last + 1;
        }
        if (next <= Last)
        {
            gaps.Add((next, Last));
        }
        return Of(gaps);
    }

    public CodePoints And(CodePoints other) => Not().Or(other.Not()).Not();

    public bool Contains(int codePoint) => Ranges.Any(r => r.First <= codePoint && codePoint <= r.Last);

    private static IEnumerable<(int First, int Last)> WithoutSurrogates((int First, int Last) range)
    {
        if (range.First < FirstSurrogate)
        {
            yield return (range.First, Math.Min(range.Last, FirstSurrogate - 1));
        }
        if (range.Last > LastSurrogate)
        {
            yield return (Math.Max(range.First, LastSurrogate + 1), range.Last);
        }
    }
}
