using Winnow.Budgets;
using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Evaluation;

/// <summary>Rows of whole answers that are read from a <see cref="DrawStore"/> and paid for in the reader's own ledger.</summary>
internal sealed class StoredPopulation(DrawStore store, Problem problem, SearchContext context) : IPopulation
{
    private readonly List<PartialAnswer> _rows = [];
    private readonly List<PartialAnswer> _kept = [];
    private bool _paidPrompt;

    /// <inheritdoc/>
    public IReadOnlyList<PartialAnswer> Rows => _rows;

    /// <inheritdoc/>
    public ValueTask GrowAsync(int rows, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        cancellationToken.ThrowIfCancellationRequested();
        for (int i = 0; i < rows; i++)
        {
            Usage call = store.AtMost(problem, 1, 0);
            bool granted = context.Ledger.TryCharge(call);
            _rows.Add(granted ? PartialAnswer.Empty : PartialAnswer.Empty with { State = RowState.Cut, Reason = CutReasons.Calls });
        }
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask StepAsync(ReadOnlyMemory<int> rows, StepRule rule, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rule);
        int[] which = rows.ToArray();
        foreach (int row in which)
        {
            if (!rule.ToEnd || _rows[row].State != RowState.Active)
            {
                throw new InvalidOperationException($"Row {row} cannot be extended: a store of draws gives whole answers to fresh rows. Search over steps on the model's own population.");
            }
        }
        if (rule.MaxTotalTokens is not { } left)
        {
            int[] slots = [.. which.Select(row => row + rule.SlotOffset)];
            DrawStore.Draw[] draws = await store.ReadAsync(slots, rule, cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < which.Length; i++)
            {
                Take(which[i], draws[i]);
            }
            return;
        }
        foreach (int row in which)
        {
            DrawStore.Draw[] draw = await store.ReadAsync([row + rule.SlotOffset], rule with { MaxTotalTokens = left }, cancellationToken).ConfigureAwait(false);
            Take(row, draw[0]);
            left -= draw[0].Answer.TokenCount;
        }
    }

    /// <inheritdoc/>
    public ValueTask<double> FollowAsync(int row, PartialAnswer path, int steps, CancellationToken cancellationToken = default) =>
        throw new InvalidOperationException("A store of draws cannot follow a given answer; use the model's own population.");

    /// <inheritdoc/>
    public void Reorder(ReadOnlySpan<int> parents)
    {
        PartialAnswer[] old = [.. _rows];
        _rows.Clear();
        foreach (int parent in parents)
        {
            _rows.Add(old[parent]);
        }
    }

    /// <inheritdoc/>
    public Mark Keep(int row)
    {
        _kept.Add(_rows[row]);
        return new Mark(_kept.Count - 1);
    }

    /// <inheritdoc/>
    public int Restore(Mark mark)
    {
        _rows.Add(_kept[mark.Id]);
        return _rows.Count - 1;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Take(int row, DrawStore.Draw draw)
    {
        Usage used = _paidPrompt ? draw.Usage : draw.Usage with { ForwardTokens = draw.Usage.ForwardTokens + store.PromptForwardTokens };
        bool granted = context.Ledger.TryReserve(used with { Seconds = 0 }, out Lease lease);
        using (lease)
        {
            if (!granted)
            {
                _rows[row] = _rows[row] with { State = RowState.Cut, Reason = CutReasons.Budget };
                return;
            }
            lease.Settle(used);
            _paidPrompt = true;
            _rows[row] = draw.Answer;
        }
    }
}
