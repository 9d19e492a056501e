using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Winnow.Inference.Sessions;

namespace Winnow.Inference.Kernels;

/// <summary>
/// Attention of one query over the pages of its row. Scores are chains over the dimensions, the mixture is four chains
/// over the positions: neither depends on which slots of which pages the tokens stand in, nor on other rows.
/// </summary>
internal static unsafe class PagedAttention
{
    private const int Page = PageStore.PageTokens;

    /// <summary>Numbers of scratch memory for a row of some length.</summary>
    public static int ScoreRoom(int length) => (length + (2 * Page)) / Page * Page;

    /// <summary>out = softmax(q K) V over the first tokens of a row.</summary>
    /// <param name="query">Shape [head width]; rotated, and scaled by 1/√d.</param>
    /// <param name="headWidth">Dimensions.</param>
    /// <param name="pages">The pages.</param>
    /// <param name="layer">Layer.</param>
    /// <param name="head">Key-value head.</param>
    /// <param name="spans">Slots of the row in order, at least as many as tokens.</param>
    /// <param name="length">Tokens that the query sees; 1 or more.</param>
    /// <param name="scores">Scratch memory, <see cref="ScoreRoom"/> numbers.</param>
    /// <param name="output">Shape [head width].</param>
    public static void Apply(
        float* query, int headWidth, PageStore pages, int layer, int head, ReadOnlySpan<PageSpan> spans, int length, float* scores, float* output)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Apply<Lanes512>(query, headWidth, pages, layer, head, spans, length, scores, output);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Apply<Lanes256>(query, headWidth, pages, layer, head, spans, length, scores, output);
        }
        else
        {
            Apply<Lanes128>(query, headWidth, pages, layer, head, spans, length, scores, output);
        }
    }

    private static void Apply<TLanes>(
        float* query, int headWidth, PageStore pages, int layer, int head, ReadOnlySpan<PageSpan> spans, int length, float* scores, float* output)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* page = stackalloc float[Page];
        int position = 0;
        foreach (PageSpan span in spans)
        {
            int count = Math.Min(span.Count, length - position);
            if (count <= 0)
            {
                break;
            }
            float* keys = pages.Keys(span.Page, layer, head);
            if (span.Start == 0)
            {
                // Slots beyond the span are overwritten by the next one, or lie beyond the length.
                ScorePage<TLanes>(query, headWidth, keys, scores + position);
            }
            else
            {
                ScorePage<TLanes>(query, headWidth, keys, page);
                new ReadOnlySpan<float>(page + span.Start, count).CopyTo(new Span<float>(scores + position, count));
            }
            position += count;
        }
        float scale = 1 / Exponentials(new Span<float>(scores, length));
        for (int column = 0; column < headWidth; column += TLanes.Count)
        {
            Mix<TLanes>(pages, layer, head, spans, length, scores, scale, column, page);
            new ReadOnlySpan<float>(page, Math.Min(TLanes.Count, headWidth - column)).CopyTo(new Span<float>(output + column, headWidth - column));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScorePage<TLanes>(float* query, int headWidth, float* keys, float* scores)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (int slot = 0; slot < Page; slot += TLanes.Count)
        {
            TLanes a = default, b = default, c = default, d = default;
            float* column = keys + slot;
            int i = 0;
            for (; i + 4 <= headWidth; i += 4)
            {
                a = TLanes.MultiplyAdd(TLanes.Load(column), TLanes.Broadcast(query[i]), a);
                b = TLanes.MultiplyAdd(TLanes.Load(column + Page), TLanes.Broadcast(query[i + 1]), b);
                c = TLanes.MultiplyAdd(TLanes.Load(column + (2 * Page)), TLanes.Broadcast(query[i + 2]), c);
                d = TLanes.MultiplyAdd(TLanes.Load(column + (3 * Page)), TLanes.Broadcast(query[i + 3]), d);
                column += 4 * Page;
            }
            for (; i < headWidth; i++)
            {
                a = TLanes.MultiplyAdd(TLanes.Load(column), TLanes.Broadcast(query[i]), a);
                column += Page;
            }
            TLanes.Add(TLanes.Add(a, b), TLanes.Add(c, d)).Store(scores + slot);
        }
    }

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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Mix<TLanes>(
        PageStore pages, int layer, int head, ReadOnlySpan<PageSpan> spans, int length, float* weights, float scale, int column, float* output)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int stride = pages.ValueStride;
        TLanes a = default, b = default, c = default, d = default;
        int position = 0;
        foreach (PageSpan span in spans)
        {
            int end = Math.Min(position + span.Count, length);
            float* values = pages.Values(span.Page, layer, head) + (span.Start * stride) + column;
            while (position < end)
            {
                if ((position & 3) == 0 && position + 4 <= end)
                {
                    a = TLanes.MultiplyAdd(TLanes.Load(values), TLanes.Broadcast(weights[position]), a);
                    b = TLanes.MultiplyAdd(TLanes.Load(values + stride), TLanes.Broadcast(weights[position + 1]), b);
                    c = TLanes.MultiplyAdd(TLanes.Load(values + (2 * stride)), TLanes.Broadcast(weights[position + 2]), c);
                    d = TLanes.MultiplyAdd(TLanes.Load(values + (3 * stride)), TLanes.Broadcast(weights[position + 3]), d);
                    values += 4 * stride;
                    position += 4;
                    continue;
                }
                TLanes value = TLanes.Load(values);
                TLanes weight = TLanes.Broadcast(weights[position]);
                switch (position & 3)
                {
                    case 0:
                        a = TLanes.MultiplyAdd(value, weight, a);
                        break;
                    case 1:
                        b = TLanes.MultiplyAdd(value, weight, b);
                        break;
                    case 2:
                        c = TLanes.MultiplyAdd(value, weight, c);
                        break;
                    default:
                        d = TLanes.MultiplyAdd(value, weight, d);
                        break;
                }
                values += stride;
                position++;
            }
            if (position >= length)
            {
                break;
            }
        }
        TLanes.Multiply(TLanes.Add(TLanes.Add(a, b), TLanes.Add(c, d)), TLanes.Broadcast(scale)).Store(output);
    }
}
