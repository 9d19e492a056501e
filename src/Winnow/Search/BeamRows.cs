using Winnow.Tasks;

namespace Winnow.Search;

/// <summary>A row of a beam with its last score.</summary>
internal readonly record struct BeamRow(PartialAnswer Answer, Score? Score)
{
    /// <summary>What it is ranked by; −∞ where it has no score or cannot become an answer.</summary>
    public double Rank =>
        Score is { HasValue: true } score && Answer.State is RowState.Active or RowState.Finished ? Score.Value.Value : double.NegativeInfinity;

    public BeamRow Cut(string reason) => this with { Answer = Answer with { State = RowState.Cut, Reason = reason } };

    public Candidate AsCandidate(Problem problem) => WholeAnswers.CandidateOf(problem, Answer) with { Score = Score };
}

/// <summary>The rows of a beam or of several trees: they advance, look ahead, are scored and kept.</summary>
internal sealed class BeamRows : IAsyncDisposable
{
    private readonly SteppedRows _rows;
    private readonly SearchContext _context;
    private readonly BeamOptions _options;
    private List<BeamRow> _current = [];

    private BeamRows(SteppedRows rows, SearchContext context, BeamOptions options) => (_rows, _context, _options) = (rows, context, options);

    public IReadOnlyList<BeamRow> Current => _current;

    public bool HasActive => _current.Exists(row => row.Answer.State == RowState.Active);

    public static BeamRows Open(Problem problem, IProposer proposer, IScorer scorer, SearchContext context, BeamOptions options)
    {
        StepRule rule = new() { Boundary = options.Boundary, Temperature = options.Temperature, MaxTokens = proposer.Info.MaxAnswerTokens };
        return new BeamRows(new SteppedRows(problem, proposer, scorer, context, rule, options.Aggregation), context, options);
    }

    /// <inheritdoc cref="SteppedRows.AffordableAsync"/>
    public ValueTask<int> AffordableAsync(CancellationToken cancellationToken) => _rows.AffordableAsync(BeamOptions.RowLimit, cancellationToken);

    public async ValueTask StartAsync(int count, CancellationToken cancellationToken)
    {
        await _rows.Population.GrowAsync(count, cancellationToken).ConfigureAwait(false);
        _current = [.. _rows.Rows.Select(row => new BeamRow(row, null))];
    }

    public IEnumerable<int> Places(Func<BeamRow, bool> which) => Enumerable.Range(0, _current.Count).Where(place => which(_current[place]));

    /// <summary>Extends the active rows and scores them, by what they are or by what they lead to.</summary>
    public async ValueTask AdvanceAsync(bool toEnd, bool scoresLookahead, CancellationToken cancellationToken)
    {
        int[] active = _rows.Active();
        await _rows.StepAsync(active, toEnd, cancellationToken).ConfigureAwait(false);
        Report("stepped", []);
        Score[] scores;
        int[] alive = [.. active.Where(row => _rows.Rows[row].State is RowState.Active or RowState.Finished)];
        if (_options.Lookahead > 0)
        {
            scores = await LookAheadAsync(alive, scoresLookahead, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            scores = await _rows.ScoreAsync(alive, cancellationToken).ConfigureAwait(false);
        }
        for (int row = 0; row < _current.Count; row++)
        {
            int place = Array.IndexOf(alive, row);
            _current[row] = new BeamRow(_rows.Rows[row], place >= 0 ? scores[place] : _current[row].Score);
        }
        Report("scored", []);
    }

    /// <summary>New row i becomes a copy of old row parents[i].</summary>
    public void Keep(int[] parents)
    {
        _rows.Reorder(parents);
        _current = [.. parents.Select(parent => _current[parent])];
        Report("kept", parents);
    }

    /// <summary>How many rows the rest of the budget can carry, if these places were kept.</summary>
    public int CarriedAfter(ReadOnlySpan<int> places) => _rows.Carried(places);

    /// <summary>Drops the last rows, all of them copies of earlier ones, until the budget can carry the rest.</summary>
    public void FitToBudget()
    {
        int[] active = _rows.Active();
        int carried = _rows.Carried(active);
        if (carried < active.Length)
        {
            int[] parents = [.. Enumerable.Range(0, _current.Count - (active.Length - carried))];
            _rows.Reorder(parents);
            _current = [.. parents.Select(parent => _current[parent])];
            Report("thinned", parents);
        }
    }

    public ValueTask DisposeAsync() => _rows.DisposeAsync();

    private async ValueTask<Score[]> LookAheadAsync(int[] alive, bool scoresLookahead, CancellationToken cancellationToken)
    {
        int count = _rows.Rows.Count;
        int[] doubled = [.. Enumerable.Range(0, count), .. Enumerable.Range(0, count)];
        _rows.Reorder(doubled);
        for (int ahead = 0; ahead < _options.Lookahead; ahead++)
        {
            int[] looking = [.. _rows.Active().Where(row => row >= count)];
            await _rows.StepAsync(looking, toEnd: false, cancellationToken, greedy: true).ConfigureAwait(false);
            Report("looked", [.. looking.Select(row => row - count)]);
        }
        int[] scored = scoresLookahead ? [.. alive.Select(row => row + count)] : alive;
        Score[] scores = await _rows.ScoreAsync(scored, cancellationToken).ConfigureAwait(false);
        _rows.Reorder(doubled.AsSpan(0, count));
        return scores;
    }

    private void Report(string kind, int[] parents)
    {
        if (_context.Progress is { } progress)
        {
            progress.Report(new SearchEvent(kind, _rows.Step, [.. _rows.Rows], [.. _current.Select(row => row.Score is { HasValue: true } score ? score.Value : double.NaN)], parents));
        }
    }
}
