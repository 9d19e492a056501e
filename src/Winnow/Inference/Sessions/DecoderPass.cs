using System.Numerics;
using System.Runtime.InteropServices;
using Winnow.Inference.Decoders;
using Winnow.Inference.Kernels;

namespace Winnow.Inference.Sessions;

/// <summary>
/// Takes tokens through all blocks of the decoder with one set of scratch memory: alone on the calling thread, or with
/// a team of threads that share each step. Which of the two, and how many tokens at once, changes no number.
/// </summary>
internal sealed unsafe class DecoderPass : IParallelWork, IDisposable
{
    /// <summary>Tokens that go through together.</summary>
    public const int MaxTokens = 64;

    // Steps shorter than this cost more to hand out than to do. Unit: numbers written.
    private const int MinSharedWork = 4096;

    private readonly DecoderWeights _weights;
    private readonly DecoderSettings _settings;
    private readonly PageStore _pages;
    private readonly int _teamSize;
    private readonly int _queryNumbers;
    private readonly int _keyNumbers;
    private readonly int _queryKeyValueNumbers;
    private readonly AlignedBuffer _hidden;
    private readonly AlignedBuffer _normed;
    private readonly AlignedBuffer _queryKeyValue;
    private readonly AlignedBuffer _attended;
    private readonly AlignedBuffer _gateUp;
    private readonly PagedAttention?[] _attention;
    private readonly float** _hiddenRows;
    private readonly float** _queryKeyValueRows;
    private readonly float** _gateUpRows;
    private readonly AlignedBuffer _rowPointers;

    private PassToken[] _tokens = [];
    private int _first;
    private int _count;
    private int _layer;
    private Step _step;
    private int _items;
    private int _chunks;

    public DecoderPass(DecoderWeights weights, PageStore pages, int teamSize)
    {
        _weights = weights;
        _settings = weights.Settings;
        _pages = pages;
        _teamSize = teamSize;
        _queryNumbers = _settings.Heads * _settings.HeadWidth;
        _keyNumbers = _settings.KeyValueHeads * _settings.HeadWidth;
        _queryKeyValueNumbers = _queryNumbers + (2 * _keyNumbers);
        _hidden = new AlignedBuffer((long)MaxTokens * _settings.Width);
        _normed = new AlignedBuffer((long)MaxTokens * _settings.Width);
        _queryKeyValue = new AlignedBuffer((long)MaxTokens * _queryKeyValueNumbers);
        _attended = new AlignedBuffer((long)MaxTokens * _queryNumbers);
        _gateUp = new AlignedBuffer((long)MaxTokens * 2 * _settings.FeedForwardWidth);
        _attention = new PagedAttention?[teamSize];
        _rowPointers = new AlignedBuffer(3L * MaxTokens * sizeof(float*) / sizeof(float));
        _hiddenRows = (float**)_rowPointers.Pointer;
        _queryKeyValueRows = _hiddenRows + MaxTokens;
        _gateUpRows = _queryKeyValueRows + MaxTokens;
        for (int t = 0; t < MaxTokens; t++)
        {
            _hiddenRows[t] = _hidden.Pointer + ((long)t * _settings.Width);
            _queryKeyValueRows[t] = _queryKeyValue.Pointer + ((long)t * _queryKeyValueNumbers);
            _gateUpRows[t] = _gateUp.Pointer + ((long)t * 2 * _settings.FeedForwardWidth);
        }
    }

    private enum Step
    {
        AttentionNorm,
        QueryKeyValue,
        Rotate,
        Attend,
        AttentionOutput,
        FeedForwardNorm,
        GateUp,
        Gate,
        Down,
        FinalNorm,
    }

    /// <summary>Takes tokens through the decoder; those of one row follow each other.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="first">First of them.</param>
    /// <param name="end">The one after the last.</param>
    public void Run(PassToken[] tokens, int first, int end)
    {
        _tokens = tokens;
        for (; first < end; first += MaxTokens)
        {
            _first = first;
            _count = Math.Min(MaxTokens, end - first);
            RunBlock();
        }
    }

    /// <inheritdoc/>
    public void Run(int chunk, int worker) =>
        Do((int)((long)_items * chunk / _chunks), (int)((long)_items * (chunk + 1) / _chunks), worker);

    /// <inheritdoc/>
    public void Dispose()
    {
        _hidden.Dispose();
        _normed.Dispose();
        _queryKeyValue.Dispose();
        _attended.Dispose();
        _gateUp.Dispose();
        _rowPointers.Dispose();
        foreach (PagedAttention? attention in _attention)
        {
            attention?.Dispose();
        }
    }

    private void RunBlock()
    {
        for (int t = 0; t < _count; t++)
        {
            ref PassToken token = ref _tokens[_first + t];
            _weights.CopyEmbedding(token.Token, new Span<float>(_hiddenRows[t], _settings.Width));
            token.SharedSpans = t == 0 ? 0 : SharedSpans(_tokens[_first + t - 1], token);
        }
        for (_layer = 0; _layer < _settings.Layers; _layer++)
        {
            DecoderLayer layer = _weights.Layers[_layer];
            Share(Step.AttentionNorm, _count, _settings.Width);
            Share(Step.QueryKeyValue, layer.QueryKeyValue.Panels, _count * 1024);
            Share(Step.Rotate, _count, _queryKeyValueNumbers);
            Share(Step.Attend, _count * _settings.KeyValueHeads, 16 * (1 + _tokens[_first].Position));
            Share(Step.AttentionOutput, layer.AttentionOutput.Panels, _count * 1024);
            Share(Step.FeedForwardNorm, _count, _settings.Width);
            Share(Step.GateUp, layer.GateUp.Panels, _count * 1024);
            Share(Step.Gate, _count, _settings.FeedForwardWidth);
            Share(Step.Down, layer.Down.Panels, _count * 1024);
        }
        Share(Step.FinalNorm, _count, _settings.Width);
    }

    private void Share(Step step, int items, int workPerItem)
    {
        _step = step;
        if (_teamSize == 1 || (long)items * workPerItem < MinSharedWork)
        {
            Do(0, items, 0);
            return;
        }
        _items = items;
        _chunks = Math.Min(items, 4 * _teamSize);
        WorkerPool.Shared.Run(this, _chunks, _teamSize);
    }

    private void Do(int from, int to, int worker)
    {
        int width = _settings.Width;
        int inner = _settings.FeedForwardWidth;
        switch (_step)
        {
            case Step.AttentionNorm:
                Normalise(from, to, _weights.Layers[_layer].AttentionNorm);
                break;
            case Step.QueryKeyValue:
                MatrixProduct.Apply(_normed.Pointer, width, _count, _weights.Layers[_layer].QueryKeyValue, from, to, _queryKeyValueRows, adds: false);
                break;
            case Step.Rotate:
                Rotate(from, to);
                break;
            case Step.Attend:
                Attend(from, to, worker);
                break;
            case Step.AttentionOutput:
                MatrixProduct.Apply(_attended.Pointer, _queryNumbers, _count, _weights.Layers[_layer].AttentionOutput, from, to, _hiddenRows, adds: true);
                break;
            case Step.FeedForwardNorm:
                Normalise(from, to, _weights.Layers[_layer].FeedForwardNorm);
                break;
            case Step.GateUp:
                MatrixProduct.Apply(_normed.Pointer, width, _count, _weights.Layers[_layer].GateUp, from, to, _gateUpRows, adds: false);
                break;
            case Step.Gate:
                for (int t = from; t < to; t++)
                {
                    SwiGlu.Apply(new Span<float>(_gateUpRows[t], inner), new Span<float>(_gateUpRows[t] + inner, inner));
                }
                break;
            case Step.Down:
                MatrixProduct.Apply(_gateUp.Pointer + inner, 2 * inner, _count, _weights.Layers[_layer].Down, from, to, _hiddenRows, adds: true);
                break;
            case Step.FinalNorm:
                for (int t = from; t < to; t++)
                {
                    if (_tokens[_first + t].Hidden is not null)
                    {
                        RmsNorm.Apply<float>(new ReadOnlySpan<float>(_hiddenRows[t], width), _weights.FinalNorm, _settings.NormEpsilon, new Span<float>(_tokens[_first + t].Hidden, width));
                    }
                }
                break;
            default:
                throw new InvalidOperationException($"There is no step {_step}.");
        }
    }

    private void Normalise(int from, int to, float[] weight)
    {
        int width = _settings.Width;
        for (int t = from; t < to; t++)
        {
            RmsNorm.Apply<float>(new ReadOnlySpan<float>(_hiddenRows[t], width), weight, _settings.NormEpsilon, _normed.Span((long)t * width, width));
        }
    }

    private void Rotate(int from, int to)
    {
        int headWidth = _settings.HeadWidth;
        float scale = (float)(1 / Math.Sqrt(headWidth));
        DecoderLayer layer = _weights.Layers[_layer];
        for (int t = from; t < to; t++)
        {
            ref PassToken token = ref _tokens[_first + t];
            float* row = _queryKeyValueRows[t];
            ReadOnlySpan<float> turn = _weights.Rotary.At(token.Position);
            for (int head = 0; head < _settings.Heads; head++)
            {
                float* query = row + (head * headWidth);
                NormaliseHead(query, layer.QueryNorm);
                Turn(query, turn, scale);
            }
            for (int head = 0; head < _settings.KeyValueHeads; head++)
            {
                float* key = row + _queryNumbers + (head * headWidth);
                NormaliseHead(key, layer.KeyNorm);
                Turn(key, turn, 1);
                if (token.Slot >= 0)
                {
                    Keep(token.Page, token.Slot, head, key, key + _keyNumbers);
                }
            }
        }
    }

    private void NormaliseHead(float* head, float[] weight)
    {
        if (weight.Length > 0)
        {
            Span<float> values = new(head, weight.Length);
            RmsNorm.Apply<float>(values, weight, _settings.NormEpsilon, values);
        }
    }

    private static void Turn(float* head, ReadOnlySpan<float> turn, float scale)
    {
        int half = turn.Length / 2;
        ReadOnlySpan<float> cos = turn[..half];
        ReadOnlySpan<float> sin = turn[half..];
        float* second = head + half;
        int i = 0;
        for (; i <= half - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> a = Vector.Load(head + i);
            Vector<float> b = Vector.Load(second + i);
            Vector<float> c = new(cos[i..]);
            Vector<float> s = new(sin[i..]);
            (((a * c) - (b * s)) * scale).Store(head + i);
            (((b * c) + (a * s)) * scale).Store(second + i);
        }
        for (; i < half; i++)
        {
            float a = head[i];
            float b = second[i];
            head[i] = ((a * cos[i]) - (b * sin[i])) * scale;
            second[i] = ((b * cos[i]) + (a * sin[i])) * scale;
        }
    }

    private void Keep(int page, int slot, int head, float* key, float* value)
    {
        float* keys = _pages.Keys(page, _layer, head) + slot;
        for (int i = 0; i < _settings.HeadWidth; i++)
        {
            keys[i * PageStore.PageTokens] = key[i];
        }
        new ReadOnlySpan<float>(value, _settings.HeadWidth).CopyTo(
            new Span<float>(_pages.Values(page, _layer, head) + (slot * _pages.ValueStride), _settings.HeadWidth));
    }

    // Head by head, so that the keys of a shared prefix stay in the nearest cache while all rows read them.
    private void Attend(int from, int to, int worker)
    {
        int headWidth = _settings.HeadWidth;
        int group = _settings.Heads / _settings.KeyValueHeads;
        PagedAttention attention = _attention[worker] ??= new PagedAttention(_pages, headWidth);
        for (int item = from; item < to; item++)
        {
            int head = item / _count;
            int t = item % _count;
            ref PassToken token = ref _tokens[_first + t];
            ReadOnlyMemory<PageSpan> spans = token.Row.Spans;
            int shared = token.SharedSpans;
            for (int query = head * group; query < (head + 1) * group; query++)
            {
                attention.Add(
                    _layer, head, _queryKeyValueRows[t] + (query * headWidth), spans, token.Position + 1, shared,
                    _attended.Pointer + ((long)t * _queryNumbers) + (query * headWidth));
                shared = spans.Length;
            }
        }
        attention.Finish();
    }

    private static int SharedSpans(in PassToken first, in PassToken second)
    {
        ReadOnlySpan<PageSpan> a = first.Row.Spans.Span;
        ReadOnlySpan<PageSpan> b = second.Row.Spans.Span;
        int length = Math.Min(first.Position, second.Position) + 1;
        int shared = 0;
        while (shared < Math.Min(a.Length, b.Length) && a[shared] == b[shared] && a[shared].Count <= length)
        {
            length -= a[shared++].Count;
        }
        return shared;
    }
}
