using Winnow.Budgets;

namespace Winnow.Search.Chat;

/// <summary>
/// What one draw spends on requests. A client that repeats failed requests asks here before each one, so that retries
/// are paid for like everything else.
/// </summary>
/// <remarks>
/// It flows with the call (<see cref="Current"/>), through whatever stands between the strategy and the endpoint. The
/// first attempt is paid for; each further one reserves its worst case and one call. Where several ledgers are to pay, a
/// budget inside of a strategy for example, each has attempts of its own, one within the other. Used by one call at a time.
/// </remarks>
public sealed class ChatAttempts : IDisposable
{
    private static readonly AsyncLocal<ChatAttempts?> Flow = new();

    private readonly ILedger _ledger;
    private readonly Usage _atMost;
    private readonly ChatAttempts? _outer;
    private Lease? _open;
    private bool _isFirst = true;

    internal ChatAttempts(ILedger ledger, Lease first, Usage atMost, ChatAttempts? outer = null) => (_ledger, _open, _atMost, _outer) = (ledger, first, atMost, outer);

    /// <summary>The draw that the running call belongs to; null outside of draws.</summary>
    public static ChatAttempts? Current => Flow.Value;

    /// <summary>Why another attempt could not be paid for, where that ends the whole run; null where it does not.</summary>
    internal RunStoppedException? Stopped { get; private set; }

    /// <summary>Used so far; the first call counts where it was reserved with the rest.</summary>
    internal Usage Spent { get; private set; }

    /// <summary>Begins an attempt.</summary>
    /// <returns>Whether it may be made; false: the budget has no room for another one.</returns>
    public bool TryBegin()
    {
        try
        {
            return TryReserve();
        }
        catch (RunStoppedException stopped)
        {
            // It would be lost or taken for something else on its way through the layers of a client.
            Stopped = stopped;
            Dispose();
            return false;
        }
    }

    private bool TryReserve()
    {
        if (_open is null)
        {
            if (!_ledger.TryReserve(_atMost with { Calls = 1 }, out Lease lease))
            {
                return false;
            }
            _open = lease;
            _isFirst = false;
        }
        if (_outer?.TryBegin() == false)
        {
            Dispose();
            return false;
        }
        return true;
    }

    /// <summary>Ends an attempt that failed.</summary>
    /// <param name="kind">
    /// How. A request that the endpoint refused, answered with an error status, or never received is charged as a call
    /// only; of any other it is not known what was generated, and its worst case is charged.
    /// </param>
    public void Failed(FailureKind kind)
    {
        Ended(kind);
        _outer?.Failed(kind);
    }

    /// <summary>Ends an attempt that failed, for this ledger alone.</summary>
    internal void Ended(FailureKind kind) => Settle(IsFree(kind) ? default : _atMost with { PromptTokens = 0 });

    /// <summary>Ends the attempt that brought the answer.</summary>
    internal void Succeeded(Usage used) => Settle(used);

    /// <summary>Makes this the attempts of everything that the caller's flow awaits from here on.</summary>
    internal void Enter() => Flow.Value = this;

    /// <summary>Gives back what is reserved for an attempt that was not made.</summary>
    public void Dispose()
    {
        _open?.Dispose();
        _open = null;
    }

    private static bool IsFree(FailureKind kind) =>
        kind is FailureKind.RateLimited or FailureKind.ServerError or FailureKind.Refused or FailureKind.Unreachable or FailureKind.Budget;

    private void Settle(Usage used)
    {
        if (_open is not { } lease)
        {
            return;
        }
        _open = null;
        Usage all = used with { Calls = _isFirst ? _atMost.Calls : 1 };
        lease.Settle(all);
        lease.Dispose();
        Spent += all;
    }
}
