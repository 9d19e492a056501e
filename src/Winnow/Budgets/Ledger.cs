namespace Winnow.Budgets;

/// <summary>The ledger of one problem and strategy: reservations and settlements under the caps of a <see cref="Budget"/>.</summary>
/// <remarks>
/// A reservation is granted only if settled and reserved usage together stay within every cap, so that tokens, calls
/// and money never exceed theirs, whatever runs concurrently. Wall time cannot be bounded before it has passed:
/// <see cref="Lease.Settle"/> takes more seconds than were reserved, and whoever draws stops before the cap is near.
/// Cost: constant; one lock.
/// </remarks>
public sealed class Ledger(Budget budget) : ILedger
{
    private readonly Lock _gate = new();
    private Usage _used;
    private Usage _reserved;
    private int _open;

    /// <inheritdoc/>
    public Budget Budget { get; } = budget ?? throw new ArgumentNullException(nameof(budget));

    /// <inheritdoc/>
    public Usage Used
    {
        get
        {
            lock (_gate)
            {
                return _used;
            }
        }
    }

    /// <summary>What is settled plus what is reserved: the most that will have been used when everything under way has ended.</summary>
    public Usage Committed
    {
        get
        {
            lock (_gate)
            {
                return _used + _reserved;
            }
        }
    }

    /// <inheritdoc/>
    public Budget Remaining
    {
        get
        {
            lock (_gate)
            {
                return Budget.Less(_used + _reserved);
            }
        }
    }

    /// <inheritdoc/>
    public bool TryReserve(in Usage atMost, out Lease lease)
    {
        atMost.ThrowIfNegative(nameof(atMost));
        lock (_gate)
        {
            if (!Budget.Covers(_used + _reserved + atMost))
            {
                lease = Refused.Instance;
                return false;
            }
            _reserved += atMost;
            _open++;
        }
        lease = new Reservation(this, atMost);
        return true;
    }

    private void Close(in Usage reserved, in Usage actual)
    {
        lock (_gate)
        {
            // With nothing open the sum is set to exactly zero: seconds are binary fractions and would leave a residue.
            _reserved = --_open == 0 ? default : _reserved - reserved;
            _used += actual;
        }
    }

    private sealed class Reservation(Ledger ledger, Usage atMost) : Lease
    {
        private int _closed;

        public override void Settle(in Usage actual)
        {
            actual.ThrowIfNegative(nameof(actual));
            if (actual.Tokens > atMost.Tokens || actual.Calls > atMost.Calls || actual.Cost > atMost.Cost)
            {
                throw new InvalidOperationException(
                    $"A draw used {actual.Tokens} tokens, {actual.Calls} calls and {actual.Cost} money, but had reserved {atMost.Tokens}, {atMost.Calls} and {atMost.Cost}; reserve the worst case before drawing.");
            }
            if (Interlocked.Exchange(ref _closed, 1) != 0)
            {
                throw new InvalidOperationException("This reservation was settled or given back before; settle each once.");
            }
            ledger.Close(atMost, actual);
        }

        protected override void Dispose(bool disposing)
        {
            if (Interlocked.Exchange(ref _closed, 1) == 0)
            {
                ledger.Close(atMost, default);
            }
        }
    }

    private sealed class Refused : Lease
    {
        public static Refused Instance { get; } = new();

        public override void Settle(in Usage actual) =>
            throw new InvalidOperationException("The ledger refused this reservation; nothing may be drawn on it.");

        protected override void Dispose(bool disposing)
        {
        }
    }
}
