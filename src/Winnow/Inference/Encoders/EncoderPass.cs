using System.Numerics.Tensors;
using Winnow.Inference.Kernels;

namespace Winnow.Inference.Encoders;

/// <summary>
/// Working memory, and the way of some sequences through the blocks: alone on the calling thread, or with a team of
/// threads that share each step, which changes no number. Sequences stand one after the other without padding; a
/// token's numbers depend on its own sequence only.
/// </summary>
internal sealed unsafe class EncoderPass : IParallelWork, IDisposable
{
    private readonly EncoderWeights _weights;
    private readonly int _maxTokens;
    private readonly AlignedBuffer _states;
    private readonly AlignedBuffer _mixed;
    private readonly AlignedBuffer _queryKeyValues;
    private readonly AlignedBuffer _inner;
    private readonly AlignedBuffer _rowPointers;
    private readonly float** _rows;
    private readonly int[] _starts;
    private SequenceAttention?[] _attentions = [];
    private int _sequences;
    private int _count;
    private EncoderLayer? _layer;
    private Step _step;
    private int _items;
    private int _chunks;

    /// <param name="weights">The weights.</param>
    /// <param name="maxTokens">Most tokens of all sequences together; at least the context.</param>
    public EncoderPass(EncoderWeights weights, int maxTokens)
    {
        EncoderSettings settings = weights.Settings;
        _weights = weights;
        _maxTokens = maxTokens;
        _states = new AlignedBuffer((long)maxTokens * settings.Width);
        _mixed = new AlignedBuffer((long)maxTokens * settings.Width);
        _queryKeyValues = new AlignedBuffer((long)maxTokens * 3 * settings.Width);
        _inner = new AlignedBuffer((long)maxTokens * settings.FeedForwardWidth);
        _rowPointers = new AlignedBuffer((long)maxTokens * sizeof(float*) / sizeof(float));
        _rows = (float**)_rowPointers.Pointer;
        _starts = new int[maxTokens + 1];
    }

    private enum Step
    {
        QueryKeyValue,
        Attend,
        AttentionOutput,
        AttentionNorm,
        Up,
        Activate,
        Down,
        FeedForwardNorm,
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
    /// <param name="threads">Threads that share the work; more than one only where the caller is no part of the pool's work.</param>
    public void Run(ReadOnlySpan<int> lengths, int threads = 1)
    {
        EncoderSettings settings = _weights.Settings;
        if (_attentions.Length < threads)
        {
            Array.Resize(ref _attentions, threads);
        }
        _sequences = lengths.Length;
        _count = 0;
        for (int i = 0; i < lengths.Length; i++)
        {
            _starts[i] = _count;
            _count += lengths[i];
        }
        _starts[lengths.Length] = _count;
        foreach (EncoderLayer layer in _weights.Layers)
        {
            _layer = layer;
            Multiply(Step.QueryKeyValue, layer.QueryKeyValue, _queryKeyValues, threads);
            Share(Step.Attend, _sequences * settings.Heads, threads);
            Multiply(Step.AttentionOutput, layer.AttentionOutput, _states, threads);
            Share(Step.AttentionNorm, _count, threads);
            Multiply(Step.Up, layer.Up, _inner, threads);
            Share(Step.Activate, _count, threads);
            Multiply(Step.Down, layer.Down, _states, threads);
            Share(Step.FeedForwardNorm, _count, threads);
        }
    }

    /// <inheritdoc/>
    public void Run(int chunk, int worker) =>
        Do((int)((long)_items * chunk / _chunks), (int)((long)_items * (chunk + 1) / _chunks), worker);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SequenceAttention? attention in _attentions)
        {
            attention?.Dispose();
        }
        _states.Dispose();
        _mixed.Dispose();
        _queryKeyValues.Dispose();
        _inner.Dispose();
        _rowPointers.Dispose();
    }

    private void Multiply(Step step, PackedMatrix matrix, AlignedBuffer y, int threads)
    {
        for (int row = 0; row < _count; row++)
        {
            _rows[row] = y.Pointer + ((long)row * matrix.Outputs);
        }
        Share(step, matrix.Panels, threads);
    }

    private void Share(Step step, int items, int threads)
    {
        _step = step;
        if (threads == 1)
        {
            Do(0, items, 0);
            return;
        }
        _items = items;
        _chunks = Math.Min(items, 4 * threads);
        WorkerPool.Shared.Run(this, _chunks, threads);
    }

    private void Do(int from, int to, int worker)
    {
        EncoderSettings settings = _weights.Settings;
        int width = settings.Width;
        int inner = settings.FeedForwardWidth;
        EncoderLayer layer = _layer!;
        switch (_step)
        {
            case Step.QueryKeyValue:
                MatrixProduct.Apply(_states.Pointer, width, _count, layer.QueryKeyValue, from, to, _rows, adds: false);
                break;
            case Step.Attend:
                Attend(from, to, worker);
                break;
            case Step.AttentionOutput:
                MatrixProduct.Apply(_mixed.Pointer, width, _count, layer.AttentionOutput, from, to, _rows, adds: true);
                break;
            case Step.AttentionNorm:
                Normalize(layer.AttentionNorm, from, to);
                break;
            case Step.Up:
                MatrixProduct.Apply(_states.Pointer, width, _count, layer.Up, from, to, _rows, adds: false);
                break;
            case Step.Activate:
                Activate(settings.Activation, _inner.Span((long)from * inner, checked((to - from) * inner)));
                break;
            case Step.Down:
                MatrixProduct.Apply(_inner.Pointer, inner, _count, layer.Down, from, to, _rows, adds: true);
                break;
            case Step.FeedForwardNorm:
                Normalize(layer.FeedForwardNorm, from, to);
                break;
            default:
                throw new InvalidOperationException($"There is no step {_step}.");
        }
    }

    private void Attend(int from, int to, int worker)
    {
        EncoderSettings settings = _weights.Settings;
        int width = settings.Width;
        int headWidth = width / settings.Heads;
        SequenceAttention attention = _attentions[worker] ??= new SequenceAttention(headWidth, settings.ContextLength);
        for (int item = from; item < to; item++)
        {
            int sequence = item / settings.Heads;
            int head = item % settings.Heads;
            float* queries = _queryKeyValues.Pointer + ((long)_starts[sequence] * 3 * width) + (head * headWidth);
            attention.Apply(queries, queries + width, queries + (2 * width), 3 * width, _starts[sequence + 1] - _starts[sequence],
                _mixed.Pointer + ((long)_starts[sequence] * width) + (head * headWidth), width);
        }
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

    private void Normalize(NormWeights norm, int from, int to)
    {
        int width = _weights.Settings.Width;
        for (int row = from; row < to; row++)
        {
            LayerNorm.Apply(_states.Span((long)row * width, width), norm.Weight, norm.Bias, _weights.Settings.NormEpsilon);
        }
    }
}
