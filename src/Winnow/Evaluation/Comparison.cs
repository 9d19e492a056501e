using System.Net.Http;
using Winnow.Budgets;
using Winnow.Numerics;
using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Evaluation;

/// <summary>
/// Runs several strategies on a task at equal budgets. Problems run side by side; on each, every strategy gets its own
/// ledger with the same cap, and strategies that draw whole answers with equal settings read the same draws and scores,
/// each paying for them.
/// </summary>
/// <remarks>
/// A run is a pure function of the plan and the models: the number of threads and the order in which problems finish
/// change nothing but the times. A draw that fails is a candidate that casts no vote; a strategy that cannot finish a
/// problem because the world failed leaves it unanswered and is listed. Neither ends the run.
/// Cost: for each problem, the tokens of its largest budget for each strategy, less what is shared.
/// </remarks>
public sealed class Comparison
{
    private readonly ComparisonPlan _plan;
    private readonly IProposer _proposer;
    private readonly IScorer? _scorer;
    private readonly TimeProvider _time;
    private readonly IComparisonJournal? _journal;
    private readonly IReadOnlyList<Problem> _problems;
    private readonly IStrategy[] _strategies;
    private readonly ProblemOutcome[]?[] _outcomes;
    private readonly List<LeftOut> _leftOut = [];
    private readonly Lock _gate = new();
    private readonly int[] _answered;
    private readonly int[] _correct;
    private int _done;
    private int _kept;
    private Usage _used;
    private Usage _usedBefore;

    /// <summary>Prepares a comparison; nothing is drawn yet.</summary>
    /// <param name="plan">What to run.</param>
    /// <param name="proposer">Draws; used from several threads, each with its own populations.</param>
    /// <param name="scorer">Judges; null: strategies that need a scorer are left out.</param>
    /// <param name="time">Clock of the wall times; null: the system's.</param>
    /// <param name="journal">Keeps what is drawn and finished, and knows what was before; null: nothing is kept.</param>
    /// <exception cref="ArgumentException">The task has no problems, or no strategy can run; the message gives the reasons.</exception>
    public Comparison(ComparisonPlan plan, IProposer proposer, IScorer? scorer = null, TimeProvider? time = null, IComparisonJournal? journal = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(proposer);
        _plan = plan;
        _proposer = proposer;
        _scorer = scorer;
        _time = time ?? TimeProvider.System;
        _journal = journal;
        _problems = plan.ChosenProblems();
        if (_problems.Count == 0)
        {
            throw new ArgumentException($"The task {plan.Task.Name} has no problems.", nameof(plan));
        }
        List<IStrategy> strategies = [];
        foreach (IStrategy strategy in plan.Strategies)
        {
            if (strategy.WhyUnsuited(proposer.Info, scorer?.Info) is { } reason)
            {
                _leftOut.Add(new LeftOut(strategy.Id, reason));
            }
            else
            {
                strategies.Add(strategy);
            }
        }
        if (strategies.Count == 0)
        {
            throw new ArgumentException($"None of the strategies can run: {string.Join(" ", _leftOut.Select(left => left.Reason))}", nameof(plan));
        }
        _strategies = [.. strategies];
        _outcomes = new ProblemOutcome[]?[_problems.Count];
        _answered = new int[Cells];
        _correct = new int[Cells];
    }

    /// <summary>What is run.</summary>
    public ComparisonPlan Plan => _plan;

    /// <summary>Ids of the strategies that run, in the order of the table.</summary>
    public IReadOnlyList<string> Strategies => [.. _strategies.Select(strategy => strategy.Id)];

    /// <summary>Strategies that cannot run, with the reason.</summary>
    public IReadOnlyList<LeftOut> LeftOut => _leftOut;

    /// <summary>Problems that the plan runs.</summary>
    public IReadOnlyList<Problem> Problems => _problems;

    /// <summary>Number of problems that every strategy has finished at every budget.</summary>
    public int Finished => _outcomes.Count(outcomes => outcomes is not null);

    /// <summary>What it would spend, were everything drawn anew.</summary>
    /// <param name="prices">What tokens cost; null: money is not said.</param>
    /// <param name="caps">Caps on the whole run; null: none.</param>
    public SpendingForecast Forecast(TokenPrices? prices = null, Budget? caps = null)
    {
        int stepwise = _strategies.Count(NeedsSteps);
        return SpendingForecast.For(_problems, _plan.Budgets, _strategies.Length - stepwise, stepwise, _proposer.Info.MaxAnswerTokens, prices, caps);
    }

    private int Cells => _strategies.Length * _plan.Budgets.Count;

    /// <summary>Runs what has not been run yet. What is finished when it is stopped stays, and <see cref="Result"/> speaks about it.</summary>
    /// <param name="progress">Told each time a strategy has finished a problem at a budget, from any thread.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <exception cref="RunStoppedException">A cap on the whole run was reached.</exception>
    public async Task RunAsync(IProgress<ComparisonProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ParallelOptions options = new()
        {
            CancellationToken = cancellationToken,
            MaxDegreeOfParallelism = _plan.Threads == 0 ? Environment.ProcessorCount : _plan.Threads,
        };
        int[] open = [.. Enumerable.Range(0, _problems.Count).Where(problem => _outcomes[problem] is null)];
        RunStoppedException? stopped = null;
        await Parallel.ForAsync(0, open.Length, options, async (i, token) =>
        {
            try
            {
                _outcomes[open[i]] = await SolveAsync(open[i], progress, token).ConfigureAwait(false);
            }
            catch (RunStoppedException reached)
            {
                // Other problems have draws under way that are paid for.
                stopped = reached;
            }
        }).ConfigureAwait(false);
        if (stopped is not null)
        {
            throw stopped;
        }
    }

    /// <summary>What every strategy found on every finished problem, in task order: budgets within strategies within problems.</summary>
    public IEnumerable<FinishedProblem> Outcomes() =>
        from problem in Enumerable.Range(0, _problems.Count)
        where _outcomes[problem] is not null
        from cell in Enumerable.Range(0, Cells)
        let at = At(cell)
        select new FinishedProblem(_problems[problem], at.Strategy.Id, at.Budget, _outcomes[problem]![cell]);

    /// <summary>The table, tests and transcripts over the problems that are finished.</summary>
    /// <exception cref="InvalidOperationException">No problem is finished.</exception>
    public ComparisonResult Result()
    {
        int[] finished = [.. Enumerable.Range(0, _problems.Count).Where(problem => _outcomes[problem] is not null)];
        if (finished.Length == 0)
        {
            throw new InvalidOperationException("No problem is finished; run the comparison first.");
        }
        List<ComparisonRow> rows = [];
        for (int cell = 0; cell < Cells; cell++)
        {
            rows.Add(RowOf(cell, finished));
        }
        string[] ids = [.. Strategies];
        HashSet<string> searches = [.. _strategies.Where(NeedsSteps).Select(strategy => strategy.Id)];
        return new ComparisonResult
        {
            Task = _plan.Task.Name,
            Model = _proposer.Info.Name,
            Scorer = _scorer?.Info.Name,
            Seed = _plan.Seed,
            ChanceLevel = _plan.Task.ChanceLevel,
            Problems = finished.Length,
            PlannedProblems = _problems.Count,
            Rows = rows,
            Tests = ComparisonTests.Run(rows, ComparisonTests.Pairs(ids, searches), _plan.Seed),
            LeftOut = [.. _leftOut],
            Unfinished = [.. finished.SelectMany(UnfinishedOf)],
            Transcripts = Transcripts(finished),
        };
    }

    private async Task<ProblemOutcome[]> SolveAsync(int index, IProgress<ComparisonProgress>? progress, CancellationToken cancellationToken)
    {
        Problem problem = _problems[index];
        IProblemJournal? journal = _journal is null ? null : await _journal.OpenAsync(problem, index, cancellationToken).ConfigureAwait(false);
        ProblemStores stores = new(
            new DrawStore(_proposer, problem, UniformsOf(problem), _time, journal),
            _scorer is null ? null : new ScoreStore(_scorer, problem, UniformsOf(problem), _time));
        await using var owned = stores.ConfigureAwait(false);
        var outcomes = new ProblemOutcome[Cells];
        for (int cell = 0; cell < Cells; cell++)
        {
            (IStrategy strategy, long budget) = At(cell);
            ProblemOutcome? kept = journal?.Outcome(strategy.Id, budget);
            outcomes[cell] = kept ?? await SolveAsync(problem, stores, cell, cancellationToken).ConfigureAwait(false);
            if (kept is null)
            {
                journal?.Add(strategy.Id, budget, outcomes[cell]);
            }
            Tell(cell, outcomes[cell], kept is not null, progress);
        }
        return outcomes;
    }

    private async Task<ProblemOutcome> SolveAsync(Problem problem, ProblemStores stores, int cell, CancellationToken cancellationToken)
    {
        (IStrategy strategy, long budget) = At(cell);
        SearchContext context = new()
        {
            Ledger = new Ledger(new Budget { MaxTokens = budget }),
            Uniforms = UniformsOf(problem),
        };
        (IProposer proposer, IScorer? scorer) = NeedsSteps(strategy) ? (_proposer, _scorer) : (stores.Draws, stores.Scores);
        long start = _time.GetTimestamp();
        try
        {
            SearchResult result = await strategy.SolveAsync(problem, proposer, scorer, context, cancellationToken).ConfigureAwait(false);
            return await ProblemOutcome.OfAsync(problem, result, Seconds(), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is WinnowException or HttpRequestException or IOException or TimeoutException)
        {
            return ProblemOutcome.Failed(strategy.Id, error, context.Ledger.Used, Seconds());
        }

        double Seconds() => _time.GetElapsedTime(start).TotalSeconds + stores.TakeSecondsSaved();
    }

    private HashedUniforms UniformsOf(Problem problem) => HashedUniforms.For(_plan.Seed, "problem:" + problem.Id);

    private (IStrategy Strategy, long Budget) At(int cell) =>
        (_strategies[cell / _plan.Budgets.Count], _plan.Budgets[cell % _plan.Budgets.Count]);

    // Whoever cannot run where nothing can be extended step by step is a search over steps.
    private bool NeedsSteps(IStrategy strategy) =>
        strategy.WhyUnsuited(_proposer.Info with { CanStep = false }, _scorer?.Info) is not null;

    private void Tell(int cell, ProblemOutcome outcome, bool wasKept, IProgress<ComparisonProgress>? progress)
    {
        lock (_gate)
        {
            _done++;
            _kept += wasKept ? 1 : 0;
            _used += outcome.Result.Usage;
            _usedBefore += wasKept ? outcome.Result.Usage : default;
            _answered[cell]++;
            _correct[cell] += outcome.IsCorrect ? 1 : 0;
            (IStrategy strategy, long budget) = At(cell);
            progress?.Report(new ComparisonProgress
            {
                Done = _done,
                Total = Cells * _problems.Count,
                Strategy = strategy.Id,
                Budget = budget,
                Answered = _answered[cell],
                Correct = _correct[cell],
                Tokens = _used.Tokens,
                MaxTokens = _plan.Budgets.Sum() * _strategies.Length * _problems.Count,
                Cost = _used.Cost,
                Kept = _kept,
                KeptTokens = _usedBefore.Tokens,
            });
        }
    }

    private ComparisonRow RowOf(int cell, int[] finished)
    {
        (IStrategy strategy, long budget) = At(cell);
        ProblemOutcome[] outcomes = [.. finished.Select(problem => _outcomes[problem]![cell])];
        Usage used = outcomes.Aggregate(default(Usage), (sum, outcome) => sum + outcome.Result.Usage);
        int correct = outcomes.Count(outcome => outcome.IsCorrect);
        Interval interval = BinomialIntervals.Wilson(correct, outcomes.Length);
        return new ComparisonRow
        {
            Strategy = strategy.Id,
            Budget = budget,
            N = outcomes.Length,
            Accuracy = (double)correct / outcomes.Length,
            CiLow = interval.Low,
            CiHigh = interval.High,
            Coverage = outcomes.Average(outcome => outcome.IsCovered ? 1.0 : 0.0),
            MeanCandidates = outcomes.Average(outcome => (double)outcome.Result.Candidates.Count),
            PromptTokens = used.PromptTokens,
            TokensGenerated = used.TokensGenerated,
            ForwardTokens = used.ForwardTokens,
            ScorerTokens = used.ScorerTokens,
            Calls = used.Calls,
            Failures = outcomes.Sum(outcome => outcome.Failures),
            WallSeconds = outcomes.Sum(outcome => outcome.Seconds),
            Correct = [.. outcomes.Select(outcome => outcome.IsCorrect)],
        };
    }

    private IEnumerable<UnfinishedProblem> UnfinishedOf(int problem)
    {
        for (int cell = 0; cell < Cells; cell++)
        {
            if (_outcomes[problem]![cell].Error is { } reason)
            {
                (IStrategy strategy, long budget) = At(cell);
                yield return new UnfinishedProblem(strategy.Id, budget, _problems[problem].Id, reason);
            }
        }
    }

    private List<Transcript> Transcripts(int[] finished)
    {
        int[] cells = [.. Enumerable.Range(0, Cells).Where(cell => At(cell).Budget == _plan.Budgets[^1])];
        IReadOnlyList<int> chosen = TranscriptChoice.Choose(
            Strategies,
            [.. cells.Select(cell => (bool[])[.. finished.Select(problem => _outcomes[problem]![cell].IsCorrect)])],
            [.. cells.Select(cell => (string?[])[.. finished.Select(problem => _outcomes[problem]![cell].Result.Answer)])],
            _plan.Transcripts);
        return
        [
            .. from i in chosen
               from cell in cells
               let outcome = _outcomes[finished[i]]![cell]
               select new Transcript(_problems[finished[i]], outcome.Result, outcome.IsCorrect),
        ];
    }
}
