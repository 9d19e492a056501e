using Winnow.Evaluation;
using Winnow.Tasks;

namespace Winnow.Runs;

/// <summary>Keeps a comparison in a store: one run for each strategy and budget, whose whole answers are one series.</summary>
public sealed class RunJournal : IComparisonJournal
{
    private readonly IRunStore _store;
    private readonly RunWriter _writer;
    private readonly TimeProvider _time;
    private readonly Dictionary<(string Strategy, long Budget), string> _runs;
    private readonly string[] _order;
    private readonly string _series;
    private readonly ulong _seed;

    /// <summary>A journal of runs that the caller has claimed.</summary>
    /// <param name="store">What is known from before; not disposed.</param>
    /// <param name="writer">Writes to the same store; not disposed.</param>
    /// <param name="runs">The runs, in the order in which they draw; they differ in nothing but strategy, its options and budget.</param>
    /// <param name="time">Clock of the records; null: the system's.</param>
    /// <exception cref="ArgumentException">There is none, they are of several series, or one has no token cap.</exception>
    public RunJournal(IRunStore store, RunWriter writer, IReadOnlyCollection<RunIdentity> runs, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(runs);
        (_store, _writer, _time) = (store, writer, time ?? TimeProvider.System);
        string[] series = [.. runs.Select(run => run.Series).Distinct(StringComparer.Ordinal)];
        if (series.Length != 1)
        {
            throw new ArgumentException($"The {runs.Count} runs of a journal must share one series of draws, but have {series.Length}.", nameof(runs));
        }
        _series = series[0];
        _seed = runs.First().Seed;
        _runs = runs.ToDictionary(
            run => (run.Strategy, run.Budget.MaxTokens ?? throw new ArgumentException("A run of a comparison has a token cap.", nameof(runs))),
            run => run.Id);
        _order = [.. runs.Select(run => run.Id)];
    }

    /// <inheritdoc/>
    public async Task<IProblemJournal> OpenAsync(Problem problem, int index, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        await _writer.MakeRoomAsync(cancellationToken).ConfigureAwait(false);
        string promptHash = ContentHash.OfPrompt(problem);
        IReadOnlyList<ProblemResult> results = await _store.ResultsAsync(_runs.Values, problem.Id, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<DrawRecord> draws = await _store.DrawsAsync(_series, problem.Id, promptHash, cancellationToken).ConfigureAwait(false);
        return new Entry(this, problem, index, promptHash, results, draws);
    }

    /// <summary>One problem: draws by settings and by name, and outcomes by run.</summary>
    private sealed class Entry : IProblemJournal
    {
        private readonly RunJournal _journal;
        private readonly Problem _problem;
        private readonly int _index;
        private readonly string _promptHash;
        private readonly CandidateText _candidates;
        private readonly Dictionary<string, ProblemOutcome> _outcomes = new(StringComparer.Ordinal);
        private readonly Dictionary<DrawSettings, DrawRecord> _latest = [];
        private readonly HashSet<string> _finished = new(StringComparer.Ordinal);
        private readonly Lock _gate = new();

        public Entry(RunJournal journal, Problem problem, int index, string promptHash, IReadOnlyList<ProblemResult> results, IReadOnlyList<DrawRecord> draws)
        {
            (_journal, _problem, _index, _promptHash) = (journal, problem, index, promptHash);
            _candidates = new CandidateText(draws);
            foreach (DrawRecord draw in draws)
            {
                _latest[draw.Draw.Settings] = draw;
            }
            foreach (ProblemResult result in results.Where(result => result.Error is null))
            {
                _outcomes.Add(result.Run, _candidates.OutcomeOf(result));
                _finished.Add(result.Run);
            }
            // Where the world had failed, what failed is tried again.
            bool triesAgain = results.Any(result => result.Error is not null);
            Draws = [.. _latest.Values.Where(draw => !triesAgain || draw.Draw.Answer.State != Search.RowState.Failed).Select(draw => draw.Draw)];
        }

        public IReadOnlyList<KeptDraw> Draws { get; }

        public ProblemOutcome? Outcome(string strategy, long budget) => _outcomes.GetValueOrDefault(_journal._runs[(strategy, budget)]);

        public void Add(KeptDraw draw)
        {
            lock (_gate)
            {
                DrawRecord record = new()
                {
                    Series = _journal._series,
                    Problem = _problem.Id,
                    PromptHash = _promptHash,
                    Seed = _journal._seed,
                    Attempt = _latest.TryGetValue(draw.Settings, out DrawRecord? before) ? before.Attempt + 1 : 0,
                    Run = Drawing(),
                    Drawn = _journal._time.GetUtcNow(),
                    Draw = draw,
                };
                _latest[draw.Settings] = record;
                _candidates.Add(record);
                _journal._writer.Add(record);
            }
        }

        public void Add(string strategy, long budget, ProblemOutcome outcome)
        {
            lock (_gate)
            {
                _finished.Add(_journal._runs[(strategy, budget)]);
                _journal._writer.Add(new ProblemResult
                {
                    Run = _journal._runs[(strategy, budget)],
                    Problem = _problem.Id,
                    Index = _index,
                    Answer = outcome.Result.Answer,
                    IsCorrect = outcome.IsCorrect,
                    IsCovered = outcome.IsCovered,
                    Failures = outcome.Failures,
                    Candidates = outcome.Result.Candidates.Count,
                    Usage = outcome.Result.Usage,
                    Seconds = outcome.Seconds,
                    Error = outcome.Error,
                    Finished = _journal._time.GetUtcNow(),
                    Details = _candidates.DetailsOf(outcome.Result),
                });
            }
        }

        // Strategies and budgets are gone through in order, so the first run that is not finished is the one that draws.
        private string Drawing() => _journal._order.FirstOrDefault(run => !_finished.Contains(run)) ?? _journal._order[0];
    }
}
