using Winnow.Inference.Decoders;

namespace Winnow.Inference.Sessions;

/// <summary>
/// Divides a pass among threads: many rows go in groups, each through the whole model on one thread, so that threads
/// need not wait for each other; few rows, or one long prompt, go through it together, all threads sharing each step.
/// </summary>
internal sealed class PassSchedule : IParallelWork, IDisposable
{
    // A group is small enough that a thread which is held back leaves work for the others, large enough to use
    // weights several times for each time they are fetched.
    private const int MinGroupTokens = 8;
    private const int LargeGroupTokens = 16;
    private const int MaxGroupTokens = 32;

    private readonly DecoderWeights _weights;
    private readonly PageStore _pages;
    private readonly int _threads;
    private readonly OutputPass? _output;
    private readonly DecoderPass?[] _alone;
    private DecoderPass? _together;
    private PassToken[] _tokens = [];
    private int[] _groupStarts = new int[16];
    private int _groups;

    public PassSchedule(DecoderWeights weights, PageStore pages, int threads)
    {
        _weights = weights;
        _pages = pages;
        _threads = threads;
        _alone = new DecoderPass?[threads];
        _output = weights.Head is { } head ? new OutputPass(head, threads) : null;
    }

    /// <summary>Whether there is an output matrix.</summary>
    public bool HasHead => _output is not null;

    /// <summary>Takes tokens through the decoder, then answers requests.</summary>
    public void Run(PassToken[] tokens, int count, OutputRequest[] requests, int requestCount)
    {
        _tokens = tokens;
        FormGroups(count);
        if (_groups >= _threads)
        {
            WorkerPool.Shared.Run(this, _groups, _threads);
        }
        else
        {
            _together ??= new DecoderPass(_weights, _pages, _threads);
            _together.Run(tokens, 0, count);
        }
        if (requestCount > 0)
        {
            _output!.Run(requests, requestCount);
        }
    }

    /// <inheritdoc/>
    public void Run(int chunk, int worker)
    {
        DecoderPass pass = _alone[worker] ??= new DecoderPass(_weights, _pages, teamSize: 1);
        pass.Run(_tokens, _groupStarts[chunk], _groupStarts[chunk + 1]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _output?.Dispose();
        _together?.Dispose();
        foreach (DecoderPass? pass in _alone)
        {
            pass?.Dispose();
        }
    }

    // Whole rows only: a row's later tokens read the keys that its earlier ones leave in every layer.
    private void FormGroups(int count)
    {
        // Each group fetches and widens all weights: two for each thread only where both are still large, and one alone needs no second.
        int least = count >= LargeGroupTokens * _threads ? LargeGroupTokens : MinGroupTokens;
        int target = _threads == 1 ? MaxGroupTokens : Math.Clamp((count + (2 * _threads) - 1) / (2 * _threads), least, MaxGroupTokens);
        target = (target + 7) / 8 * 8;
        _groups = 0;
        int start = 0;
        for (int t = 1; t <= count; t++)
        {
            bool isRowEnd = t == count || _tokens[t].Row != _tokens[t - 1].Row;
            if (isRowEnd && (t - start >= target || t == count))
            {
                if (_groups + 2 > _groupStarts.Length)
                {
                    Array.Resize(ref _groupStarts, 2 * _groupStarts.Length);
                }
                _groupStarts[_groups++] = start;
                _groupStarts[_groups] = t;
                start = t;
            }
        }
    }
}
