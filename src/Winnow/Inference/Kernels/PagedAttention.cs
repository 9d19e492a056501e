using System.Numerics.Tensors;
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
            scales[q] = 1 / Exponentials(_scores.Span((long)q * _room, _queries[q].Length));
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
            TLanes a0 = default, b0 = default, c0 = default, d0 = default, a1 = default, b1 = default, c1 = default, d1 = default;
            TLanes a2 = default, b2 = default, c2 = default, d2 = default, a3 = default, b3 = default, c3 = default, d3 = default;
            float* column = keys + slot;
            nint i = 0;
            for (; i + 4 <= headWidth; i += 4, column += 4 * Page)
            {
                TLanes ka = TLanes.Load(column), kb = TLanes.Load(column + Page), kc = TLanes.Load(column + (2 * Page)), kd = TLanes.Load(column + (3 * Page));
                a0 = TLanes.MultiplyAdd(ka, TLanes.Broadcast(q0[i]), a0);
                b0 = TLanes.MultiplyAdd(kb, TLanes.Broadcast(q0[i + 1]), b0);
                c0 = TLanes.MultiplyAdd(kc, TLanes.Broadcast(q0[i + 2]), c0);
                d0 = TLanes.MultiplyAdd(kd, TLanes.Broadcast(q0[i + 3]), d0);
                if (TRows.Count > 1)
                {
                    a1 = TLanes.MultiplyAdd(ka, TLanes.Broadcast(q1[i]), a1);
                    b1 = TLanes.MultiplyAdd(kb, TLanes.Broadcast(q1[i + 1]), b1);
                    c1 = TLanes.MultiplyAdd(kc, TLanes.Broadcast(q1[i + 2]), c1);
                    d1 = TLanes.MultiplyAdd(kd, TLanes.Broadcast(q1[i + 3]), d1);
                }
                if (TRows.Count > 2)
                {
                    a2 = TLanes.MultiplyAdd(ka, TLanes.Broadcast(q2[i]), a2);
                    b2 = TLanes.MultiplyAdd(kb, TLanes.Broadcast(q2[i + 1]), b2);
                    c2 = TLanes.MultiplyAdd(kc, TLanes.Broadcast(q2[i + 2]), c2);
                    d2 = TLanes.MultiplyAdd(kd, TLanes.Broadcast(q2[i + 3]), d2);
                }
                if (TRows.Count > 3)
                {
                    a3 = TLanes.MultiplyAdd(ka, TLanes.Broadcast(q3[i]), a3);
                    b3 = TLanes.MultiplyAdd(kb, TLanes.Broadcast(q3[i + 1]), b3);
                    c3 = TLanes.MultiplyAdd(kc, TLanes.Broadcast(q3[i + 2]), c3);
                    d3 = TLanes.MultiplyAdd(kd, TLanes.Broadcast(q3[i + 3]), d3);
                }
            }
            for (; i < headWidth; i++, column += Page)
            {
                TLanes key = TLanes.Load(column);
                a0 = TLanes.MultiplyAdd(key, TLanes.Broadcast(q0[i]), a0);
                a1 = TRows.Count > 1 ? TLanes.MultiplyAdd(key, TLanes.Broadcast(q1[i]), a1) : a1;
                a2 = TRows.Count > 2 ? TLanes.MultiplyAdd(key, TLanes.Broadcast(q2[i]), a2) : a2;
                a3 = TRows.Count > 3 ? TLanes.MultiplyAdd(key, TLanes.Broadcast(q3[i]), a3) : a3;
            }
            Sum(a0, b0, c0, d0).Store(scores + slot);
            if (TRows.Count > 1)
            {
                Sum(a1, b1, c1, d1).Store(scores + stride + slot);
            }
            if (TRows.Count > 2)
            {
                Sum(a2, b2, c2, d2).Store(scores + (2 * stride) + slot);
            }
            if (TRows.Count > 3)
            {
                Sum(a3, b3, c3, d3).Store(scores + (3 * stride) + slot);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Sum<TLanes>(TLanes a, TLanes b, TLanes c, TLanes d)
        where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.Add(TLanes.Add(a, b), TLanes.Add(c, d));

    // Sixteen partial sums by position, added up in one order.
    private static float Exponentials(Span<float> scores)
    {
        Exponential.Apply(scores, TensorPrimitives.Max<float>(scores), 1, scores);
        Vector512<float> sums = Vector512<float>.Zero;
        int i = 0;
        for (; i + Vector512<float>.Count <= scores.Length; i += Vector512<float>.Count)
        {
            sums += Vector512.Create<float>(scores[i..]);
        }
        float sum = 0;
        for (int lane = 0; lane < Vector512<float>.Count; lane++)
        {
            sum += sums[lane];
        }
        for (; i < scores.Length; i++)
        {
            sum += scores[i];
        }
        return sum;
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

    // The chain of a position is its remainder by four. a is always that of the next position, so the four of them turn
    // where a span does not end on a multiple of four.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Mix<TLanes, TRows>(int query, ReadOnlySpan<PageSpan> spans, int position, int end, int column)
        where TLanes : unmanaged, ILanes<TLanes>
        where TRows : struct, ITileRows
    {
        nint stride = _stride;
        nint room = _room;
        float* w0 = _scores.Pointer + (query * room) + position, w1 = w0 + room, w2 = w1 + room, w3 = w2 + room;
        float* chains0 = _chains.Pointer + (query * Chains * stride) + column;
        float* chains1 = chains0 + (Chains * stride), chains2 = chains1 + (Chains * stride), chains3 = chains2 + (Chains * stride);
        nint a = (position & 3) * stride, b = ((position + 1) & 3) * stride, c = ((position + 2) & 3) * stride, d = ((position + 3) & 3) * stride;
        TLanes a0 = TLanes.Load(chains0 + a), b0 = TLanes.Load(chains0 + b), c0 = TLanes.Load(chains0 + c), d0 = TLanes.Load(chains0 + d);
        TLanes a1 = default, b1 = default, c1 = default, d1 = default, a2 = default, b2 = default, c2 = default, d2 = default;
        TLanes a3 = default, b3 = default, c3 = default, d3 = default;
        if (TRows.Count > 1)
        {
            (a1, b1, c1, d1) = (TLanes.Load(chains1 + a), TLanes.Load(chains1 + b), TLanes.Load(chains1 + c), TLanes.Load(chains1 + d));
        }
        if (TRows.Count > 2)
        {
            (a2, b2, c2, d2) = (TLanes.Load(chains2 + a), TLanes.Load(chains2 + b), TLanes.Load(chains2 + c), TLanes.Load(chains2 + d));
        }
        if (TRows.Count > 3)
        {
            (a3, b3, c3, d3) = (TLanes.Load(chains3 + a), TLanes.Load(chains3 + b), TLanes.Load(chains3 + c), TLanes.Load(chains3 + d));
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
                TLanes va = TLanes.Load(values), vb = TLanes.Load(values + stride), vc = TLanes.Load(values + (2 * stride)), vd = TLanes.Load(values + (3 * stride));
                a0 = TLanes.MultiplyAdd(va, TLanes.Broadcast(w0[0]), a0);
                b0 = TLanes.MultiplyAdd(vb, TLanes.Broadcast(w0[1]), b0);
                c0 = TLanes.MultiplyAdd(vc, TLanes.Broadcast(w0[2]), c0);
                d0 = TLanes.MultiplyAdd(vd, TLanes.Broadcast(w0[3]), d0);
                w0 += 4;
                if (TRows.Count > 1)
                {
                    a1 = TLanes.MultiplyAdd(va, TLanes.Broadcast(w1[0]), a1);
                    b1 = TLanes.MultiplyAdd(vb, TLanes.Broadcast(w1[1]), b1);
                    c1 = TLanes.MultiplyAdd(vc, TLanes.Broadcast(w1[2]), c1);
                    d1 = TLanes.MultiplyAdd(vd, TLanes.Broadcast(w1[3]), d1);
                    w1 += 4;
                }
                if (TRows.Count > 2)
                {
                    a2 = TLanes.MultiplyAdd(va, TLanes.Broadcast(w2[0]), a2);
                    b2 = TLanes.MultiplyAdd(vb, TLanes.Broadcast(w2[1]), b2);
                    c2 = TLanes.MultiplyAdd(vc, TLanes.Broadcast(w2[2]), c2);
                    d2 = TLanes.MultiplyAdd(vd, TLanes.Broadcast(w2[3]), d2);
                    w2 += 4;
                }
                if (TRows.Count > 3)
                {
                    a3 = TLanes.MultiplyAdd(va, TLanes.Broadcast(w3[0]), a3);
                    b3 = TLanes.MultiplyAdd(vb, TLanes.Broadcast(w3[1]), b3);
                    c3 = TLanes.MultiplyAdd(vc, TLanes.Broadcast(w3[2]), c3);
                    d3 = TLanes.MultiplyAdd(vd, TLanes.Broadcast(w3[3]), d3);
                    w3 += 4;
                }
            }
            for (; count > 0; count--, values += stride)
            {
                TLanes value = TLanes.Load(values);
                (a0, b0, c0, d0) = (b0, c0, d0, TLanes.MultiplyAdd(value, TLanes.Broadcast(*w0++), a0));
                if (TRows.Count > 1)
                {
                    (a1, b1, c1, d1) = (b1, c1, d1, TLanes.MultiplyAdd(value, TLanes.Broadcast(*w1++), a1));
                }
                if (TRows.Count > 2)
                {
                    (a2, b2, c2, d2) = (b2, c2, d2, TLanes.MultiplyAdd(value, TLanes.Broadcast(*w2++), a2));
                }
                if (TRows.Count > 3)
                {
                    (a3, b3, c3, d3) = (b3, c3, d3, TLanes.MultiplyAdd(value, TLanes.Broadcast(*w3++), a3));
                }
            }
        }
        (a, b, c, d) = ((position & 3) * stride, ((position + 1) & 3) * stride, ((position + 2) & 3) * stride, ((position + 3) & 3) * stride);
        a0.Store(chains0 + a);
        b0.Store(chains0 + b);
        c0.Store(chains0 + c);
        d0.Store(chains0 + d);
        if (TRows.Count > 1)
        {
            a1.Store(chains1 + a);
            b1.Store(chains1 + b);
            c1.Store(chains1 + c);
            d1.Store(chains1 + d);
        }
        if (TRows.Count > 2)
        {
            a2.Store(chains2 + a);
            b2.Store(chains2 + b);
            c2.Store(chains2 + c);
            d2.Store(chains2 + d);
        }
        if (TRows.Count > 3)
        {
            a3.Store(chains3 + a);
            b3.Store(chains3 + b);
            c3.Store(chains3 + c);
            d3.Store(chains3 + d);
        }
    }

    private void TakeMixture<TLanes>(int query, float scale)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* chains = _chains.Pointer + ((nint)query * Chains * _stride);
        for (int column = 0; column < _headWidth; column += TLanes.Count, chains += TLanes.Count)
        {
            TLanes sum = Sum(TLanes.Load(chains), TLanes.Load(chains + _stride), TLanes.Load(chains + (2 * _stride)), TLanes.Load(chains + (3 * _stride)));
            TLanes.Multiply(sum, TLanes.Broadcast(scale)).Store(chains);
        }
        new ReadOnlySpan<float>(chains - ((_headWidth + TLanes.Count - 1) / TLanes.Count * TLanes.Count), _headWidth)
            .CopyTo(new Span<float>((float*)_queries[query].Output, _headWidth));
    }

    private readonly record struct Query(ReadOnlyMemory<PageSpan> Spans, int Length, int Shared, nint Output);
}
