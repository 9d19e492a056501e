using System.Diagnostics;
using System.Globalization;
using Winnow.Inference.Kernels;
using Winnow.Numerics;

namespace Winnow.Tests.Inference.Fuzzing;

/// <summary>Many broken files through one loader, on some threads. A case is a pure function of the loader and its number.</summary>
internal sealed class FuzzRun : IDisposable
{
    private const long SpareBytes = 64L << 20;
    private const int BlockCases = 64;
    private const int ReportCases = 50_000;
    private const int SlowTries = 3;

    private static readonly TimeSpan SlowAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan HangsAfter = TimeSpan.FromSeconds(60);

    private readonly string _loader;
    private readonly bool _isTimed;
    private readonly Worker[] _workers;
    private readonly Action<string> _report;
    private long _next;
    private long _end;
    private long _refused;
    private string? _failure;

    /// <param name="loader">One of <see cref="LoaderTarget.Names"/>.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="isTimed">Whether a case that takes over two seconds, three times in a row, has failed.</param>
    /// <param name="report">Receives progress lines.</param>
    public FuzzRun(string loader, int threads, bool isTimed, Action<string> report)
    {
        _loader = loader;
        _isTimed = isTimed;
        _report = report;
        _workers = [.. Enumerable.Range(0, threads).Select(_ => new Worker(LoaderTarget.Create(loader)))];
    }

    /// <summary>Runs cases.</summary>
    /// <param name="first">Number of the first.</param>
    /// <param name="count">How many.</param>
    /// <returns>How many were refused.</returns>
    public long Run(long first, long count)
    {
        Assert.All(_workers[0].Target.Seeds, seed => _workers[0].Target.Load(seed));
        _next = first;
        _end = first + count;
        _refused = 0;
        long start = Stopwatch.GetTimestamp();
        Thread[] threads = [.. _workers.Select(worker => new Thread(() => Work(worker, first, start)) { IsBackground = true })];
        Array.ForEach(threads, thread => thread.Start());
        while (!threads[0].Join(TimeSpan.FromSeconds(1)) || Array.Exists(threads, thread => !thread.Join(TimeSpan.FromSeconds(1))))
        {
            if (_isTimed && Array.Find(_workers, worker => worker.Elapsed > HangsAfter) is { } hanging)
            {
                Fail(hanging.Bytes, hanging.Which, $"it hangs: it runs since {hanging.Elapsed.TotalSeconds:0} s");
                break;
            }
        }
        Assert.Null(_failure);
        return _refused;
    }

    /// <summary>Runs one file.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="which">Where it comes from.</param>
    public void RunFile(byte[] bytes, string which)
    {
        Try(_workers[0], bytes, which);
        Assert.Null(_failure);
    }

    public void Dispose()
    {
        foreach (Worker worker in _workers)
        {
            worker.Target.Dispose();
        }
    }

    private void Work(Worker worker, long first, long start)
    {
        while (Volatile.Read(ref _failure) is null)
        {
            long from = Interlocked.Add(ref _next, BlockCases) - BlockCases;
            for (long i = from; i < Math.Min(from + BlockCases, _end); i++)
            {
                byte[] broken = new Mutation(Seeds.Derive((ulong)i, _loader)).Apply(worker.Target.Seeds[(int)(i % worker.Target.Seeds.Count)]);
                if (!Try(worker, broken, string.Create(CultureInfo.InvariantCulture, $"case {i}")))
                {
                    Interlocked.Increment(ref _refused);
                }
                if ((i + 1 - first) % ReportCases == 0)
                {
                    double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
                    _report(string.Create(CultureInfo.InvariantCulture, $"{_loader}: {i + 1 - first:n0} cases, {_refused:n0} refused, {(i + 1 - first) / seconds:n0} a second"));
                }
            }
            if (from >= _end)
            {
                return;
            }
        }
    }

    private bool Try(Worker worker, byte[] broken, string which)
    {
        bool isRead = false;
        string? problem = null;
        for (int attempt = 1; ; attempt++)
        {
            worker.Begin(broken, which);
            long before = Taken();
            try
            {
                worker.Target.Load(broken);
                isRead = true;
            }
            catch (WinnowException)
            {
                // Refused, as it should be.
            }
            catch (Exception error)
            {
                problem = error.ToString();
            }
            TimeSpan elapsed = worker.End();
            long taken = Taken() - before;
            // A quantised number becomes eight times as large where it is kept in single precision.
            if (taken > (8L * broken.Length) + SpareBytes)
            {
                problem ??= $"{taken} bytes were allocated";
            }
            if (!_isTimed || elapsed <= SlowAfter)
            {
                break;
            }
            if (attempt == SlowTries)
            {
                problem ??= $"it took {elapsed.TotalSeconds:0.0} s";
                break;
            }
        }
        if (problem is not null)
        {
            Fail(broken, which, problem);
        }
        return isRead;
    }

    private static long Taken() => GC.GetAllocatedBytesForCurrentThread() + AlignedBuffer.BytesTakenByThread;

    private void Fail(byte[] bytes, string which, string problem)
    {
        string kept = Path.Combine(Path.GetTempPath(), $"{_loader}-{Seeds.Derive((ulong)bytes.Length, which):x16}");
        File.WriteAllBytes(kept, bytes);
        Interlocked.CompareExchange(ref _failure, $"{_loader}, {which}, kept as {kept}: {problem}", comparand: null);
    }

    private sealed class Worker(LoaderTarget target)
    {
        private long _started;

        public LoaderTarget Target { get; } = target;

        public byte[] Bytes { get; private set; } = [];

        public string Which { get; private set; } = "";

        /// <summary>Time since the case that is running began; zero between cases.</summary>
        public TimeSpan Elapsed => Volatile.Read(ref _started) is not 0 and var started ? Stopwatch.GetElapsedTime(started) : TimeSpan.Zero;

        public void Begin(byte[] bytes, string which)
        {
            (Bytes, Which) = (bytes, which);
            Volatile.Write(ref _started, Stopwatch.GetTimestamp());
        }

        public TimeSpan End()
        {
            TimeSpan elapsed = Elapsed;
            Volatile.Write(ref _started, 0);
            return elapsed;
        }
    }
}
