using System.Collections.Concurrent;

namespace Winnow.Testing.Server;

/// <summary>What a server served, so that a ledger can be held against it. Thread-safe.</summary>
public sealed class ServedCounts(bool keepsCalls, Action<ServedCall>? seen = null)
{
    private readonly long[] _faults = new long[Enum.GetValues<Fault>().Length];
    private readonly ConcurrentQueue<ServedCall> _calls = [];
    private long _requests;
    private long _prompt;
    private long _completion;
    private long _limited;
    private int _inFlight;
    private int _mostInFlight;

    /// <summary>Requests for completions, refused ones included.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Requests that the rate limit refused.</summary>
    public long RateLimited => Interlocked.Read(ref _limited);

    /// <summary>Prompt tokens of the requests for which something was drawn.</summary>
    public long PromptTokens => Interlocked.Read(ref _prompt);

    /// <summary>Tokens drawn, whether or not they arrived.</summary>
    public long CompletionTokens => Interlocked.Read(ref _completion);

    /// <summary>Most requests that were under way at once.</summary>
    public int MostInFlight => Volatile.Read(ref _mostInFlight);

    /// <summary>The calls, where the options keep them.</summary>
    public IReadOnlyCollection<ServedCall> Calls => _calls;

    /// <summary>Requests that went wrong in one way by plan.</summary>
    public long Of(Fault fault) => Interlocked.Read(ref _faults[(int)fault]);

    internal int Begin()
    {
        int now = Interlocked.Increment(ref _inFlight);
        int most;
        while ((most = Volatile.Read(ref _mostInFlight)) < now && Interlocked.CompareExchange(ref _mostInFlight, now, most) != most)
        {
        }
        return (int)Interlocked.Increment(ref _requests) - 1;
    }

    internal void End() => Interlocked.Decrement(ref _inFlight);

    internal void Limited() => Interlocked.Increment(ref _limited);

    internal void Add(ServedCall call)
    {
        Interlocked.Increment(ref _faults[(int)call.Fault]);
        Interlocked.Add(ref _prompt, call.PromptTokens);
        Interlocked.Add(ref _completion, call.CompletionTokens);
        seen?.Invoke(call);
        if (keepsCalls)
        {
            _calls.Enqueue(call);
        }
    }
}
