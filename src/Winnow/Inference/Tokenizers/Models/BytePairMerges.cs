namespace Winnow.Inference.Tokenizers.Models;

/// <summary>
/// Byte-pair encoding of one piece: joins the neighbouring pair of lowest rank, the leftmost of equals, until no
/// pair has a rank. O(n log n) in the symbols of the piece.
/// </summary>
/// <remarks>Source: Sennrich, Haddow and Birch (2016), Neural Machine Translation of Rare Words with Subword Units.</remarks>
/// <param name="merges">Pairs that are joined.</param>
internal sealed class BytePairMerges(MergeTable merges)
{
    private const int Gone = -1;

    /// <summary>Joins the symbols that stand in the working memory from one on.</summary>
    /// <param name="work">Working memory.</param>
    /// <param name="first">First symbol.</param>
    public void Apply(PieceWork work, int first)
    {
        Span<PieceToken> symbols = work.Written[first..];
        int n = symbols.Length;
        if (n < 2)
        {
            return;
        }
        Span<int> next = work.Next(n);
        Span<int> previous = work.Previous(n);
        PriorityQueue<(int At, int Left, int Right), long> queue = work.Pairs;
        queue.Clear();
        for (int i = 0; i < n; i++)
        {
            next[i] = i + 1;
            previous[i] = i - 1;
        }
        for (int i = 0; i + 1 < n; i++)
        {
            Offer(queue, symbols, i, i + 1);
        }
        while (queue.TryDequeue(out (int At, int Left, int Right) pair, out _))
        {
            int right = next[pair.At];
            bool isStale = symbols[pair.At].Id != pair.Left || right >= n || symbols[right].Id != pair.Right;
            if (isStale)
            {
                continue;
            }
            merges.TryGet(pair.Left, pair.Right, out _, out int merged);
            symbols[pair.At] = new PieceToken(merged, symbols[pair.At].Length + symbols[right].Length);
            symbols[right] = new PieceToken(Gone, 0);
            next[pair.At] = next[right];
            if (next[right] < n)
            {
                previous[next[right]] = pair.At;
                Offer(queue, symbols, pair.At, next[right]);
            }
            if (previous[pair.At] >= 0)
            {
                Offer(queue, symbols, previous[pair.At], pair.At);
            }
        }
        int kept = 0;
        for (int i = 0; i < n; i = next[i])
        {
            symbols[kept++] = symbols[i];
        }
        work.Tokens.RemoveRange(first + kept, n - kept);
    }

    private void Offer(PriorityQueue<(int At, int Left, int Right), long> queue, Span<PieceToken> symbols, int at, int after)
    {
        if (merges.TryGet(symbols[at].Id, symbols[after].Id, out int rank, out _))
        {
            queue.Enqueue((at, symbols[at].Id, symbols[after].Id), ((long)rank << 32) | (uint)at);
        }
    }
}
