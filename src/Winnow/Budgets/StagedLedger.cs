namespace Winnow.Budgets;

/// <summary>A ledger of which part is kept back for later stages of a search. One caller at a time.</summary>
internal sealed class StagedLedger(ILedger whole) : ILedger
{
    private Usage _withheld;

    /// <inheritdoc/>
    public Budget Budget => whole.Budget;

    /// <inheritdoc/>
    public Usage Used => whole.Used;

    /// <inheritdoc/>
    public Budget Remaining => whole.Remaining.Less(_withheld);

    /// <summary>Lets the next stage use an equal share of what is left.</summary>
    /// <param name="stages">Stages still to come, the next one included; at least 1.</param>
    public void Share(int stages)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stages, 1);
        Budget left = whole.Remaining;
        _withheld = new Usage
        {
            TokensGenerated = Later(left.MaxTokens, stages),
            Calls = Later(left.MaxCalls, stages),
            Seconds = (left.MaxSeconds ?? 0) * (stages - 1) / stages,
            Cost = (left.MaxCost ?? 0) * (stages - 1) / stages,
        };
    }

    /// <inheritdoc/>
    public bool TryReserve(in Usage atMost, out Lease lease)
    {
        if (!whole.TryReserve(atMost + _withheld, out lease))
        {
            return false;
        }
        lease.Dispose();
        return whole.TryReserve(atMost, out lease);
    }

    private static long Later(long? left, int stages) => left is { } amount ? amount - amount / stages : 0;
}
