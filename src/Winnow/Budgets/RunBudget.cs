using System.Globalization;

namespace Winnow.Budgets;

/// <summary>Hard caps on a whole run, beside the budgets of its problems.</summary>
/// <remarks>
/// Every draw reserves its worst case here too, before it starts. The first one that does not fit ends the run:
/// <see cref="Stopped"/> is cancelled, the draw throws <see cref="OperationCanceledException"/>, and
/// <see cref="Reason"/> says which cap it was. Tokens, calls and money therefore never exceed their caps; when
/// the time is over, what is under way is cancelled. Thread-safe.
/// </remarks>
public sealed class RunBudget : IDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenSource _clock;
    private readonly Ledger _ledger;
    private string? _reason;

    /// <summary>Caps on a run. The clock starts now.</summary>
    /// <param name="caps">The caps; <see cref="Budget.Unlimited"/>: only counts.</param>
    /// <param name="time">Clock of <see cref="Budget.MaxSeconds"/>; null: the system's.</param>
    public RunBudget(Budget caps, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(caps);
        Caps = caps;
        // Seconds are those of the wall, not the sum over draws that run side by side.
        _ledger = new Ledger(caps with { MaxSeconds = null });
        _clock = caps.MaxSeconds is { } seconds && seconds < TimeSpan.MaxValue.TotalSeconds / 2
            ? new CancellationTokenSource(TimeSpan.FromSeconds(Math.Min(seconds, int.MaxValue / 1000)), time ?? TimeProvider.System)
            : new CancellationTokenSource();
        _stop = CancellationTokenSource.CreateLinkedTokenSource(_clock.Token);
    }

    /// <summary>The caps.</summary>
    public Budget Caps { get; }

    /// <summary>What the run has used.</summary>
    public Usage Used => _ledger.Used;

    /// <summary>Cancelled when a cap ends the run.</summary>
    public CancellationToken Stopped => _stop.Token;

    /// <summary>Which cap ended the run, in a sentence; null while none has.</summary>
    public string? Reason => Volatile.Read(ref _reason)
        ?? (_clock.IsCancellationRequested ? string.Create(CultureInfo.InvariantCulture, $"The cap of {Caps.MaxSeconds:G6} seconds on the run was reached.") : null);

    /// <summary>The ledger of one problem, below these caps.</summary>
    /// <param name="problem">Its own ledger.</param>
    public ILedger Over(ILedger problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return problem is JointLedger ? problem : new JointLedger(problem, this);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Dispose();
        _clock.Dispose();
    }

    /// <summary>Reserves a worst case, or ends the run.</summary>
    /// <exception cref="OperationCanceledException">It does not fit.</exception>
    internal Lease Reserve(in Usage atMost)
    {
        Stopped.ThrowIfCancellationRequested();
        if (_ledger.TryReserve(atMost, out Lease lease))
        {
            return lease;
        }
        Interlocked.CompareExchange(ref _reason, WhyNot(atMost), null);
        _stop.Cancel();
        throw new OperationCanceledException(_reason, Stopped);
    }

    private string WhyNot(in Usage atMost)
    {
        Budget left = _ledger.Remaining;
        (string cap, string next) = left switch
        {
            { MaxCalls: { } calls } when calls < atMost.Calls => ($"{Caps.MaxCalls} calls", "--max-calls"),
            { MaxTokens: { } tokens } when tokens < atMost.Tokens => ($"{Caps.MaxTokens} tokens", "the cap on tokens"),
            _ => (string.Create(CultureInfo.InvariantCulture, $"{Caps.MaxCost} of money"), "--max-cost"),
        };
        return string.Create(CultureInfo.InvariantCulture,
            $"The cap of {cap} on the run was reached: the next request could exceed it. {Used.Calls} calls, {Used.Tokens} tokens and {Used.Cost} of money were used; raise {next} to go on.");
    }
}
