using Winnow.Budgets;
using Winnow.Tasks;

namespace Winnow.Search;

/// <summary>Diverse verifier tree search: N/M independent trees, each of which draws M candidates for a step and keeps the best.</summary>
/// <remarks>
/// Source: Beeching, Tunstall and Rush (2024), search-and-learn. A tree ends when its best candidate is finished; then
/// all candidates of its last step are final. Differs from the source: only finished ones vote, weighted by score,
/// each counted once; under <see cref="BeamConvention.SearchAndLearn"/> the highest score wins, of the unfinished
/// too. When the rest of the budget cannot carry all trees, the last ones end. Ties go to the first. With a look-ahead, candidates are scored by what they lead to. Fewer than M
/// rows make one tree. Cost and randomness: as beam search.
/// </remarks>
/// <param name="options">Settings; null: the default ones. Duplicates are not filtered.</param>
public sealed class Dvts(BeamOptions? options = null) : IStrategy
{
    private readonly BeamOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Id => StrategyIds.Dvts;

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
        List<BeamRow> finals = await GrowTreesAsync(rows, count, cancellationToken).ConfigureAwait(false);
        return BeamChoice.Choose(this, problem, scorer!, finals, _options, context) with { Usage = context.Ledger.Used - before };
    }

    private async Task<List<BeamRow>> GrowTreesAsync(BeamRows rows, int count, CancellationToken cancellationToken)
    {
        int width = Math.Min(_options.Width, count);
        int[] trees = [.. Enumerable.Range(0, count / width)];
        var finals = new List<BeamRow>[trees.Length];
        await rows.StartAsync(trees.Length * width, cancellationToken).ConfigureAwait(false);
        for (int round = 1; trees.Length > 0; round++)
        {
            bool isLast = round == _options.MaxSteps;
            await rows.AdvanceAsync(isLast && _options.LastStepRunsToEnd, scoresLookahead: true, cancellationToken).ConfigureAwait(false);
            List<int> kept = [];
            List<int> going = [];
            for (int place = 0; place < trees.Length; place++)
            {
                BeamRow[] candidates = [.. rows.Current.Skip(place * width).Take(width)];
                int best = BeamSelection.Best([.. candidates.Select(row => row.Rank)], 1)[0];
                if (isLast || candidates[best].Answer.State != RowState.Active)
                {
                    finals[trees[place]] = [.. candidates.Select(row => row.Answer.State == RowState.Active ? row.Cut(CutReasons.Steps) : row)];
                    continue;
                }
                going.Add(trees[place]);
                kept.AddRange(Enumerable.Repeat(place * width + best, width));
            }
            int carried = going.Count == 0 ? 0 : Math.Max(1, rows.CarriedAfter([.. kept]) / width);
            foreach (int tree in going.Skip(carried))
            {
                int place = Array.IndexOf(trees, tree) * width;
                finals[tree] = [.. rows.Current.Skip(place).Take(width).Select(row => row.Answer.State == RowState.Active ? row.Cut(CutReasons.Budget) : row)];
            }
            trees = [.. going.Take(carried)];
            rows.Keep([.. kept.Take(carried * width)]);
        }
        return [.. finals.SelectMany(tree => tree)];
    }
}
