namespace Winnow.Inference.Tokenizers;

/// <summary>
/// Byte-pair encoding of one piece: joins the neighbouring pair of lowest rank, the leftmost of equals, until no
/// pair has a rank. O(n log n) in the bytes of the piece.
/// </summary>
/// <remarks>Source: Sennrich, Haddow and Birch (2016), Neural Machine Translation of Rare Words with Subword Units.</remarks>
internal sealed class BytePairMerges
{
    private readonly Dictionary<(int Left, int Right), (int Rank, int Merged)> _merges;

    public BytePairMerges(Dictionary<(int Left, int Right), (int Rank, int Merged)> merges) => _merges = merges;

    /// <summary>Joins symbols.</summary>
    /// <param name="symbols">The tokens of the single bytes; overwritten.</param>
    public int[] Apply(int[] symbols)
    {
        int n = symbols.Length;
        var next = new int[n];
        var previous = new int[n];
        var queue = new PriorityQueue<(int At, int Left, int Right), (int Rank, int At)>();
        for (int i = 0; i < n; i++)
        {
            next[i] = i + 1;
            previous[i] = i - 1;
        }
        for (int i = 0; i + 1 < n; i++)
        {
            Offer(i, i + 1);
        }
        int left = n;
        const int Gone = -1;
        while (queue.TryDequeue(out (int At, int Left, int Right) pair, out _))
        {
            int right = next[pair.At];
            bool isStale = symbols[pair.At] != pair.Left || right >= n || symbols[right] != pair.Right;
            if (isStale)
            {
                continue;
            }
            symbols[pair.At] = _merges[(pair.Left, pair.Right)].Merged;
            symbols[right] = Gone;
            next[pair.At] = next[right];
            if (next[right] < n)
            {
                previous[next[right]] = pair.At;
                Offer(pair.At, next[right]);
            }
            if (previous[pair.At] >= 0)
            {
                Offer(previous[pair.At], pair.At);
            }
            left--;
        }
        var merged = new int[left];
        for (int i = 0, at = 0; at < left; i = next[i])
        {
            merged[at++] = symbols[i];
        }
        return merged;

        void Offer(int at, int after)
        {
            if (_merges.TryGetValue((symbols[at], symbols[after]), out (int Rank, int Merged) merge))
            {
                queue.Enqueue((at, symbols[at], symbols[after]), (merge.Rank, at));
            }
        }
    }
}
