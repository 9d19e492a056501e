namespace Winnow.Metrics;

/// <summary>Edit distance with block moves as Tercom searches it: greedily, the move that helps most first.</summary>
/// <remarks>
/// A block of at most ten words moves to where the reference has the same words, at most fifty places away, as long as some
/// word of it is wrong where it stands and some word is wrong where it goes. Ties: the longer block, the earlier block,
/// the earlier place. At most 1,000 moves are tried. Distances are searched in a beam of 25 around the diagonal. The rows
/// of the distance table before the first word that a move changes are kept, which leaves every result as it is.
/// Cost: O(moves tried × beam × words).
/// </remarks>
internal static class ShiftedEditDistance
{
    private const int MaxBlock = 10;
    private const int MaxDistance = 50;
    private const int MaxTried = 1000;

    /// <summary>Edits and moves from one token list to the other.</summary>
    public static int Between(ReadOnlySpan<int> hypothesis, ReadOnlySpan<int> reference)
    {
        if (reference.IsEmpty || hypothesis.IsEmpty)
        {
            return Math.Max(reference.Length, hypothesis.Length);
        }
        int[] current = hypothesis.ToArray();
        int[] shifted = new int[current.Length];
        int[] best = new int[current.Length];
        var table = new BeamEditTable(reference.ToArray(), current.Length);
        var alignment = new EditAlignment(current.Length, reference.Length);
        int moves = 0;
        int tried = 0;
        while (true)
        {
            int before = table.Fill(current);
            alignment.Read(table);
            (int Gain, int Length, int Start, int Place) chosen = (int.MinValue, 0, 0, 0);
            for (int h = 0; h < current.Length && tried < MaxTried; h++)
            {
                for (int r = 0; r < reference.Length && tried < MaxTried; r++)
                {
                    if (Math.Abs(r - h) > MaxDistance)
                    {
                        continue;
                    }
                    int longest = Math.Min(MaxBlock, Math.Min(current.Length - h, reference.Length - r));
                    for (int length = 1; length <= longest && current[h + length - 1] == reference[r + length - 1] && tried < MaxTried; length++)
                    {
                        if (alignment.Improves(h, r, length))
                        {
                            TryPlaces(h, r, length, before, ref chosen);
                        }
                    }
                }
            }
            if (tried >= MaxTried || chosen.Gain <= 0)
            {
                return moves + before;
            }
            moves++;
            (current, best) = (best, current);
        }

        void TryPlaces(int h, int r, int length, int before, ref (int Gain, int Length, int Start, int Place) chosen)
        {
            int previous = -1;
            for (int offset = -1; offset < length; offset++)
            {
                int place = r + offset < 0 ? 0 : alignment.HypothesisOf(r + offset) + 1;
                if (place == previous)
                {
                    continue;
                }
                previous = place;
                Move(current, h, length, place, shifted);
                tried++;
                var candidate = (before - table.Distance(shifted, current.AsSpan().CommonPrefixLength(shifted)), length, -h, -place);
                if (candidate.CompareTo(chosen) > 0)
                {
                    chosen = candidate;
                    shifted.CopyTo(best, 0);
                }
            }
        }
    }

    private static void Move(ReadOnlySpan<int> words, int start, int length, int place, Span<int> moved)
    {
        // A place inside or right after the block counts from the words that are left without it, as in Tercom.
        ReadOnlySpan<int> block = words.Slice(start, length);
        int target = place < start ? place : place > start + length ? place - length : place;
        words[..start].CopyTo(moved);
        words[(start + length)..].CopyTo(moved[start..]);
        target = Math.Min(target, words.Length - length);
        moved[target..^length].CopyTo(moved[(target + length)..]);
        block.CopyTo(moved[target..]);
    }
}
