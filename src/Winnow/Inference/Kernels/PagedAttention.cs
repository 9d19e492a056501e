using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Winnow.Inference.Sessions;

namespace Winnow.Inference.Kernels;

/// <summary>
/// Attention of queries over the pages of their rows. Up to four queries are computed together: pages that they have in
/// common are read once for all of them. Scores are chains over the dimensions, mixtures are four chains over the
/// positions: neither depends on which slots of which pages the tokens stand in, nor on other queries.
/// </summary>
/// <remarks>out = softmax(q Kᵀ) V. Source: Vaswani et al. (2017); grouped queries: Ainslie et al. (2023).</remarks>
internal sealed unsafe class PagedAttention : IDisposable
{
    private const int Page = PageStore.PageTokens;
    private const int Chains = 4;
    private const int MostTogether = 4;

    private readonly PageStore _pages;
    private readonly int _headWidth;
    private readonly int _stride;
    private readonly int _together;
    private readonly Query[] _queries = new Query[MostTogether];
    private readonly AlignedBuffer _vectors;
    private readonly AlignedBuffer _chains;
    private AlignedBuffer _scores = new(0);
    private int _room;
    private int _count;
    private int _layer;
    private int _head;

    /// <param name="pages">Keys and values.</param>
    /// <param name="headWidth">Dimensions of a head.</param>
    public PagedAttention(PageStore pages, int headWidth)
    {
        _pages = pages;
        _headWidth = headWidth;
        _stride = pages.ValueStride;
        // Four chains of four queries fill half of the registers of 512 bits, and all of those of 256.
        _together = Vector512.IsHardwareAccelerated ? MostTogether : MostTogether / 2;
        _vectors = new AlignedBuffer(MostTogether * headWidth);
        _chains = new AlignedBuffer(MostTogether * Chains * _stride);
    }

    /// <summary>Hands in a query; its result is there at the latest after <see cref="Finish"/>.</summary>
    /// <param name="layer">Layer.</param>
    /// <param name="head">Key-value head.</param>
    /// <param name="vector">Shape [head width]; rotated, and scaled by 1/√d.</param>
    /// <param name="spans">Slots of the row in order, at least as many as tokens.</param>
    /// <param name="length">Tokens that the query sees; 1 or more.</param>
    /// <param name="shared">How many of the first spans are those of the query before this one; both see all their tokens that either sees.</param>
    /// <param name="output">Shape [head width].</param>
    public void Add(int layer, int head, float* vector, ReadOnlyMemory<PageSpan> spans, int length, int shared, float* output)
    {
        if (_count == _together || layer != _layer || head != _head)
        {
            Finish();
        }
        (_layer, _head) = (layer, head);
        new ReadOnlySpan<float>(vector, _headWidth).CopyTo(_vectors.Span(_count * _headWidth, _headWidth));
        _queries[_count++] = new Query(spans, length, shared, (nint)output);
    }

    /// <summary>Computes what was handed in.</summary>
    public void Finish()
    {
        if (_count == 0)
        {
            return;
        }
        if (Vector512.IsHardwareAccelerated)
        {
            Finish<Lanes512>();
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Finish<Lanes256>();
        }
        else
        {
            Finish<Lanes128>();
        }
        _count = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _vectors.Dispose();
        _chains.Dispose();
        _scores.Dispose();
    }

    private void Finish<TLanes>()
        where TLanes : unmanaged, ILanes<TLanes>
    {
        MakeRoom();
        _chains.Span(0, _count * Chains * _stride).Clear();
        ReadOnlySpan<PageSpan> shared = _queries[0].Spans.Span[..SharedSpans()];
        int sharedLength = Math.Min(Length(shared), _queries[0].Length);
        Score<TLanes>(0, _count, shared, 0, sharedLength);
        for (int q = 0; q < _count; q++)
        {
            Score<TLanes>(q, 1, _queries[q].Spans.Span[shared.Length..], sharedLength, _queries[q].Length);
        }
        float* scales = stackalloc float[MostTogether];
        for (int q = 0; q < _count; q++)
        {
            scales[q] = 1 / Exponential.OfScores(_scores.Span((long)q * _room, _queries[q].Length), 1);
        }
        Mix<TLanes>(0, _count, shared, 0, sharedLength);
        for (int q = 0; q < _count; q++)
        {
            Mix<TLanes>(q, 1, _queries[q].Spans.Span[shared.Length..], sharedLength, _queries[q].Length);
            TakeMixture<TLanes>(q, scales[q]);
        }
    }

    // The last page of a row is scored as a whole, one in mid-page from there on.
    private void MakeRoom()
    {
        int longest = 0;
        foreach (ref readonly Query query in _queries.AsSpan(0, _count))
        {
            longest = Math.Max(longest, query.Length);
        }
        int room = (longest + (2 * Page)) / Page * Page;
        if (room > _room)
        {
            _room = 2 * room;
            _scores.Dispose();
            _scores = new AlignedBuffer((long)MostTogether * _room);
        }
    }

    private int SharedSpans()
    {
        int shared = _count == 1 ? 0 : _queries[0].Spans.Length;
        for (int q = 1; q < _count; q++)
        {
            shared = Math.Min(shared, _queries[q].Shared);
        }
        return shared;
    }

    private static int Length(ReadOnlySpan<PageSpan> spans)
    {
        int length = 0;
        foreach (PageSpan span in spans)
        {
            length += span.Count;
        }
        return length;
    }

    private void Score<TLanes>(int query, int queries, ReadOnlySpan<PageSpan> spans, int position, int end)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* vectors = _vectors.Pointer + (query * _headWidth);
        float* scores = _scores.Pointer + ((long)query * _room);
        float* page = stackalloc float[MostTogether * Page];
        foreach (PageSpan span in spans)
        {
            int count = Math.Min(span.Count, end - position);
            if (count <= 0)
            {
                return;
            }
            float* keys = _pages.Keys(span.Page, _layer, _head);
            if (span.Start == 0)
            {
                // Slots beyond the span are overwritten by the next one, or lie beyond the length.
                ScorePage<TLanes>(vectors, queries, keys, scores + position, _room);
            }
            else
            {
                ScorePage<TLanes>(vectors, queries, keys, page, Page);
                for (int q = 0; q < queries; q++)
                {
                    new ReadOnlySpan<float>(page + (q * Page) + span.Start, count).CopyTo(new Span<float>(scores + ((long)q * _room) + position, count));
                }
            }
            position += count;
        }
    }

    private void ScorePage<TLanes>(float* vectors, int queries, float* keys, float* scores, int stride)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        switch (queries)
        {
            case 1: ScorePage<TLanes, One>(vectors, _headWidth, keys, scores, stride); break;
            case 2: ScorePage<TLanes, Two>(vectors, _headWidth, keys, scores, stride); break;
            case 3: ScorePage<TLanes, Three>(vectors, _headWidth, keys, scores, stride); break;
            default: ScorePage<TLanes, Four>(vectors, _headWidth, keys, scores, stride); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void ScorePage<TLanes, TRows>(float* vectors, int headWidth, float* keys, float* scores, nint stride)
        where TLanes : unmanaged, ILanes<TLanes>
        where TRows : struct, ITileRows
    {
        float* q0 = vectors, q1 = q0 + headWidth, q2 = q1 + headWidth, q3 = q2 + headWidth;
        for (int slot = 0; slot < Page; slot += TLanes.Count)
        {
            FourChains<TLanes> s0 = default, s1 = default, s2 = default, s3 = default;
            float* column = keys + slot;
            nint i = 0;
            for (; i + 4 <= headWidth; i += 4, column += 4 * Page)
            {
                TLanes a = TLanes.Load(column), b = TLanes.Load(column + Page), c = TLanes.Load(column + (2 * Page)), d = TLanes.Load(column + (3 * Page));
                s0.Add(a, b, c, d, q0 + i);
                if (TRows.Count > 1)
                {
                    s1.Add(a, b, c, d, q1 + i);
                }
                if (TRows.Count > 2)
                {
                    s2.Add(a, b, c, d, q2 + i);
                }
                if (TRows.Count > 3)
                {
                    s3.Add(a, b, c, d, q3 + i);
                }
            }
            for (; i < headWidth; i++, column += Page)
            {
                TLanes key = TLanes.Load(column);
                s0.A = TLanes.MultiplyAdd(key, TLanes.Broadcast(q0[i]), s0.A);
                s1.A = TRows.Count > 1 ? TLanes.MultiplyAdd(key, TLanes.Broadcast(q1[i]), s1.A) : s1.A;
                s2.A = TRows.Count > 2 ? TLanes.MultiplyAdd(key, TLanes.Broadcast(q2[i]), s2.A) : s2.A;
                s3.A = TRows.Count > 3 ? TLanes.MultiplyAdd(key, TLanes.Broadcast(q3[i]), s3.A) : s3.A;
            }
            s0.Sum().Store(scores + slot);
            if (TRows.Count > 1)
            {
                s1.Sum().Store(scores + stride + slot);
            }
            if (TRows.Count > 2)
            {
                s2.Sum().Store(scores + (2 * stride) + slot);
            }
            if (TRows.Count > 3)
            {
                s3.Sum().Store(scores + (3 * stride) + slot);
            }
        }
    }

    private void Mix<TLanes>(int query, int queries, ReadOnlySpan<PageSpan> spans, int position, int end)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (position == end || spans.IsEmpty)
        {
            return;
        }
        for (int column = 0; column < _headWidth; column += TLanes.Count)
        {
            switch (queries)
            {
                case 1: Mix<TLanes, One>(query, spans, position, end, column); break;
                case 2: Mix<TLanes, Two>(query, spans, position, end, column); break;
                case 3: Mix<TLanes, Three>(query, spans, position, end, column); break;
                default: Mix<TLanes, Four>(query, spans, position, end, column); break;
            }
        }
    }

    // The chain of a position is its remainder by four. The first of the four is always that of the next position, so
    // they turn where a span does not end on a multiple of four.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Mix<TLanes, TRows>(int query, ReadOnlySpan<PageSpan> spans, int position, int end, int column)
        where TLanes : unmanaged, ILanes<TLanes>
        where TRows : struct, ITileRows
    {
        nint stride = _stride;
        nint room = _room;
        float* w0 = _scores.Pointer + (query * room) + position, w1 = w0 + room, w2 = w1 + room, w3 = w2 + room;
        float* c0 = _chains.Pointer + (query * Chains * stride) + column;
        float* c1 = c0 + (Chains * stride), c2 = c1 + (Chains * stride), c3 = c2 + (Chains * stride);
        FourChains<TLanes> s0 = FourChains<TLanes>.Load(c0, stride, position), s1 = default, s2 = default, s3 = default;
        if (TRows.Count > 1)
        {
            s1 = FourChains<TLanes>.Load(c1, stride, position);
        }
        if (TRows.Count > 2)
        {
            s2 = FourChains<TLanes>.Load(c2, stride, position);
        }
        if (TRows.Count > 3)
        {
            s3 = FourChains<TLanes>.Load(c3, stride, position);
        }
        foreach (PageSpan span in spans)
        {
            int count = Math.Min(span.Count, end - position);
            if (count <= 0)
            {
                break;
            }
            float* values = _pages.Values(span.Page, _layer, _head) + (span.Start * stride) + column;
            position += count;
            for (; count >= 4; count -= 4, values += 4 * stride)
            {
                TLanes a = TLanes.Load(values), b = TLanes.Load(values + stride), c = TLanes.Load(values + (2 * stride)), d = TLanes.Load(values + (3 * stride));
                s0.Add(a, b, c, d, w0);
                w0 += 4;
                if (TRows.Count > 1)
                {
                    s1.Add(a, b, c, d, w1);
                    w1 += 4;
                }
                if (TRows.Count > 2)
                {
                    s2.Add(a, b, c, d, w2);
                    w2 += 4;
                }
                if (TRows.Count > 3)
                {
                    s3.Add(a, b, c, d, w3);
                    w3 += 4;
                }
            }
            for (; count > 0; count--, values += stride)
            {
                TLanes value = TLanes.Load(values);
                s0.AddAndTurn(value, *w0++);
                if (TRows.Count > 1)
                {
                    s1.AddAndTurn(value, *w1++);
                }
                if (TRows.Count > 2)
                {
                    s2.AddAndTurn(value, *w2++);
                }
                if (TRows.Count > 3)
                {
                    s3.AddAndTurn(value, *w3++);
                }
            }
        }
        s0.Store(c0, stride, position);
        if (TRows.Count > 1)
        {
            s1.Store(c1, stride, position);
        }
        if (TRows.Count > 2)
        {
            s2.Store(c2, stride, position);
        }
        if (TRows.Count > 3)
        {
            s3.Store(c3, stride, position);
        }
    }

    private void TakeMixture<TLanes>(int query, float scale)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* chains = _chains.Pointer + ((nint)query * Chains * _stride);
        for (int column = 0; column < _headWidth; column += TLanes.Count)
        {
            TLanes sum = FourChains<TLanes>.Load(chains + column, _stride, 0).Sum();
            TLanes.Multiply(sum, TLanes.Broadcast(scale)).Store(chains + column);
        }
        new ReadOnlySpan<float>(chains, _headWidth).CopyTo(new Span<float>((float*)_queries[query].Output, _headWidth));
    }

    private readonly record struct Query(ReadOnlyMemory<PageSpan> Spans, int Length, int Shared, nint Output);

    /// <summary>Four chains of fused multiply-adds, which the compiler keeps in registers.</summary>
    private struct FourChains<TLanes>
        where TLanes : unmanaged, ILanes<TLanes>
    {
        public TLanes A;
        public TLanes B;
        public TLanes C;
        public TLanes D;

        /// <summary>Chains that lie a stride apart; A is that of a position.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static FourChains<TLanes> Load(float* chains, nint stride, int position) => new()
        {
            A = TLanes.Load(chains + ((position & 3) * stride)),
            B = TLanes.Load(chains + (((position + 1) & 3) * stride)),
            C = TLanes.Load(chains + (((position + 2) & 3) * stride)),
            D = TLanes.Load(chains + (((position + 3) & 3) * stride)),
        };

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store(float* chains, nint stride, int position)
        {
            A.Store(chains + ((position & 3) * stride));
            B.Store(chains + (((position + 1) & 3) * stride));
            C.Store(chains + (((position + 2) & 3) * stride));
            D.Store(chains + (((position + 3) & 3) * stride));
        }

        /// <summary>One link each.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(TLanes a, TLanes b, TLanes c, TLanes d, float* weights)
        {
            A = TLanes.MultiplyAdd(a, TLanes.Broadcast(weights[0]), A);
            B = TLanes.MultiplyAdd(b, TLanes.Broadcast(weights[1]), B);
            C = TLanes.MultiplyAdd(c, TLanes.Broadcast(weights[2]), C);
            D = TLanes.MultiplyAdd(d, TLanes.Broadcast(weights[3]), D);
        }

        /// <summary>One link of the first, which becomes the last.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void AddAndTurn(TLanes value, float weight)
        {
            TLanes first = TLanes.MultiplyAdd(value, TLanes.Broadcast(weight), A);
            A = B;
            B = C;
            C = D;
            D = first;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly TLanes Sum() => TLanes.Add(TLanes.Add(A, B), TLanes.Add(C, D));
    }
}
