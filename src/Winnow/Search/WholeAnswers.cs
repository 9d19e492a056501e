using Winnow.Budgets;
using Winnow.Tasks;

namespace Winnow.Search;

/// <summary>Draws whole answers until the budget or the settings say enough, and has them scored.</summary>
/// <remarks>
/// Whether draw i starts, and how long it may become, is decided in draw order by what the draws before it used:
/// it gets the longest answer's worst case, scorer included, or, at the end of a budget, all that is left. Draws whose
/// worst cases fit together are drawn as one batch, which cannot change that outcome; the results therefore do not
/// depend on batches, and almost all of a budget is used although every draw reserves its worst case. A draw
/// that does not end within what is left is cut, casts no vote, and is the last.
/// </remarks>
internal sealed class WholeAnswers(Problem problem, IProposer proposer, IScorer? scorer, WholeAnswerOptions options, SearchContext context)
{
    private readonly List<Candidate> _candidates = [];
    private readonly Dictionary<string, Score> _scores = new(StringComparer.Ordinal);
    private readonly StepAggregation _aggregation = (options as ScoredAnswerOptions)?.Aggregation ?? StepAggregation.Last;
    private readonly bool _skipsUnanimous = options is ScoredAnswerOptions { SkipsUnanimous: true };
    private int _failuresInARow;
    private bool _isSpent;

    /// <summary>Draws and scores.</summary>
    public async Task<IReadOnlyList<Candidate>> DrawAsync(CancellationToken cancellationToken)
    {
        StrategyArguments.ThrowIfUnlimited(context, options.Samples);
        IPopulation rows = proposer.Open(problem, context);
        await using var ownedRows = rows.ConfigureAwait(false);
        IScoring? scoring = scorer?.Open(problem, context);
        await using var ownedScoring = ((IAsyncDisposable?)scoring ?? NoScoring.Instance).ConfigureAwait(false);

        int limit = options.Samples ?? WholeAnswerOptions.SampleLimit;
        while (!_isSpent && _candidates.Count < limit && _failuresInARow < options.MaxFailuresInARow && NextWave(limit) is { Count: > 0 } wave)
        {
            await DrawWaveAsync(rows, wave, cancellationToken).ConfigureAwait(false);
            _isSpent = wave.TokensLeft is not null && _candidates[^1].Answer.State == RowState.Cut;
            if (scoring is not null)
            {
                await ScoreAsync(rows, scoring, cancellationToken).ConfigureAwait(false);
            }
        }
        if (scorer is not null)
        {
            Unanimous();
        }
        return _candidates;
    }

    private readonly record struct Wave(int Count, long? TokensLeft);

    private Wave NextWave(int limit)
    {
        Budget left = context.Ledger.Remaining;
        if (left.MaxSeconds <= 0)
        {
            return default;
        }
        int longest = proposer.Info.MaxAnswerTokens;
        int atOnce = Math.Min(limit - _candidates.Count, proposer.Info.MaxActiveRows);
        int count = (int)Affordable.Largest(atOnce, n => left.Covers(WorstCase((int)n, n * longest)));
        if (count > 0)
        {
            return new Wave(count, null);
        }
        long tokens = Affordable.Largest(longest - 1, n => left.Covers(WorstCase(1, n)));
        return tokens > 0 ? new Wave(1, tokens) : default;
    }

    private Usage WorstCase(int draws, long tokens)
    {
        Usage worst = proposer.AtMost(problem, draws, tokens);
        if (scorer is null)
        {
            return worst;
        }
        int unscored = _skipsUnanimous && _scores.Count == 0 && _candidates.Count > 0 ? 1 : 0;
        long pending = unscored == 0 ? 0 : _candidates.Max(candidate => candidate.Answer.TokenCount);
        return worst + scorer.AtMost(problem, draws + unscored, tokens + pending);
    }

    private async ValueTask DrawWaveAsync(IPopulation rows, Wave wave, CancellationToken cancellationToken)
    {
        int first = rows.Rows.Count;
        await rows.GrowAsync(wave.Count, cancellationToken).ConfigureAwait(false);
        int[] active = [.. Enumerable.Range(first, wave.Count).Where(row => rows.Rows[row].State == RowState.Active)];
        if (active.Length > 0)
        {
            StepRule rule = new()
            {
                ToEnd = true,
                Boundary = options.Boundary,
                Temperature = options.Temperature,
                MaxTokens = proposer.Info.MaxAnswerTokens,
                MaxTotalTokens = wave.TokensLeft,
            };
            await rows.StepAsync(active, rule, cancellationToken).ConfigureAwait(false);
        }
        for (int row = first; row < rows.Rows.Count; row++)
        {
            _candidates.Add(CandidateOf(problem, rows.Rows[row]));
            _failuresInARow = rows.Rows[row].State == RowState.Failed ? _failuresInARow + 1 : 0;
        }
        context.Progress?.Report(new SearchEvent("drawn", 0, [.. rows.Rows], [], []));
    }

    /// <summary>A row as a candidate: only a finished one can have an answer.</summary>
    internal static Candidate CandidateOf(Problem problem, PartialAnswer row) => new()
    {
        Answer = row,
        Key = row.State == RowState.Finished ? problem.Answers.Canonical(row.Text) : null,
    };

    /// <summary>Scores the answers that have not been scored; equal texts once.</summary>
    private async ValueTask ScoreAsync(IPopulation rows, IScoring scoring, CancellationToken cancellationToken)
    {
        List<int> which = [];
        HashSet<string> texts = new(_scores.Keys, StringComparer.Ordinal);
        int known = texts.Count;
        for (int i = 0; i < _candidates.Count; i++)
        {
            if (_candidates[i].Key is not null && texts.Add(_candidates[i].Answer.Text))
            {
                which.Add(i);
            }
        }
        if (_skipsUnanimous && known == 0 && texts.Count <= 1)
        {
            return;
        }
        Score[] scores = new Score[which.Count];
        await scoring.ScoreAsync(rows, which.ToArray(), scores, cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < which.Count; i++)
        {
            _scores.Add(_candidates[which[i]].Answer.Text, StepScores.Aggregate(scores[i], _aggregation));
        }
        for (int i = 0; i < _candidates.Count; i++)
        {
            if (_candidates[i] is { Key: not null, Score: null } candidate)
            {
                _candidates[i] = candidate with { Score = _scores[candidate.Answer.Text] };
            }
        }
        context.Progress?.Report(new SearchEvent("scored", 0, [.. rows.Rows], Voting.ScoresOf(_candidates), []));
    }

    private void Unanimous()
    {
        for (int i = 0; i < _candidates.Count; i++)
        {
            if (_candidates[i] is { Key: not null, Score: null } candidate)
            {
                _candidates[i] = candidate with { Score = Score.Of(1) };
            }
        }
    }

    private sealed class NoScoring : IAsyncDisposable
    {
        public static NoScoring Instance { get; } = new();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
