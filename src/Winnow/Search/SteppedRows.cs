using Winnow.Budgets;
using Winnow.Tasks;

namespace Winnow.Search;

/// <summary>A population that is stepped and scored within a budget: what beam search and particle methods share.</summary>
/// <remarks>
/// Before each step the tokens that all rows together may draw are set so that the scorer can still read them; what
/// the budget refuses is cut. <see cref="Carried"/> says how many rows the rest of the budget can carry to an
/// end, so that a search can go on with fewer rows instead of having all of them cut.
/// </remarks>
internal sealed class SteppedRows : IAsyncDisposable
{
    private static readonly int[] FirstRow = [0];

    private readonly Problem _problem;
    private readonly IProposer _proposer;
    private readonly IScorer _scorer;
    private readonly SearchContext _context;
    private readonly IScoring _scoring;
    private readonly StepAggregation _aggregation;
    private readonly StepRule _rule;
    private long _usual;
    private long _stepTokens;
    private long _stepsTaken;

    public SteppedRows(Problem problem, IProposer proposer, IScorer scorer, SearchContext context, StepRule rule, StepAggregation aggregation)
    {
        (_problem, _proposer, _scorer, _context, _rule, _aggregation) = (problem, proposer, scorer, context, rule, aggregation);
        _usual = proposer.Info.TypicalAnswerTokens ?? 0;
        Population = proposer.Open(problem, context);
        _scoring = scorer.Open(problem, context);
    }

    public IPopulation Population { get; }

    public IReadOnlyList<PartialAnswer> Rows => Population.Rows;

    /// <summary>Steps that have been taken; the iteration of the next step's uniforms.</summary>
    public int Step { get; private set; }

    /// <summary>Scores that the scorer could not give.</summary>
    public int Unscored { get; private set; }

    /// <summary>Rows that the budget can carry to answers of usual length, at most <paramref name="most"/> and what the proposer holds at once, at least 1.</summary>
    /// <remarks>
    /// How long answers to this problem are is learned from one greedy answer, paid for like every other draw, unless
    /// the proposer knows what is typical. At most a quarter of the budget is spent on it.
    /// </remarks>
    public async ValueTask<int> AffordableAsync(int most, CancellationToken cancellationToken)
    {
        _usual = _proposer.Info.TypicalAnswerTokens ?? await LearnLengthAsync(cancellationToken).ConfigureAwait(false);
        return AffordableNow(most);
    }

    /// <summary>The same for what is left now, once the usual length is known.</summary>
    public int AffordableNow(int most)
    {
        Budget left = _context.Ledger.Remaining;
        return (int)Math.Max(1, Affordable.Largest(Math.Min(most, _proposer.Info.MaxActiveRows), n =>
            left.Covers(_proposer.AtMost(_problem, (int)n, n * _usual) + _scorer.AtMost(_problem, (int)n, n * _usual))));
    }

    public int[] Active() => [.. Enumerable.Range(0, Rows.Count).Where(row => Rows[row].State == RowState.Active)];

    /// <summary>How many of some active rows the rest of the budget can carry to answers of usual length; at least 1.</summary>
    public int Carried(ReadOnlySpan<int> active)
    {
        if (Step == 0 || !_context.Ledger.Budget.IsCapped)
        {
            return active.Length;
        }
        double drawn = 0;
        foreach (int row in active)
        {
            drawn += Rows[row].TokenCount;
        }
        long step = Math.Max(1, (_stepTokens + _stepsTaken - 1) / Math.Max(1, _stepsTaken));
        long needed = Math.Max(step, (long)Math.Ceiling(_usual - drawn / active.Length));
        Budget left = _context.Ledger.Remaining;
        return (int)Math.Max(1, Affordable.Largest(active.Length, n =>
            left.Covers(_proposer.AtMost(_problem, 0, n * needed) + _scorer.AtMost(_problem, (int)n, n * needed))));
    }

    /// <summary>Extends active rows by one step, or to their end.</summary>
    public async ValueTask StepAsync(ReadOnlyMemory<int> rows, bool toEnd, CancellationToken cancellationToken, bool greedy = false)
    {
        long before = TokensOf(rows.Span);
        Budget left = _context.Ledger.Remaining;
        long wanted = (long)rows.Length * _rule.MaxTokens;
        int count = rows.Length;
        long allowed = left.MaxSeconds <= 0 ? 0 : Affordable.Largest(wanted, n =>
            left.Covers(_proposer.AtMost(_problem, 0, n) + _scorer.AtMost(_problem, count, n)));
        StepRule rule = _rule with
        {
            Iteration = Step,
            ToEnd = toEnd,
            MaxTotalTokens = allowed < wanted ? allowed : null,
            Temperature = greedy ? 0 : _rule.Temperature,
        };
        await Population.StepAsync(rows, rule, cancellationToken).ConfigureAwait(false);
        Step++;
        _stepTokens += TokensOf(rows.Span) - before;
        _stepsTaken += rows.Length;
    }

    /// <summary>Scores rows; the steps of a process scorer are reduced.</summary>
    public async ValueTask<Score[]> ScoreAsync(ReadOnlyMemory<int> rows, CancellationToken cancellationToken)
    {
        Score[] scores = new Score[rows.Length];
        if (rows.Length > 0)
        {
            await _scoring.ScoreAsync(Population, rows, scores, cancellationToken).ConfigureAwait(false);
        }
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] = StepScores.Aggregate(scores[i], _aggregation);
            Unscored += scores[i].HasValue ? 0 : 1;
        }
        return scores;
    }

    public void Reorder(ReadOnlySpan<int> parents)
    {
        Population.Reorder(parents);
        _scoring.Reorder(parents);
    }

    public async ValueTask DisposeAsync()
    {
        await _scoring.DisposeAsync().ConfigureAwait(false);
        await Population.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<int> LearnLengthAsync(CancellationToken cancellationToken)
    {
        int longest = _proposer.Info.MaxAnswerTokens;
        Budget left = _context.Ledger.Remaining;
        int quarter = (int)Affordable.Largest(longest, n => left.Covers(_proposer.AtMost(_problem, 1, 4 * n)));
        if (quarter == 0)
        {
            return longest;
        }
        IPopulation pilot = _proposer.Open(_problem, _context);
        await using var owned = pilot.ConfigureAwait(false);
        await pilot.GrowAsync(1, cancellationToken).ConfigureAwait(false);
        if (pilot.Rows[0].State == RowState.Active)
        {
            await pilot.StepAsync(FirstRow, _rule with { ToEnd = true, Temperature = 0, MaxTokens = quarter }, cancellationToken).ConfigureAwait(false);
        }
        return pilot.Rows[0].State == RowState.Finished ? pilot.Rows[0].TokenCount : longest;
    }

    private long TokensOf(ReadOnlySpan<int> rows)
    {
        long tokens = 0;
        foreach (int row in rows)
        {
            tokens += Rows[row].TokenCount;
        }
        return tokens;
    }
}
