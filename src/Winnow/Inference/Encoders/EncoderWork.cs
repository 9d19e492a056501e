using System.Buffers;

namespace Winnow.Inference.Encoders;

/// <summary>Sequences in groups of like length, the longest first, so that threads end together.</summary>
internal sealed class EncoderWork : IParallelWork, IDisposable
{
    private readonly EncoderModel _model;
    private readonly ReadOnlyMemory<int> _tokens;
    private readonly IHiddenStateReader _reader;
    private readonly CancellationToken _cancellationToken;
    private readonly int _count;
    private readonly int _maxTokens;
    private readonly int _threads;
    private readonly int[] _order;
    private readonly int[] _lengths;
    private readonly int[] _starts;
    private readonly int[] _groups;
    private readonly EncoderPass?[] _passes;
    private readonly int _groupCount;

    public EncoderWork(
        EncoderModel model, ReadOnlyMemory<int> tokens, ReadOnlyMemory<int> lengths, IHiddenStateReader reader, int maxTokens, int threads, CancellationToken cancellationToken)
    {
        _model = model;
        _tokens = tokens;
        _reader = reader;
        _maxTokens = maxTokens;
        _threads = threads;
        _cancellationToken = cancellationToken;
        _count = lengths.Length;
        _order = ArrayPool<int>.Shared.Rent(_count + 1);
        _lengths = ArrayPool<int>.Shared.Rent(_count + 1);
        _starts = ArrayPool<int>.Shared.Rent(_count + 1);
        _groups = ArrayPool<int>.Shared.Rent(_count + 1);
        _passes = ArrayPool<EncoderPass?>.Shared.Rent(threads);
        Array.Clear(_passes, 0, threads);
        int start = 0;
        for (int i = 0; i < _count; i++)
        {
            int length = lengths.Span[i];
            _order[i] = i;
            _lengths[i] = length;
            _starts[i] = start;
            start += length;
        }
        // By length, the longest first; the number breaks ties, so that groups are the same every time.
        _order.AsSpan(0, _count).Sort((a, b) => _lengths[a] != _lengths[b] ? _lengths[b].CompareTo(_lengths[a]) : a.CompareTo(b));
        int inGroup = 0;
        for (int i = 0; i < _count; i++)
        {
            int length = _lengths[_order[i]];
            if (i == 0 || inGroup + length > GroupLimit(tokens.Length))
            {
                _groups[_groupCount++] = i;
                inGroup = 0;
            }
            inGroup += length;
        }
        _groups[_groupCount] = _count;
    }

    public void Run()
    {
        if (_groupCount >= _threads)
        {
            WorkerPool.Shared.Run(this, _groupCount, _threads);
            return;
        }
        // Fewer sequences than threads: all threads go through one after the other together.
        for (int group = 0; group < _groupCount; group++)
        {
            Read(group, worker: 0, _threads);
        }
    }

    /// <inheritdoc/>
    public void Run(int chunk, int worker) => Read(chunk, worker, threads: 1);

    private void Read(int chunk, int worker, int threads)
    {
        if (_cancellationToken.IsCancellationRequested)
        {
            return;
        }
        EncoderPass pass = _passes[worker] ??= _model.Rent(_maxTokens);
        ReadOnlySpan<int> sequences = _order.AsSpan(_groups[chunk].._groups[chunk + 1]);
        int[] lengths = ArrayPool<int>.Shared.Rent(sequences.Length);
        int first = 0;
        for (int i = 0; i < sequences.Length; i++)
        {
            int sequence = sequences[i];
            lengths[i] = _lengths[sequence];
            pass.Embed(_tokens.Span.Slice(_starts[sequence], lengths[i]), first);
            first += lengths[i];
        }
        pass.Run(lengths.AsSpan(0, sequences.Length), threads);
        first = 0;
        for (int i = 0; i < sequences.Length; i++)
        {
            _reader.Read(sequences[i], pass.States(first, lengths[i]));
            first += lengths[i];
        }
        ArrayPool<int>.Shared.Return(lengths);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (int i = 0; i < _threads; i++)
        {
            if (_passes[i] is { } pass)
            {
                _model.Return(pass);
            }
        }
        ArrayPool<EncoderPass?>.Shared.Return(_passes, clearArray: true);
        ArrayPool<int>.Shared.Return(_order);
        ArrayPool<int>.Shared.Return(_lengths);
        ArrayPool<int>.Shared.Return(_starts);
        ArrayPool<int>.Shared.Return(_groups);
        _cancellationToken.ThrowIfCancellationRequested();
    }

    // A few sequences are shared out among the threads even where they would fit into one group.
    private int GroupLimit(int tokens) => Math.Clamp((tokens + _threads - 1) / _threads, 1, _maxTokens);
}
