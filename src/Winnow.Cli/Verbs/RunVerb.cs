using System.CommandLine;
using Winnow.Budgets;
using Winnow.Cli.Documents;
using Winnow.Cli.Sources;
using Winnow.Cli.Stored;
using Winnow.Evaluation;
using Winnow.Rendering;
using Winnow.Runs;
using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Cli.Verbs;

/// <summary><c>winnow run [TASK|FILE]</c>: one strategy over a task, every draw kept as it comes.</summary>
internal static class RunVerb
{
    private const long DefaultBudget = 1500;

    private sealed record Request(
        string? Task, string Strategy, int? Samples, double? Temperature, string? Model, string? Scorer, long Budget, int? Problems, ulong Seed, int Threads,
        string? Store, bool Resume, bool Json, bool Quiet, string? PromptFolder, SpendingRequest Spending)
    {
        /// <summary>Settings of the strategy that differ from the default, as text.</summary>
        public string Options => string.Join(';', new[]
        {
            Samples is { } samples ? FormattableString.Invariant($"samples={samples}") : null,
            Temperature is { } temperature ? FormattableString.Invariant($"temperature={temperature}") : null,
        }.OfType<string>());
    }

    public static Command Create(Shell shell)
    {
        Argument<string?> task = CommonOptions.Task();
        Option<string> strategy = CommonOptions.Strategy(StrategyIds.Majority);
        Option<int?> samples = new("--samples") { Description = "Answers, beam rows or particles for each problem. Default: as many as the budget allows.", HelpName = "N" };
        Option<double?> temperature = new("--temperature") { Description = "Sampling temperature. Default: 1.", HelpName = "T" };
        Option<string?> model = CommonOptions.Model();
        Option<string?> scorer = CommonOptions.Scorer();
        Option<long[]?> budget = new("--budget", "-b")
        {
            Description = $"Cap for each problem on generated plus scorer tokens. Default: {DefaultBudget}.",
            HelpName = "TOKENS",
            CustomParser = CommonOptions.ParseBudgets,
            Arity = ArgumentArity.ExactlyOne,
        };
        Option<int?> problems = CommonOptions.Problems();
        Option<ulong> seed = CommonOptions.Seed(CompareDefaults.Current.Seed);
        Option<int> threads = CommonOptions.Threads();
        Option<string?> prompts = CommonOptions.PromptCache();
        Option<string?> store = StoreShelf.Option();
        Option<bool> resume = CommonOptions.Resume();
        Option<bool> json = CommonOptions.Json();
        Option<bool> quiet = CommonOptions.Quiet();
        Command command = new("run", "One strategy over a task, every draw kept as it comes. The same command goes on where it stopped.")
        {
            task, strategy, samples, temperature, model, scorer, budget, problems, seed, threads, prompts, store, resume, json, quiet,
        };
        SpendingOptions spending = new();
        SpendingOptions.AddTo(command, spending.All);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Request(
                parsed.GetValue(task),
                parsed.GetRequiredValue(strategy),
                parsed.GetValue(samples),
                parsed.GetValue(temperature),
                parsed.GetValue(model),
                parsed.GetValue(scorer),
                parsed.GetValue(budget) is [var cap, ..] ? cap : DefaultBudget,
                parsed.GetValue(problems),
                parsed.GetValue(seed),
                parsed.GetValue(threads),
                parsed.GetValue(store),
                parsed.GetValue(resume),
                parsed.GetValue(json),
                parsed.GetValue(quiet),
                parsed.GetValue(prompts),
                spending.Read(parsed)),
            shell,
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Request request, Shell shell, CancellationToken cancellationToken)
    {
        IStrategy strategy = CommonOptions.StrategyNamed(request.Strategy, new StrategySettings { Samples = request.Samples, Temperature = request.Temperature });
        TaskSet task = TaskShelf.LoadToRun(request.Task);
        ComparisonPlan plan = new()
        {
            Task = task,
            Strategies = [strategy],
            Budgets = [request.Budget],
            Problems = request.Problems ?? CompareDefaults.Current.Problems,
            Seed = request.Seed,
            Threads = request.Threads,
            Transcripts = 0,
        };
        using ModelShelf models = new(request.PromptFolder, shell);
        using RunBudget run = new(request.Spending.Caps, shell.Time);
        DrawingModel model = await models.OpenDrawingAsync(request.Model, request.Spending, run, shell, cancellationToken).ConfigureAwait(false);
        plan = request.Threads == 0 ? plan with { Threads = model.UsualThreads } : plan;
        request = request with { Scorer = ScorerShelf.NameOf(request.Scorer, request.Model, model) };
        model.Check(plan.ChosenProblems());
        IProposer proposer = run.Over(model.For(task, threads: 1));
        IScorer? scorer = RunIdentities.UsesScorer(strategy, proposer.Info) ? ScorerShelf.Open(request.Scorer, request.Model, model, models) : null;
        scorer = scorer is null ? null : run.Over(scorer);
        if (strategy.WhyUnsuited(proposer.Info, scorer?.Info) is { } reason)
        {
            throw new RequestException($"{reason} Choose another with --strategy, or a scorer with --scorer.");
        }
        CommandWords command = CommandOf(request, plan);
        RunIdentity identity = RunIdentities.Of(
            plan, new Comparison(plan, proposer, scorer), proposer.Info, model.SamplerOf(task), request.Model,
            ScorerShelf.NameOf(request.Scorer, request.Model), request.Options)[0];
        StoredComparison stored = await StoredComparison.OpenAsync(request.Store, [identity], command.Words, request.Resume, shell, cancellationToken).ConfigureAwait(false);
        await using var owned = stored.ConfigureAwait(false);
        Comparison comparison = new(plan, proposer, scorer, shell.Time, stored.Journal);
        return await MeasureAsync(request, comparison, stored, identity, run, shell, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<int> MeasureAsync(
        Request request, Comparison comparison, StoredComparison stored, RunIdentity identity, RunBudget run, Shell shell, CancellationToken cancellationToken)
    {
        long start = shell.Time.GetTimestamp();
        bool stopped;
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, run.Stopped);
        using (ProgressLine progress = new(shell.Error, shell.Progress(request.Quiet), shell.Time, shell.Width))
        {
            if (stored.FinishedBefore > 0)
            {
                progress.Note($"Going on with {identity.Id}: {stored.FinishedBefore} of {identity.ProblemCount} problems are finished.");
            }
            stopped = await StoredMeasuring.RunAsync(comparison, stored, stopsWithStore: true, progress, stop.Token).ConfigureAwait(false);
            progress.Note($"{stored.NewDraws} whole answers were drawn and stored.");
        }
        if (stored.KnownDraws > 0)
        {
            await shell.Error.WriteLineAsync($"winnow: {stored.KnownDraws} answers were drawn by another process at the same moment; its own are kept.").ConfigureAwait(false);
        }
        string goOn = CommandWords.Typed(ResumeWords(request, identity.Id));
        if (comparison.Finished > 0)
        {
            ComparisonResult result = comparison.Result();
            RunDocument document = RunDocument.Of(
                identity.Id, identity.Options, result, comparison.Outcomes(), stored.Where, shell.Time.GetElapsedTime(start).TotalSeconds);
            Show(request, result, document, shell);
            foreach (UnfinishedProblem problem in result.Unfinished)
            {
                await shell.Error.WriteLineAsync($"winnow: {problem.Problem} could not be finished: {SafeText.OneLine(problem.Reason)}").ConfigureAwait(false);
            }
        }
        if (stored.Failure is { } failure)
        {
            await shell.Error.WriteLineAsync($"winnow: {ErrorText.Of(failure)}").ConfigureAwait(false);
            await shell.Error.WriteLineAsync($"Go on with: {goOn}").ConfigureAwait(false);
            return ExitCodes.Failed;
        }
        if (run.Reason is { } cap)
        {
            await shell.Error.WriteLineAsync($"winnow: {cap}").ConfigureAwait(false);
        }
        if (stopped)
        {
            await shell.Error.WriteLineAsync($"winnow: stopped after {comparison.Finished} of {identity.ProblemCount} problems; every draw that was finished is kept.").ConfigureAwait(false);
            await shell.Error.WriteLineAsync($"Go on with: {goOn}").ConfigureAwait(false);
            return run.Reason is null ? ExitCodes.Stopped : ExitCodes.DoneInPart;
        }
        if (comparison.Result().Unfinished.Count == 0)
        {
            return ExitCodes.Done;
        }
        await shell.Error.WriteLineAsync($"Try those again with: {goOn}").ConfigureAwait(false);
        return ExitCodes.DoneInPart;
    }

    private static void Show(Request request, ComparisonResult result, RunDocument document, Shell shell)
    {
        if (request.Json)
        {
            JsonOutput.Write(shell.Output, document);
            return;
        }
        RunText.Write(result, document.Run, shell.Output);
    }

    private static CommandWords CommandOf(Request request, ComparisonPlan plan) => request.Spending.AddTo(new CommandWords("run", request.Task ?? TaskShelf.DefaultName)
        .With("--strategy", request.Strategy)
        .With("--samples", request.Samples)
        .With("--temperature", request.Temperature)
        .With("--model", request.Model ?? ModelShelf.DefaultName)
        .With("--scorer", ScorerShelf.NameOf(request.Scorer, request.Model))
        .With("--budget", request.Budget)
        .With("--problems", plan.Problems)
        .With("--seed", request.Seed));

    private static IEnumerable<string> ResumeWords(Request request, string run) =>
        request.Store is { } store ? ["resume", run, "--store", store] : ["resume", run];
}
