using System.Globalization;

namespace Winnow.Budgets;

/// <summary>Hard caps on a whole run, beside the budgets of its problems.</summary>
/// <remarks>
/// Every draw reserves its worst case here too, before it starts. The first one that does not fit ends the run:
/// <see cref="Reason"/> says which cap it was, and every search throws <see cref="RunStoppedException"/> at the first draw of its
/// own that does not fit. What is under way has its reservation and is not given up. Tokens, calls and money therefore never exceed their caps. When
/// the time is over, <see cref="Stopped"/> is cancelled, and what is under way with it. A run that is gone on with is given what it had used before, so
/// that its caps hold over all its parts. Thread-safe.
/// </remarks>
public sealed class RunBudget : IDisposable
{
    private readonly CancellationTokenSource _clock;
    private readonly Ledger _ledger;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly Usage _already;
    private Ended? _ended;

    /// <summary>Caps on a run. The clock starts now.</summary>
    /// <param name="caps">The caps; <see cref="Budget.Unlimited"/>: only counts.</param>
    /// <param name="before">What earlier parts of the run have used; their seconds count as well.</param>
    /// <param name="already">What this part of it has used already, before its caps were known.</param>
    /// <param name="time">Clock of <see cref="Budget.MaxSeconds"/>; null: the system's.</param>
    public RunBudget(Budget caps, Usage before = default, Usage already = default, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(caps);
        before.ThrowIfNegative(nameof(before));
        already.ThrowIfNegative(nameof(already));
        Caps = caps;
        Before = before;
        _already = already;
        _time = time ?? TimeProvider.System;
        _start = _time.GetTimestamp();
        Budget left = caps.Less(before + already);
        // Seconds are those of the wall, not the sum over draws that run side by side.
        _ledger = new Ledger(left with { MaxSeconds = null });
        _clock = left.MaxSeconds is { } seconds && seconds < TimeSpan.MaxValue.TotalSeconds / 2
            ? new CancellationTokenSource(TimeSpan.FromSeconds(Math.Min(seconds, int.MaxValue / 1000)), _time)
            : new CancellationTokenSource();
    }

    /// <summary>The caps.</summary>
    public Budget Caps { get; }

    /// <summary>What earlier parts of the run had used.</summary>
    public Usage Before { get; }

    /// <summary>What the run has used, its earlier parts included.</summary>
    public Usage Used => Before + _already + _ledger.Used;

    /// <summary>
    /// What this part of the run has used so far, with the worst case of what is under way, so that nothing is missing
    /// where the process ends this moment. Seconds are those of the wall.
    /// </summary>
    public Usage Committed => _already + _ledger.Committed with { Seconds = _time.GetElapsedTime(_start).TotalSeconds };

    /// <summary>Cancelled when the run's time is over.</summary>
    public CancellationToken Stopped => _clock.Token;

    /// <summary>The column whose cap ended the run; null while none has.</summary>
    public BudgetColumn? Reached => Volatile.Read(ref _ended)?.Column ?? (_clock.IsCancellationRequested ? BudgetColumn.Seconds : null);

    /// <summary>Which cap ended the run, in a sentence; null while none has.</summary>
    public string? Reason => Volatile.Read(ref _ended)?.Why
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
        _clock.Dispose();
    }

    /// <summary>Reserves a worst case, or ends the run.</summary>
    /// <exception cref="RunStoppedException">It does not fit.</exception>
    /// <exception cref="OperationCanceledException">The time is over.</exception>
    internal Lease Reserve(in Usage atMost)
    {
        Stopped.ThrowIfCancellationRequested();
        if (_ledger.TryReserve(atMost, out Lease lease))
        {
            return lease;
        }
        Interlocked.CompareExchange(ref _ended, WhyNot(atMost), null);
        throw new RunStoppedException(_ended!.Why);
    }

    private Ended WhyNot(in Usage atMost)
    {
        Budget left = _ledger.Remaining;
        (BudgetColumn column, string cap) = left switch
        {
            { MaxCalls: { } calls } when calls < atMost.Calls => (BudgetColumn.Calls, $"{Caps.MaxCalls} calls"),
            { MaxTokens: { } tokens } when tokens < atMost.Tokens => (BudgetColumn.Tokens, $"{Caps.MaxTokens} tokens"),
            _ => (BudgetColumn.Cost, string.Create(CultureInfo.InvariantCulture, $"{Caps.MaxCost} of money")),
        };
        string before = Before == default ? "" : ", earlier parts of the run included";
        return new Ended(column, string.Create(CultureInfo.InvariantCulture,
            $"The cap of {cap} on the run was reached: the next request could exceed it. {Used.Calls} calls, {Used.Tokens} tokens and {Used.Cost} of money were used{before}."));
    }

    private sealed record Ended(BudgetColumn Column, string Why);
}
