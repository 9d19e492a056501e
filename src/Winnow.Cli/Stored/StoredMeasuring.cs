using Winnow.Budgets;
using Winnow.Evaluation;

namespace Winnow.Cli.Stored;

/// <summary>Runs a comparison that is kept in a store, up to its end, a stop, or the store's failure.</summary>
internal static class StoredMeasuring
{
    /// <summary>Runs what has not been run yet.</summary>
    /// <param name="comparison">The comparison; its journal is the store's, where there is one.</param>
    /// <param name="stored">Its runs; null where nothing is kept.</param>
    /// <param name="run">Caps on the whole of it.</param>
    /// <param name="stopsWithStore">Whether a store that cannot be written any more ends the run.</param>
    /// <param name="progress">Told what is finished.</param>
    /// <param name="cancellationToken">Stops the run; what is finished is kept.</param>
    /// <returns>Whether it was stopped before its end.</returns>
    public static async Task<bool> RunAsync(
        Comparison comparison, StoredComparison? stored, RunBudget run, bool stopsWithStore, IProgress<ComparisonProgress> progress, CancellationToken cancellationToken)
    {
        CancellationToken broken = stored is not null && stopsWithStore ? stored.Broken : CancellationToken.None;
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, run.Stopped, broken);
        try
        {
            await comparison.RunAsync(new WithMoney(progress, run), stop.Token).ConfigureAwait(false);
            return false;
        }
        catch (OperationCanceledException error) when (stop.IsCancellationRequested || error is RunStoppedException)
        {
            return true;
        }
        finally
        {
            if (stored is not null)
            {
                await stored.FlushAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Shows the money that was really paid, where each strategy pays in its own ledger for draws that they share.</summary>
    private sealed class WithMoney(IProgress<ComparisonProgress> inner, RunBudget run) : IProgress<ComparisonProgress>
    {
        public void Report(ComparisonProgress value) => inner.Report(value with { Cost = run.Used.Cost, MaxCost = run.Caps.MaxCost });
    }
}
