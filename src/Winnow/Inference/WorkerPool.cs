using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Winnow.Inference;

/// <summary>Work in pieces that do not depend on each other.</summary>
internal interface IParallelWork
{
    /// <summary>Does one piece.</summary>
    /// <param name="chunk">Number of the piece.</param>
    /// <param name="worker">Number of the thread, from 0 up to the threads asked for: picks its scratch memory.</param>
    void Run(int chunk, int worker);
}

/// <summary>
/// Threads that stay, for work that is split many thousand times a second. Whoever is free takes the next piece, so a
/// thread that the system holds back delays one piece only; nothing is allocated; a pool that is busy for somebody else
/// leaves the work to the caller.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Lives as long as the process.")]
internal sealed class WorkerPool
{
    private const int MaxWorkers = 63;

    // Long enough to bridge the gaps within a forward pass, short enough to leave a loaded machine alone.
    private static readonly long SpinTicks = Stopwatch.Frequency / 20_000;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wake = new(0);
    private int _workers;
    private int _parked;

    // High half: number of the job; low half: next piece. One word, so that a piece of a finished job cannot be taken.
    private long _ticket;
    private IParallelWork? _work;
    private int _chunks;
    private int _threads;
    private int _finished;
    private Exception? _error;

    /// <summary>The pool of the process.</summary>
    public static WorkerPool Shared { get; } = new();

    /// <summary>Does all pieces and returns when they are done. Work must not call the pool again.</summary>
    /// <param name="work">The work.</param>
    /// <param name="chunks">Pieces.</param>
    /// <param name="threads">Most threads, the caller's among them.</param>
    public void Run(IParallelWork work, int chunks, int threads)
    {
        if (threads <= 1 || chunks <= 1 || !_gate.TryEnter())
        {
            for (int chunk = 0; chunk < chunks; chunk++)
            {
                work.Run(chunk, 0);
            }
            return;
        }
        try
        {
            Grow(Math.Min(threads - 1, MaxWorkers));
            _work = work;
            _chunks = chunks;
            _threads = threads;
            _finished = 0;
            _error = null;
            uint job = (uint)(_ticket >> 32) + 1;
            Interlocked.Exchange(ref _ticket, (long)((ulong)job << 32));
            int parked = Math.Min(Volatile.Read(ref _parked), Math.Min(threads, chunks) - 1);
            if (parked > 0)
            {
                _wake.Release(parked);
            }
            Take(job, 0);
            var wait = new SpinWait();
            while (Volatile.Read(ref _finished) < chunks)
            {
                wait.SpinOnce(sleep1Threshold: -1);
            }
            if (_error is { } error)
            {
                throw new InvalidOperationException("A piece of parallel work failed.", error);
            }
        }
        finally
        {
            _work = null;
            _gate.Exit();
        }
    }

    private void Grow(int workers)
    {
        while (_workers < workers)
        {
            int worker = ++_workers;
            var thread = new Thread(() => Serve(worker)) { IsBackground = true, Name = $"winnow-{worker}" };
            thread.Start();
        }
    }

    private void Serve(int worker)
    {
        uint seen = 0;
        while (true)
        {
            AwaitJob(seen);
            seen = (uint)(Volatile.Read(ref _ticket) >> 32);
            if (worker < Volatile.Read(ref _threads))
            {
                Take(seen, worker);
            }
        }
    }

    private void AwaitJob(uint seen)
    {
        long start = Stopwatch.GetTimestamp();
        while ((uint)(Volatile.Read(ref _ticket) >> 32) == seen)
        {
            if (Stopwatch.GetTimestamp() - start < SpinTicks)
            {
                Thread.SpinWait(8);
                continue;
            }
            Interlocked.Increment(ref _parked);
            if ((uint)(Volatile.Read(ref _ticket) >> 32) == seen)
            {
                _wake.Wait();
            }
            Interlocked.Decrement(ref _parked);
        }
    }

    private void Take(uint job, int worker)
    {
        while (true)
        {
            long ticket = Volatile.Read(ref _ticket);
            int chunk = (int)ticket;
            if ((uint)(ticket >> 32) != job || chunk >= Volatile.Read(ref _chunks))
            {
                return;
            }
            if (Interlocked.CompareExchange(ref _ticket, ticket + 1, ticket) != ticket)
            {
                continue;
            }
            try
            {
                _work!.Run(chunk, worker);
            }
            catch (Exception error)
            {
                _error = error;
            }
            Interlocked.Increment(ref _finished);
        }
    }
}
