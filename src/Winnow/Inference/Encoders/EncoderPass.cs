using System.Numerics.Tensors;
using Winnow.Inference.Kernels;

namespace Winnow.Inference.Encoders;

/// <summary>
/// Working memory of one thread, and the way of some sequences through the blocks. Sequences stand one after the other
/// without padding; a token's numbers depend on its own sequence only.
/// </summary>
internal sealed unsafe class EncoderPass : IDisposable
{
    private readonly EncoderWeights _weights;
    private readonly SequenceAttention _attention;
    private readonly int _maxTokens;
    private readonly AlignedBuffer _states;
    private readonly AlignedBuffer _mixed;
    private readonly AlignedBuffer _queryKeyValues;
    private readonly AlignedBuffer _inner;
    private readonly float*[] _rows;

    /// <param name="weights">The weights.</param>
    /// <param name="maxTokens">Most tokens of all sequences together; at least the context.</param>
    public EncoderPass(EncoderWeights weights, int maxTokens)
    {
        EncoderSettings settings = weights.Settings;
        _weights = weights;
        _maxTokens = maxTokens;
        _attention = new SequenceAttention(settings.Width / settings.Heads, settings.ContextLength);
        _states = new AlignedBuffer((long)maxTokens * settings.Width);
        _mixed = new AlignedBuffer((long)maxTokens * settings.Width);
        _queryKeyValues = new AlignedBuffer((long)maxTokens * 3 * settings.Width);
        _inner = new AlignedBuffer((long)maxTokens * settings.FeedForwardWidth);
        _rows = new float*[maxTokens];
    }

    /// <summary>Most tokens of all sequences together.</summary>
    public int MaxTokens => _maxTokens;

    /// <summary>Hidden states of the last sequences, shape [tokens][d].</summary>
    public ReadOnlySpan<float> States(int firstToken, int count) => _states.Span((long)firstToken * _weights.Settings.Width, count * _weights.Settings.Width);

    /// <summary>Adds a sequence's embeddings.</summary>
    /// <param name="tokens">Its tokens.</param>
    /// <param name="firstToken">Tokens of the sequences before it.</param>
    public void Embed(ReadOnlySpan<int> tokens, int firstToken)
    {
        int width = _weights.Settings.Width;
        for (int i = 0; i < tokens.Length; i++)
        {
            _weights.CopyEmbedding(tokens[i], i, _states.Span((long)(firstToken + i) * width, width));
        }
    }

    /// <summary>Sends what was embedded through all blocks.</summary>
    /// <param name="lengths">Tokens of each sequence.</param>
    public void Run(ReadOnlySpan<int> lengths)
    {
        EncoderSettings settings = _weights.Settings;
        int width = settings.Width;
        int headWidth = width / settings.Heads;
        int count = TensorPrimitives.Sum(lengths);
        fixed (float** rows = _rows)
        {
            foreach (EncoderLayer layer in _weights.Layers)
            {
                Multiply(_states, width, layer.QueryKeyValue, _queryKeyValues, count, rows, adds: false);
                int first = 0;
                foreach (int length in lengths)
                {
                    float* sequence = _queryKeyValues.Pointer + ((long)first * 3 * width);
                    for (int head = 0; head < settings.Heads; head++)
                    {
                        float* queries = sequence + (head * headWidth);
                        _attention.Apply(queries, queries + width, queries + (2 * width), 3 * width, length,
                            _mixed.Pointer + ((long)first * width) + (head * headWidth), width);
                    }
                    first += length;
                }
                Multiply(_mixed, width, layer.AttentionOutput, _states, count, rows, adds: true);
                Normalize(layer.AttentionNorm, count);
                Multiply(_states, width, layer.Up, _inner, count, rows, adds: false);
                Activate(settings.Activation, _inner.Span(0, checked(count * settings.FeedForwardWidth)));
                Multiply(_inner, settings.FeedForwardWidth, layer.Down, _states, count, rows, adds: true);
                Normalize(layer.FeedForwardNorm, count);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _attention.Dispose();
        _states.Dispose();
        _mixed.Dispose();
        _queryKeyValues.Dispose();
        _inner.Dispose();
    }

    private static void Multiply(AlignedBuffer x, int inputs, PackedMatrix matrix, AlignedBuffer y, int count, float** rows, bool adds)
    {
        for (int row = 0; row < count; row++)
        {
            rows[row] = y.Pointer + ((long)row * matrix.Outputs);
        }
        MatrixProduct.Apply(x.Pointer, inputs, count, matrix, 0, matrix.Panels, rows, adds);
    }

    private static void Activate(EncoderActivation activation, Span<float> values)
    {
        if (activation == EncoderActivation.Relu)
        {
            TensorPrimitives.Max(values, 0f, values);
        }
        else
        {
            Gelu.Apply(values);
        }
    }

    private void Normalize(NormWeights norm, int count)
    {
        int width = _weights.Settings.Width;
        for (int row = 0; row < count; row++)
        {
            LayerNorm.Apply(_states.Span((long)row * width, width), norm.Weight, norm.Bias, _weights.Settings.NormEpsilon);
        }
    }
}
