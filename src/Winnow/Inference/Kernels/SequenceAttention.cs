using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Winnow.Inference.Kernels;

/// <summary>
/// Scaled dot-product attention of one head within one sequence, where every token sees every other. Each query's
/// sums run over keys and dimensions in their order, so that they do not depend on what else is computed.
/// </summary>
/// <remarks>Source: Vaswani et al. (2017). Cost: O(n² · d).</remarks>
internal sealed unsafe class SequenceAttention : IDisposable
{
    private const int Lanes = 16;
    private const int QueriesAtOnce = 4;

    private readonly int _headWidth;
    private readonly int _paddedWidth;
    private readonly AlignedBuffer _keys;
    private readonly AlignedBuffer _values;
    private readonly AlignedBuffer _scores;
    private readonly AlignedBuffer _outputs;

    /// <param name="headWidth">Dimensions of a head, d.</param>
    /// <param name="maxLength">Most tokens of a sequence.</param>
    public SequenceAttention(int headWidth, int maxLength)
    {
        _headWidth = headWidth;
        _paddedWidth = Padded(headWidth);
        long length = Padded(maxLength);
        _keys = new AlignedBuffer(length * headWidth);
        _values = new AlignedBuffer(length * _paddedWidth);
        _scores = new AlignedBuffer(length * QueriesAtOnce);
        _outputs = new AlignedBuffer(_paddedWidth * QueriesAtOnce);
    }

    /// <summary>output = softmax(q Kᵀ / √d) V.</summary>
    /// <param name="queries">First query; each has d numbers.</param>
    /// <param name="keys">First key.</param>
    /// <param name="values">First value.</param>
    /// <param name="stride">Numbers from one token's queries, keys and values to the next one's.</param>
    /// <param name="count">Tokens.</param>
    /// <param name="output">Where the first token's result goes.</param>
    /// <param name="outputStride">Numbers from one token's result to the next one's.</param>
    public void Apply(float* queries, float* keys, float* values, int stride, int count, float* output, int outputStride)
    {
        int padded = Padded(count);
        Pack(keys, values, stride, count, padded);
        for (int query = 0; query < count; query += QueriesAtOnce)
        {
            int rows = Math.Min(QueriesAtOnce, count - query);
            Score(queries + ((long)query * stride), stride, rows, padded);
            for (int row = 0; row < rows; row++)
            {
                Softmax(new Span<float>(_scores.Pointer + (row * padded), count));
            }
            Mix(count, padded);
            for (int row = 0; row < rows; row++)
            {
                new ReadOnlySpan<float>(_outputs.Pointer + (row * _paddedWidth), _headWidth)
                    .CopyTo(new Span<float>(output + ((long)(query + row) * outputStride), _headWidth));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _keys.Dispose();
        _values.Dispose();
        _scores.Dispose();
        _outputs.Dispose();
    }

    private static int Padded(int count) => (count + Lanes - 1) / Lanes * Lanes;

    // Keys are turned round, so that scores are computed for sixteen of them at once.
    private void Pack(float* keys, float* values, int stride, int count, int padded)
    {
        for (int i = 0; i < _headWidth; i++)
        {
            float* row = _keys.Pointer + ((long)i * padded);
            for (int token = 0; token < count; token++)
            {
                row[token] = keys[((long)token * stride) + i];
            }
            new Span<float>(row + count, padded - count).Clear();
        }
        for (int token = 0; token < count; token++)
        {
            float* row = _values.Pointer + ((long)token * _paddedWidth);
            new ReadOnlySpan<float>(values + ((long)token * stride), _headWidth).CopyTo(new Span<float>(row, _headWidth));
            new Span<float>(row + _headWidth, _paddedWidth - _headWidth).Clear();
        }
    }

    private void Score(float* queries, int stride, int rows, int padded)
    {
        // Rows beyond the last repeat it; their results are not used.
        float* q0 = queries;
        float* q1 = queries + ((long)Math.Min(1, rows - 1) * stride);
        float* q2 = queries + ((long)Math.Min(2, rows - 1) * stride);
        float* q3 = queries + ((long)Math.Min(3, rows - 1) * stride);
        for (int key = 0; key < padded; key += Lanes)
        {
            Chains(_keys.Pointer + key, padded, _headWidth, q0, q1, q2, q3, _scores.Pointer + key, padded);
        }
    }

    private void Softmax(Span<float> scores)
    {
        float sum = Exponential.OfScores(scores, 1 / MathF.Sqrt(_headWidth));
        TensorPrimitives.Divide(scores, sum, scores);
    }

    private void Mix(int count, int padded)
    {
        float* p0 = _scores.Pointer;
        float* p1 = p0 + padded;
        float* p2 = p1 + padded;
        float* p3 = p2 + padded;
        for (int i = 0; i < _paddedWidth; i += Lanes)
        {
            Chains(_values.Pointer + i, _paddedWidth, count, p0, p1, p2, p3, _outputs.Pointer + i, _paddedWidth);
        }
    }

    // Four sums of the same vectors, each with weights of its own: scores over dimensions, mixtures over keys.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Chains(float* vectors, int stride, int count, float* w0, float* w1, float* w2, float* w3, float* sums, int sumStride)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
        for (int i = 0; i < count; i++, vectors += stride)
        {
            Vector512<float> vector = Vector512.Load(vectors);
            s0 = Vector512.FusedMultiplyAdd(vector, Vector512.Create(w0[i]), s0);
            s1 = Vector512.FusedMultiplyAdd(vector, Vector512.Create(w1[i]), s1);
            s2 = Vector512.FusedMultiplyAdd(vector, Vector512.Create(w2[i]), s2);
            s3 = Vector512.FusedMultiplyAdd(vector, Vector512.Create(w3[i]), s3);
        }
        s0.Store(sums);
        s1.Store(sums + sumStride);
        s2.Store(sums + (2 * sumStride));
        s3.Store(sums + (3 * sumStride));
    }
}
