using System.Diagnostics;
using System.Threading.Channels;
using Winnow.Budgets;

namespace Winnow.Runs;

/// <summary>
/// Writes draws and results to a store behind the back of those who draw: whatever has come while one transaction was
/// written goes into the next, in the order in which it came.
/// </summary>
/// <remarks>
/// After a transaction the writer rests twenty times as long as that took, at most a quarter of a second, so that it
/// takes little from those who draw. What is added is durable when the transaction after it has been written;
/// <see cref="FlushAsync"/> ends the rest and waits for it. What was spent goes into every transaction, and into one of
/// its own each second in which nothing else came. When the store fails, nothing more is written and <see cref="Broken"/> is
/// cancelled. Adding costs no wait; <see cref="MakeRoomAsync"/> bounds the memory. Thread-safe.
/// </remarks>
public sealed class RunWriter : IAsyncDisposable
{
    private const int MostInOneTransaction = 2048;
    private const int MostPending = 8192;
    private const int RestRatio = 20;

    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(1);

    private readonly IRunStore _store;
    private readonly Func<RunPart>? _part;
    private readonly Channel<object> _channel = Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _broken = new();
    private readonly SemaphoreSlim _hurry = new(0);
    private readonly Task _writing;
    private int _pending;
    private long _newDraws;
    private long _knownDraws;
    private Usage _spent;

    /// <summary>A writer before a store.</summary>
    /// <param name="store">Where to; not disposed.</param>
    /// <param name="part">Says what this process has spent so far, from any thread; null: that is not kept.</param>
    public RunWriter(IRunStore store, Func<RunPart>? part = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store;
        _part = part;
        _writing = Task.Run(WriteAllAsync);
    }

    /// <summary>Cancelled when the store has failed.</summary>
    public CancellationToken Broken => _broken.Token;

    /// <summary>What went wrong with the store; null where nothing did.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Draws that this writer has stored.</summary>
    public long NewDraws => Interlocked.Read(ref _newDraws);

    /// <summary>Draws that were in the store already when this writer came to write them: another process drew them at the same time.</summary>
    public long KnownDraws => Interlocked.Read(ref _knownDraws);

    /// <summary>Adds a draw.</summary>
    public void Add(DrawRecord draw) => Enqueue(draw);

    /// <summary>Adds a result.</summary>
    public void Add(ProblemResult result) => Enqueue(result);

    /// <summary>Waits while more is pending than memory should hold.</summary>
    public async Task MakeRoomAsync(CancellationToken cancellationToken = default)
    {
        if (Volatile.Read(ref _pending) > MostPending)
        {
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until everything that was added before is durable, or the store has failed.</summary>
    public Task FlushAsync(CancellationToken cancellationToken = default)
    {
        TaskCompletionSource written = new(TaskCreationOptions.RunContinuationsAsynchronously);
        bool isOpen = _channel.Writer.TryWrite(written);
        _hurry.Release();
        return isOpen ? written.Task.WaitAsync(cancellationToken) : _writing.WaitAsync(cancellationToken);
    }

    /// <summary>Writes what is pending and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        _channel.Writer.TryComplete();
        _hurry.Release();
        await _writing.ConfigureAwait(false);
        _broken.Dispose();
        _hurry.Dispose();
    }

    private void Enqueue(object item)
    {
        ArgumentNullException.ThrowIfNull(item);
        Interlocked.Increment(ref _pending);
        _channel.Writer.TryWrite(item);
    }

    private async Task WriteAllAsync()
    {
        List<DrawRecord> draws = [];
        List<ProblemResult> results = [];
        List<TaskCompletionSource> waiting = [];
        while (await HasMoreAsync().ConfigureAwait(false))
        {
            while (draws.Count + results.Count < MostInOneTransaction && _channel.Reader.TryRead(out object? item))
            {
                switch (item)
                {
                    case DrawRecord draw:
                        draws.Add(draw);
                        break;
                    case ProblemResult result:
                        results.Add(result);
                        break;
                    case TaskCompletionSource flush:
                        waiting.Add(flush);
                        break;
                }
            }
            long start = Stopwatch.GetTimestamp();
            await WriteAsync(draws, results, mustSayPart: waiting.Count > 0).ConfigureAwait(false);
            TimeSpan rest = RestRatio * Stopwatch.GetElapsedTime(start);
            Interlocked.Add(ref _pending, -(draws.Count + results.Count));
            waiting.ForEach(flush => flush.SetResult());
            draws.Clear();
            results.Clear();
            waiting.Clear();
            if (!_channel.Reader.Completion.IsCompleted && Volatile.Read(ref _pending) < MostInOneTransaction)
            {
                await _hurry.WaitAsync(rest < LongestRest ? rest : LongestRest).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Waits for more; what was spent meanwhile is written.</summary>
    private async ValueTask<bool> HasMoreAsync()
    {
        ValueTask<bool> more = _channel.Reader.WaitToReadAsync();
        if (_part is null || more.IsCompleted)
        {
            return await more.ConfigureAwait(false);
        }
        Task<bool> waiting = more.AsTask();
        while (await Task.WhenAny(waiting, Task.Delay(LongestSilence)).ConfigureAwait(false) != waiting)
        {
            await WriteAsync([], [], mustSayPart: false).ConfigureAwait(false);
        }
        return await waiting.ConfigureAwait(false);
    }

    private async Task WriteAsync(List<DrawRecord> draws, List<ProblemResult> results, bool mustSayPart)
    {
        RunPart? part = _part?.Invoke();
        Usage spent = (part?.Used ?? default) with { Seconds = 0 };
        bool saysPart = part is not null && (mustSayPart || spent != _spent);
        if (Failure is not null || (draws.Count == 0 && results.Count == 0 && !saysPart))
        {
            return;
        }
        try
        {
            int added = await _store.WriteAsync(draws, results, part).ConfigureAwait(false);
            _spent = spent;
            Interlocked.Add(ref _newDraws, added);
            Interlocked.Add(ref _knownDraws, draws.Count - added);
        }
        catch (Exception failure) when (failure is WinnowException or IOException or InvalidOperationException)
        {
            Failure = failure;
            await _broken.CancelAsync().ConfigureAwait(false);
        }
    }
}
