namespace Winnow.Search;

/// <summary>Which rows a beam keeps.</summary>
public static class BeamSelection
{
    /// <summary>The places of the k highest scores, best first.</summary>
    /// <param name="scores">Shape [R]; NaN counts as lowest.</param>
    /// <param name="k">How many; all where there are fewer.</param>
    /// <param name="tiesToLater">Whether the later of two equal scores comes first. Default: the earlier.</param>
    /// <remarks>Cost: O(R log R).</remarks>
    public static int[] Best(IReadOnlyList<double> scores, int k, bool tiesToLater = false)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return
        [
            .. Enumerable.Range(0, scores.Count)
                .OrderByDescending(i => double.IsNaN(scores[i]) ? double.NegativeInfinity : scores[i])
                .ThenBy(i => tiesToLater ? -i : i)
                .Take(Math.Max(0, k)),
        ];
    }

    /// <summary>Entries repeated in turn to a length.</summary>
    public static int[] Repeat(ReadOnlySpan<int> entries, int length)
    {
        int[] repeated = new int[entries.IsEmpty ? 0 : length];
        for (int i = 0; i < repeated.Length; i++)
        {
            repeated[i] = entries[i % entries.Length];
        }
        return repeated;
    }
}
