namespace Winnow.Budgets;

/// <summary>A reservation in a ledger.</summary>
public abstract class Lease : IDisposable
{
    /// <summary>Replaces the reservation by what was used. Once only.</summary>
    /// <exception cref="InvalidOperationException">It was settled before, or more was used than reserved.</exception>
    public abstract void Settle(in Usage actual);

    /// <summary>Gives an unsettled reservation back.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives an unsettled reservation back.</summary>
    protected abstract void Dispose(bool disposing);
}
