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

/// <summary><c>winnow compare [TASK|FILE]</c>: the main job.</summary>
internal static class CompareVerb
{
    private sealed record Request(
        string? Task, string? Model, string? Scorer, string[] Strategies, long[] Budgets, int? Problems, ulong Seed, int Threads, string? Out,
        string? Store, bool NoStore, bool Resume, bool DryRun, bool Json, bool Quiet, string? PromptFolder, SpendingRequest Spending);

    public static Command Create(Shell shell)
    {
        CompareDefaults defaults = CompareDefaults.Current;
        Argument<string?> task = CommonOptions.Task();
        Option<string?> model = CommonOptions.Model();
        Option<string?> scorer = CommonOptions.Scorer();
        Option<string[]?> strategies = new("--strategy", "-s")
        {
            Description = $"Strategies between commas. Default: {string.Join(",", defaults.Strategies)}.",
            HelpName = "A,B,…",
            CustomParser = CommonOptions.SplitList,
            AllowMultipleArgumentsPerToken = false,
            Arity = ArgumentArity.OneOrMore,
        };
        strategies.CompletionSources.Add([.. Strategies.Ids]);
        Option<long[]?> budgets = new("--budget", "-b")
        {
            Description = $"Caps for each problem on generated plus scorer tokens, between commas. Default: {string.Join(",", defaults.Budgets)}.",
            HelpName = "TOKENS,…",
            CustomParser = CommonOptions.ParseBudgets,
            Arity = ArgumentArity.OneOrMore,
        };
        Option<int?> problems = CommonOptions.Problems();
        Option<ulong> seed = CommonOptions.Seed(defaults.Seed);
        Option<int> threads = CommonOptions.Threads();
        Option<string?> output = new("--out", "-o") { Description = "Folder for the report and plots. Default: below .winnow/compare.", HelpName = "DIR" };
        Option<bool> dryRun = new("--dry-run") { Description = "Say what would run and the most it could use; run nothing." };
        Option<string?> prompts = CommonOptions.PromptCache();
        Option<string?> store = StoreShelf.Option();
        Option<bool> noStore = new("--no-store") { Description = "Keep nothing, and draw everything even where it is kept." };
        Option<bool> resume = CommonOptions.Resume();
        Option<bool> json = CommonOptions.Json();
        Option<bool> quiet = CommonOptions.Quiet();

        Command command = new("compare", "Several strategies on a task at equal budgets: a table with 95 % intervals, paired tests, plots and a report that stands alone.")
        {
            task, model, strategies, scorer, budgets, problems, seed, output, threads, prompts, store, noStore, resume, json, quiet, dryRun,
        };
        SpendingOptions spending = new();
        SpendingOptions.AddTo(command, spending.All);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Request(
                parsed.GetValue(task),
                parsed.GetValue(model),
                parsed.GetValue(scorer),
                parsed.GetValue(strategies) is { Length: > 0 } names ? names : [.. defaults.Strategies],
                parsed.GetValue(budgets) is { Length: > 0 } caps ? caps : [.. defaults.Budgets],
                parsed.GetValue(problems),
                parsed.GetValue(seed),
                parsed.GetValue(threads),
                parsed.GetValue(output),
                parsed.GetValue(store),
                parsed.GetValue(noStore),
                parsed.GetValue(resume),
                parsed.GetValue(dryRun),
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
        TaskSet task = TaskShelf.LoadToRun(request.Task);
        ComparisonPlan plan = new()
        {
            Task = task,
            Strategies = [.. request.Strategies.Distinct(StringComparer.Ordinal).Select(name => CommonOptions.StrategyNamed(name))],
            Budgets = request.Budgets,
            Problems = request.Problems ?? CompareDefaults.Current.Problems,
            Seed = request.Seed,
            Threads = request.Threads,
        };
        using ModelShelf models = new(request.PromptFolder, shell);
        using RunBudget run = new(request.Spending.Caps, shell.Time);
        DrawingModel model = await models.OpenDrawingAsync(request.Model, request.Spending, request.DryRun ? null : run, shell, cancellationToken).ConfigureAwait(false);
        plan = request.Threads == 0 ? plan with { Threads = model.UsualThreads } : plan;
        IScorer? scorer = ScorerShelf.Open(request.Scorer, request.Model, model, models);
        request = request with { Scorer = ScorerShelf.NameOf(request.Scorer, request.Model, model) };
        model.Check(plan.ChosenProblems());
        // Problems run side by side, one thread each.
        IProposer proposer = run.Over(model.For(task, threads: 1));
        scorer = scorer is null ? null : run.Over(scorer);
        Comparison comparison = new(plan, proposer, scorer, shell.Time);
        if (request.DryRun)
        {
            Announce(request, plan, comparison, model, scorer, shell);
            return ExitCodes.Done;
        }
        string path = request.Out ?? ComparisonFolder.DefaultPath(shell, task.Name, model.Name, plan.Seed);
        ComparisonFolder folder = ComparisonFolder.Prepare(path, CommandOf(request, plan).ToString());
        IReadOnlyList<RunIdentity> runs = RunIdentities.Of(
            plan, comparison, proposer.Info, model.SamplerOf(task), request.Model, ScorerShelf.NameOf(request.Scorer, request.Model));
        StoredComparison? stored = await OpenStoreAsync(request, runs, CommandOf(request, plan).With("--out", request.Out).Words, shell, cancellationToken).ConfigureAwait(false);
        await using var owned = ((IAsyncDisposable?)stored ?? NothingKept.Instance).ConfigureAwait(false);
        Comparison kept = stored is null ? comparison : new(plan, proposer, scorer, shell.Time, stored.Journal);
        return await MeasureAsync(request, kept, stored, folder, run, shell, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The runs in the store; null where nothing is to be kept, or where nothing can be and that must not stop a comparison.</summary>
    private static async Task<StoredComparison?> OpenStoreAsync(
        Request request, IReadOnlyList<RunIdentity> runs, IReadOnlyList<string> command, Shell shell, CancellationToken cancellationToken)
    {
        if (request.NoStore)
        {
            return request.Resume ? throw new RequestException("--resume goes on with what is kept, and --no-store keeps nothing; use one of them.") : null;
        }
        try
        {
            return await StoredComparison.OpenAsync(request.Store, runs, command, request.Resume, shell, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is WinnowException or RunInUseException && !request.Resume && request.Store is null)
        {
            await shell.Error.WriteLineAsync($"Nothing of this comparison will be kept. {ErrorText.Of(error)}").ConfigureAwait(false);
            return null;
        }
    }

    private sealed class NothingKept : IAsyncDisposable
    {
        public static NothingKept Instance { get; } = new();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private static async Task<int> MeasureAsync(
        Request request, Comparison comparison, StoredComparison? stored, ComparisonFolder folder, RunBudget run, Shell shell, CancellationToken cancellationToken)
    {
        long start = shell.Time.GetTimestamp();
        bool stopped;
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, run.Stopped);
        using (ProgressLine progress = new(shell.Error, shell.Progress(request.Quiet), shell.Time, shell.Width))
        {
            foreach (LeftOut left in comparison.LeftOut)
            {
                progress.Note($"Left out: {left.Strategy}. {left.Reason}");
            }
            if (stored is { FinishedBefore: > 0 })
            {
                progress.Note($"{stored.FinishedBefore} results are read again from {stored.Where}; --no-store draws everything anew.");
            }
            stopped = await StoredMeasuring.RunAsync(comparison, stored, stopsWithStore: false, progress, stop.Token).ConfigureAwait(false);
        }
        if (stored?.Failure is { } failure)
        {
            await shell.Error.WriteLineAsync($"winnow: from some point on, nothing of this comparison was kept. {ErrorText.Of(failure)}").ConfigureAwait(false);
        }
        string goOn = $"Go on with: {CommandOf(request, comparison.Plan).With("--out", request.Out).With("--store", request.Store)} --resume";
        if (run.Reason is { } cap)
        {
            await shell.Error.WriteLineAsync($"winnow: {cap}").ConfigureAwait(false);
        }
        int stoppedCode = run.Reason is null ? ExitCodes.Stopped : ExitCodes.DoneInPart;
        if (comparison.Finished == 0)
        {
            await shell.Error.WriteLineAsync("winnow: stopped before the first problem was finished.").ConfigureAwait(false);
            await shell.Error.WriteLineAsync(stored is null ? "Nothing was kept." : goOn).ConfigureAwait(false);
            return stoppedCode;
        }
        ComparisonResult result = comparison.Result();
        CompareFilesDocument files = folder.Write(result);
        CompareDocument document = CompareDocument.Of(result, files, shell.Time.GetElapsedTime(start).TotalSeconds);
        folder.WriteDocument(document);
        Show(request, result, document, shell);
        if (stopped)
        {
            await shell.Error.WriteLineAsync($"winnow: stopped after {result.Problems} of {result.PlannedProblems} problems; everything above speaks about those.").ConfigureAwait(false);
            await shell.Error.WriteLineAsync(stored is null ? "Nothing was kept." : goOn).ConfigureAwait(false);
            return stoppedCode;
        }
        foreach (UnfinishedProblem problem in result.Unfinished)
        {
            await shell.Error.WriteLineAsync($"winnow: {problem.Strategy} at {problem.Budget} tokens could not finish {problem.Problem}: {problem.Reason}").ConfigureAwait(false);
        }
        if (result.Unfinished.Count == 0)
        {
            return ExitCodes.Done;
        }
        await shell.Error.WriteLineAsync(stored is null ? "Nothing was kept." : goOn).ConfigureAwait(false);
        return ExitCodes.DoneInPart;
    }

    private static void Show(Request request, ComparisonResult result, CompareDocument document, Shell shell)
    {
        if (request.Json)
        {
            JsonOutput.Write(shell.Output, document);
            return;
        }
        ComparisonTable.Write(result, shell.ResultConsole());
        shell.Output.WriteLine();
        shell.Output.WriteLine($"Report: {document.Files.Report}");
    }

    private static CommandWords CommandOf(Request request, ComparisonPlan plan) => request.Spending.AddTo(new CommandWords("compare", request.Task ?? TaskShelf.DefaultName)
        .With("--model", request.Model ?? ModelShelf.DefaultName)
        .With("--scorer", ScorerShelf.NameOf(request.Scorer, request.Model))
        .With("--strategy", string.Join(',', plan.Strategies.Select(strategy => strategy.Id)))
        .With("--budget", string.Join(',', plan.Budgets))
        .With("--problems", plan.Problems)
        .With("--seed", plan.Seed));

    private static void Announce(Request request, ComparisonPlan plan, Comparison comparison, DrawingModel model, IScorer? scorer, Shell shell)
    {
        PlanDocument document = new()
        {
            Task = plan.Task.Name,
            Model = model.Name,
            Scorer = scorer?.Info.Name,
            Seed = plan.Seed,
            Strategies = comparison.Strategies,
            LeftOut = comparison.LeftOut,
            Budgets = plan.Budgets,
            Problems = comparison.Problems.Count,
            MaxTokens = plan.Budgets.Sum() * comparison.Strategies.Count * comparison.Problems.Count,
            Forecast = model is RemoteModel ? ForecastDocument.Of(comparison.Forecast(request.Spending.Prices, request.Spending.Caps)) : null,
        };
        if (request.Json)
        {
            JsonOutput.Write(shell.Output, document);
            return;
        }
        shell.Output.WriteLine($"{document.Problems} problems of {document.Task}, drawn by {document.Model}, judged by {document.Scorer ?? "nothing"}, seed {document.Seed}.");
        shell.Output.WriteLine($"Strategies: {string.Join(", ", document.Strategies)}.");
        foreach (LeftOut left in document.LeftOut)
        {
            shell.Output.WriteLine($"Left out: {left.Strategy}. {left.Reason}");
        }
        shell.Output.WriteLine($"Budgets: {string.Join(", ", document.Budgets)} tokens for each problem.");
        shell.Output.WriteLine(FormattableString.Invariant($"At most {document.MaxTokens:N0} tokens are paid for; draws that strategies share are drawn once. Nothing was run."));
        if (document.Forecast is { } forecast)
        {
            ForecastView.Write(forecast, model, shell.Output);
        }
    }
}
