namespace Winnow.Budgets;

/// <summary>
/// The ledger of one problem below the caps of a whole run: what is drawn must fit both. What the run refuses ends the
/// run, since going on with fewer draws would compare unequal budgets.
/// </summary>
internal sealed class JointLedger(ILedger own, RunBudget run) : ILedger
{
    /// <inheritdoc/>
    public Budget Budget => own.Budget;

    /// <inheritdoc/>
    public Usage Used => own.Used;

    /// <inheritdoc/>
    public Budget Remaining => own.Remaining;

    /// <inheritdoc/>
    /// <exception cref="RunStoppedException">A cap of the run would be exceeded.</exception>
    public bool TryReserve(in Usage atMost, out Lease lease)
    {
        if (!own.TryReserve(atMost, out Lease ownLease))
        {
            lease = ownLease;
            return false;
        }
        try
        {
            lease = new Both(ownLease, run.Reserve(atMost));
            return true;
        }
        catch
        {
            ownLease.Dispose();
            throw;
        }
    }

    private sealed class Both(Lease own, Lease whole) : Lease
    {
        public override void Settle(in Usage actual)
        {
            own.Settle(actual);
            whole.Settle(actual);
        }

        protected override void Dispose(bool disposing)
        {
            own.Dispose();
            whole.Dispose();
        }
    }
}
