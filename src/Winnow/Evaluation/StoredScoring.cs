using Winnow.Budgets;
using Winnow.Search;

namespace Winnow.Evaluation;

/// <summary>Scores that are read from a <see cref="ScoreStore"/> and paid for in the reader's own ledger.</summary>
internal sealed class StoredScoring(ScoreStore store, SearchContext context) : IScoring
{
    private bool _paidPrompt;

    /// <inheritdoc/>
    public async ValueTask ScoreAsync(IPopulation rows, ReadOnlyMemory<int> which, Memory<Score> scores, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        for (int i = 0; i < which.Length; i++)
        {
            ScoreStore.Reading reading = await store.ReadAsync(rows, which.Span[i], cancellationToken).ConfigureAwait(false);
            scores.Span[i] = Pay(reading.Usage) ? reading.Score : Score.None(CutReasons.Budget);
        }
    }

    /// <inheritdoc/>
    public void Reorder(ReadOnlySpan<int> parents)
    {
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private bool Pay(Usage used)
    {
        used = _paidPrompt ? used : used with { PromptTokens = used.PromptTokens + store.PromptTokens };
        bool granted = context.Ledger.TryReserve(used with { Seconds = 0 }, out Lease lease);
        using (lease)
        {
            if (granted)
            {
                lease.Settle(used);
                _paidPrompt = true;
            }
            return granted;
        }
    }
}
