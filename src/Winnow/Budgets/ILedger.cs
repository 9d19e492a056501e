namespace Winnow.Budgets;

/// <summary>
/// Accounts for what one problem may use. A draw reserves its worst case before it starts and settles what it
/// used, so nothing is ever over its cap. Thread-safe.
/// </summary>
public interface ILedger
{
    /// <summary>The caps.</summary>
    Budget Budget { get; }

    /// <summary>What has been settled so far.</summary>
    Usage Used { get; }

    /// <summary>Caps less what is settled and what is reserved: what a draw that starts now may use.</summary>
    Budget Remaining { get; }

    /// <summary>Reserves the worst case of a draw, or refuses it because some cap could be exceeded.</summary>
    /// <param name="atMost">The most the draw can use in each column.</param>
    /// <param name="lease">The reservation; settle it with what was used, or dispose it unsettled to give it back.</param>
    bool TryReserve(in Usage atMost, out Lease lease);
}
