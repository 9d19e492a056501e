namespace Winnow.Budgets;

/// <summary>Charges whose size is known beforehand.</summary>
public static class LedgerExtensions
{
    /// <summary>Reserves and settles a usage that is known exactly, or refuses it because some cap would be exceeded.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="usage">What is used.</param>
    public static bool TryCharge(this ILedger ledger, in Usage usage)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        bool granted = ledger.TryReserve(usage, out Lease lease);
        using (lease)
        {
            if (granted)
            {
                lease.Settle(usage);
            }
        }
        return granted;
    }
}
