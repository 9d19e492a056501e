using Winnow.Budgets;
using Winnow.Cli.Sources;
using Winnow.Cli.Stored;
using Winnow.Evaluation;
using Winnow.Runs;
using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Cli.Verbs;

/// <summary>What <c>run</c> and <c>compare</c> open before anything is drawn: task, model, scorer and judge. Nothing is paid for yet but a probe.</summary>
internal sealed class MeasuringSetup : IDisposable
{
    private readonly MeasuringRequest _request;
    private readonly ModelShelf _models;
    private readonly Shell _shell;
    private readonly OpenJudge? _judge;
    private WorkingJudge? _working;

    private MeasuringSetup(MeasuringRequest request, ModelShelf models, Shell shell, ComparisonPlan plan, DrawingModel model, OpenJudge? judge, Usage probed)
    {
        (_request, _models, _shell, _judge) = (request, models, shell, judge);
        (Plan, Model, Probed) = (plan, model, probed);
        ScorerName = ScorerShelf.NameOf(request.Scorer, request.Model, model);
        // Problems run side by side, one thread each.
        Proposer = model.For(plan.Task, threads: 1);
        Scorer = plan.Strategies.Any(strategy => RunIdentities.UsesScorer(strategy, Proposer.Info)) ? ScorerShelf.Open(request.Scorer, request.Model, model, models) : null;
    }

    /// <summary>What is run.</summary>
    public ComparisonPlan Plan { get; }

    /// <summary>What draws.</summary>
    public DrawingModel Model { get; }

    /// <summary>Draws; nothing is capped.</summary>
    public IProposer Proposer { get; }

    /// <summary>Scores; null where there is none, or where no strategy asks one.</summary>
    public IScorer? Scorer { get; }

    /// <summary>The scorer as it is named on the command line.</summary>
    public string ScorerName { get; }

    /// <summary>What finding out about an endpoint has used.</summary>
    public Usage Probed { get; }

    /// <summary>Name of the judging model; null where there is none.</summary>
    public string? JudgeName => _judge?.Name;

    /// <summary>What the judge has cost; null where there is none.</summary>
    public Usage? JudgeUsed => _working?.Used;

    /// <summary>Opens everything.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="plan">What is run, of the task as it was loaded.</param>
    /// <param name="asks">Whether an endpoint that is not known yet may be asked what it can do.</param>
    /// <param name="shell">Environment.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="RequestException">Something cannot be opened, or does not fit together.</exception>
    public static async Task<MeasuringSetup> OpenAsync(MeasuringRequest request, Func<TaskSet, ComparisonPlan> plan, bool asks, Shell shell, CancellationToken cancellationToken)
    {
        TaskSet task = JudgeShelf.LoadTask(request.Task, request.Judge);
        ComparisonPlan planned = plan(task) with
        {
            Problems = request.Problems ?? CompareDefaults.Current.Problems,
            Seed = request.Seed,
            Threads = request.Threads,
        };
        ModelShelf models = new(request.PromptFolder, shell);
        try
        {
            using RunBudget probe = new(request.Spending.Caps, time: shell.Time);
            DrawingModel model = await models.OpenDrawingAsync(request.Model, request.Spending, asks ? probe : null, shell, cancellationToken, anyAge: request.Resume).ConfigureAwait(false);
            OpenJudge? judge = request.Judge is { } name ? JudgeShelf.Open(name, request.Spending, models, shell) : null;
            planned = planned with { Task = model.Frame(planned.Task) };
            planned = request.Threads == 0 ? planned with { Threads = model.UsualThreads } : planned;
            model.Check(planned.ChosenProblems());
            return new MeasuringSetup(request, models, shell, planned, model, judge, probe.Used);
        }
        catch
        {
            models.Dispose();
            throw;
        }
    }

    /// <summary>Names of the runs that it is made of, in the order in which they draw.</summary>
    /// <param name="options">Settings of the strategies that differ from the default, as text.</param>
    public IReadOnlyList<RunIdentity> Identities(string options = "")
    {
        RunIdentity common = new()
        {
            Build = _request.BegunBy ?? ThisBuild.Id,
            Version = ThisBuild.Version,
            Task = Plan.Task.Name,
            TaskVersion = Plan.Task.Version,
            Problems = ContentHash.OfProblems(Plan.ChosenProblems())[..32],
            ProblemCount = Plan.ChosenProblems().Count,
            Model = Proposer.Info.Name,
            ModelChecksum = ModelFingerprint.Of(_request.Model),
            Sampler = Model.SamplerOf(Plan.Task),
            Strategy = "",
            Options = options,
            Judge = JudgeName,
            JudgeChecksum = _request.Judge is { } judge ? ModelFingerprint.Of(judge) : null,
            Budget = Budget.Unlimited,
            Seed = Plan.Seed,
        };
        return RunIdentities.Of(common, Plan, new Comparison(Plan, Proposer, Scorer).Strategies, Proposer.Info, ScorerShelf.NameOf(_request.Scorer, _request.Model));
    }

    /// <summary>The comparison below the caps of a run; the judge counts in them too.</summary>
    /// <param name="run">Its caps.</param>
    /// <param name="journal">Keeps what is drawn and finished; null: nothing is kept.</param>
    public Comparison Prepare(RunBudget run, IComparisonJournal? journal)
    {
        ComparisonPlan plan = Plan;
        if (_judge is not null)
        {
            _working = new WorkingJudge(_judge, run, Plan.Seed);
            plan = plan with { Task = plan.Task.WithJudge(_working.Checker) };
        }
        return new Comparison(plan, run.Over(Proposer), Scorer is null ? null : run.Over(Scorer), _shell.Time, journal);
    }

    /// <summary>A command with what must be said again to go on with what it began.</summary>
    public CommandWords Words(CommandWords command) => _request.Spending.AddTo(command
        .With("--model", _request.Model ?? ModelShelf.DefaultName)
        .With("--scorer", ScorerShelf.NameOf(_request.Scorer, _request.Model))
        .With("--judge", _request.Judge)
        .With("--answers-per-call", (Model as RemoteModel)?.AnswersPerCall)
        .With("--problems", Plan.Problems)
        .With("--seed", Plan.Seed));

    /// <inheritdoc/>
    public void Dispose()
    {
        _working?.Dispose();
        _models.Dispose();
    }
}
