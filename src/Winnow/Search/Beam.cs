using Winnow.Budgets;
using Winnow.Tasks;

namespace Winnow.Search;

/// <summary>Beam search over reasoning steps: rows advance by a sampled step, are scored, and the best go on, repeated.</summary>
/// <remarks>
/// Source: Snell et al. (2024); open reproduction in search-and-learn. Differs from both: see
/// <see cref="BeamConvention.Winnow"/>. Number of rows: as set, or as many as the budget carries to answers of usual
/// length; when the rest of the budget cannot carry them all, the best are repeated to fewer. A row without a score
/// ranks last and casts no vote. Cost: at most N·T steps and N·T scores, and N·T·k steps more with a look-ahead of k.
/// Random: steps.
/// </remarks>
/// <param name="options">Settings; null: the default ones.</param>
public sealed class Beam(BeamOptions? options = null) : IStrategy
{
    private readonly BeamOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Id => StrategyIds.Beam;

    /// <inheritdoc/>
    public string? WhyUnsuited(ProposerInfo proposer, ScorerInfo? scorer) => StrategyArguments.WhyNotStepwise(Id, proposer, scorer, _options.Rows);

    /// <inheritdoc/>
    public async Task<SearchResult> SolveAsync(
        Problem problem, IProposer proposer, IScorer? scorer, SearchContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(proposer);
        ArgumentNullException.ThrowIfNull(context);
        StrategyArguments.ThrowIfUnsuited(this, proposer, scorer);
        StrategyArguments.ThrowIfUnlimited(context, _options.Rows);
        Usage before = context.Ledger.Used;
        var rows = BeamRows.Open(problem, proposer, scorer!, context, _options);
        await using var owned = rows.ConfigureAwait(false);
        int count = _options.Rows ?? await rows.AffordableAsync(cancellationToken).ConfigureAwait(false);
        List<BeamRow> finals = _options.Convention == BeamConvention.ItsHub
            ? await FixedPoolAsync(rows, count, cancellationToken).ConfigureAwait(false)
            : await LeavingPoolAsync(rows, count, cancellationToken).ConfigureAwait(false);
        return BeamChoice.Choose(this, problem, scorer!, finals, _options, context) with { Usage = context.Ledger.Used - before };
    }

    private async Task<List<BeamRow>> LeavingPoolAsync(BeamRows rows, int count, CancellationToken cancellationToken)
    {
        List<BeamRow> finals = [];
        await rows.StartAsync(count, cancellationToken).ConfigureAwait(false);
        for (int round = 1; round <= _options.MaxSteps && rows.HasActive; round++)
        {
            bool isLast = round == _options.MaxSteps;
            await rows.AdvanceAsync(isLast && _options.LastStepRunsToEnd, scoresLookahead: _options.Convention == BeamConvention.Winnow, cancellationToken).ConfigureAwait(false);
            finals.AddRange(rows.Current.Where(row => row.Answer.State != RowState.Active));
            int[] going = [.. rows.Places(row => row.Answer.State == RowState.Active)];
            if (isLast || going.Length == 0)
            {
                finals.AddRange(going.Select(place => rows.Current[place].Cut(CutReasons.Steps)));
                break;
            }
            int[] distinct = _options.FiltersDuplicates ? [.. going.DistinctBy(place => rows.Current[place].Answer.Text, StringComparer.Ordinal)] : going;
            int[] best = BeamSelection.Best([.. distinct.Select(place => rows.Current[place].Rank)], Math.Max(1, count / _options.Width), _options.Convention == BeamConvention.SearchAndLearn);
            int[] kept = [.. best.Select(i => distinct[i]).Order()];
            rows.Keep(BeamSelection.Repeat(kept, count));
            rows.FitToBudget();
        }
        return _options.Convention == BeamConvention.SearchAndLearn ? FillTo(count, finals) : finals;
    }

    private async Task<List<BeamRow>> FixedPoolAsync(BeamRows rows, int count, CancellationToken cancellationToken)
    {
        int copies = Math.Max(1, count / _options.Width);
        await rows.StartAsync(copies, cancellationToken).ConfigureAwait(false);
        for (int round = 1; round <= _options.MaxSteps && rows.HasActive; round++)
        {
            await rows.AdvanceAsync(toEnd: false, scoresLookahead: false, cancellationToken).ConfigureAwait(false);
            int[] best = BeamSelection.Best([.. rows.Current.Select(row => row.Rank)], _options.Width);
            rows.Keep(BeamSelection.Repeat(best, best.Length * copies));
        }
        return [.. rows.Current.Select(row => row.Answer.State == RowState.Active ? row.Cut(CutReasons.Steps) : row)];
    }

    private List<BeamRow> FillTo(int count, List<BeamRow> finals)
    {
        List<BeamRow> ordered = _options.SortsFinished
            ? [.. BeamSelection.Best([.. finals.Select(row => row.Rank)], finals.Count).Select(i => finals[i])]
            : finals;
        int[] places = [.. Enumerable.Range(0, ordered.Count)];
        return [.. BeamSelection.Repeat(places, count).Select(i => ordered[i])];
    }
}
