using System.CommandLine;
using Winnow.Budgets;
using Winnow.Cli.Documents;
using Winnow.Cli.Sources;
using Winnow.Cli.Stored;
using Winnow.Evaluation;
using Winnow.Rendering;
using Winnow.Runs;
using Winnow.Search;

namespace Winnow.Cli.Verbs;

/// <summary><c>winnow compare [TASK|FILE]</c>: the main job.</summary>
internal static class CompareVerb
{
    private sealed record Request(MeasuringRequest Measuring, string[] Strategies, long[] Budgets, string? Out, bool NoStore, bool DryRun);

    public static Command Create(Shell shell)
    {
        CompareDefaults defaults = CompareDefaults.Current;
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
        Option<string?> output = new("--out", "-o") { Description = "Folder for the report and plots. Default: below .winnow/compare.", HelpName = "DIR" };
        Option<bool> dryRun = new("--dry-run") { Description = "Say what would run and the most it could use; run nothing." };
        Option<bool> noStore = new("--no-store") { Description = "Keep nothing, and draw everything even where it is kept." };
        Command command = new("compare", "Several strategies on a task at equal budgets: a table with 95 % intervals, paired tests, plots and a report that stands alone.");
        MeasuringOptions measuring = new();
        measuring.AddTo(command, strategies, budgets, output, dryRun, noStore);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Request(
                measuring.Read(parsed),
                parsed.GetValue(strategies) is { Length: > 0 } names ? names : [.. defaults.Strategies],
                parsed.GetValue(budgets) is { Length: > 0 } caps ? caps : [.. defaults.Budgets],
                parsed.GetValue(output),
                parsed.GetValue(noStore),
                parsed.GetValue(dryRun)),
            shell,
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Request request, Shell shell, CancellationToken cancellationToken)
    {
        MeasuringRequest measuring = request.Measuring;
        IStrategy[] strategies = [.. request.Strategies.Distinct(StringComparer.Ordinal).Select(name => CommonOptions.StrategyNamed(name))];
        using MeasuringSetup setup = await MeasuringSetup.OpenAsync(
            measuring, task => new ComparisonPlan { Task = task, Strategies = strategies, Budgets = request.Budgets }, asks: !request.DryRun, shell, cancellationToken).ConfigureAwait(false);
        if (request.DryRun)
        {
            Announce(request, setup, shell);
            return ExitCodes.Done;
        }
        CommandWords command = CommandOf(request, setup);
        ComparisonFolder folder = ComparisonFolder.Prepare(request.Out ?? ComparisonFolder.DefaultPath(shell, setup.Plan.Task.Name, setup.Model.Name, setup.Plan.Seed), command.ToString());
        StoredComparison? stored = await OpenStoreAsync(request, setup, shell, cancellationToken).ConfigureAwait(false);
        await using var owned = ((IAsyncDisposable?)stored ?? NothingKept.Instance).ConfigureAwait(false);
        using RunBudget alone = new(measuring.Spending.Caps, already: setup.Probed, time: shell.Time);
        RunBudget run = stored?.Run ?? alone;
        return await MeasureAsync(request, setup, setup.Prepare(run, stored?.Journal), stored, folder, run, shell, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The runs in the store; null where nothing is to be kept, or where nothing can be and that must not stop a comparison.</summary>
    private static async Task<StoredComparison?> OpenStoreAsync(Request request, MeasuringSetup setup, Shell shell, CancellationToken cancellationToken)
    {
        MeasuringRequest measuring = request.Measuring;
        if (request.NoStore)
        {
            return measuring.Resume ? throw new RequestException("--resume goes on with what is kept, and --no-store keeps nothing; use one of them.") : null;
        }
        try
        {
            return await StoredComparison.OpenAsync(
                measuring.Store, setup.Identities(), CommandOf(request, setup).With("--out", request.Out).Words, measuring.Resume, measuring.Spending, setup.Probed, shell, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is WinnowException or RunInUseException && !measuring.Resume && measuring.Store is null)
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
        Request request, MeasuringSetup setup, Comparison comparison, StoredComparison? stored, ComparisonFolder folder, RunBudget run, Shell shell, CancellationToken cancellationToken)
    {
        long start = shell.Time.GetTimestamp();
        bool stopped;
        using (ProgressLine progress = new(shell.Error, shell.Progress(request.Measuring.Quiet), shell.Time, shell.Width))
        {
            stored?.TellOfAnotherBuild(progress);
            foreach (LeftOut left in comparison.LeftOut)
            {
                progress.Note($"Left out: {left.Strategy}. {left.Reason}");
            }
            if (stored is { FinishedBefore: > 0 })
            {
                progress.Note($"{stored.FinishedBefore} results are read again from {stored.Where}; --no-store draws everything anew.");
            }
            stopped = await StoredMeasuring.RunAsync(comparison, stored, run, stopsWithStore: false, progress, cancellationToken).ConfigureAwait(false);
        }
        if (stored?.Failure is { } failure)
        {
            await shell.Error.WriteLineAsync($"winnow: from some point on, nothing of this comparison was kept. {ErrorText.Of(failure)}").ConfigureAwait(false);
        }
        string goOn = GoOn.With($"{CommandOf(request, setup).With("--out", request.Out).With("--store", request.Measuring.Store)} --resume", run);
        if (GoOn.Cap(run) is { } cap)
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
        CompareDocument document = CompareDocument.Of(result, files, shell.Time.GetElapsedTime(start).TotalSeconds, JudgeDocument.Of(setup));
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
        if (request.Measuring.Json)
        {
            JsonOutput.Write(shell.Output, document);
            return;
        }
        ComparisonTable.Write(result, shell.ResultConsole());
        shell.Output.WriteLine();
        JudgeDocument.Write(document.Judge, shell.Output);
        shell.Output.WriteLine($"Report: {document.Files.Report}");
    }

    private static CommandWords CommandOf(Request request, MeasuringSetup setup) => setup.Words(new CommandWords("compare", request.Measuring.Task ?? TaskShelf.DefaultName)
        .With("--strategy", string.Join(',', setup.Plan.Strategies.Select(strategy => strategy.Id)))
        .With("--budget", string.Join(',', request.Budgets)));

    private static void Announce(Request request, MeasuringSetup setup, Shell shell)
    {
        ComparisonPlan plan = setup.Plan;
        DrawingModel model = setup.Model;
        SpendingRequest spending = request.Measuring.Spending;
        Comparison comparison = new(plan, setup.Proposer, setup.Scorer);
        PlanDocument document = new()
        {
            Task = plan.Task.Name,
            Model = model.Name,
            Scorer = setup.Scorer?.Info.Name,
            Judge = setup.JudgeName,
            Seed = plan.Seed,
            Strategies = comparison.Strategies,
            LeftOut = comparison.LeftOut,
            Budgets = plan.Budgets,
            Problems = comparison.Problems.Count,
            MaxTokens = plan.Budgets.Sum() * comparison.Strategies.Count * comparison.Problems.Count,
            Forecast = model is RemoteModel ? ForecastDocument.Of(comparison.Forecast(spending.Prices, spending.Caps)) : null,
        };
        if (request.Measuring.Json)
        {
            JsonOutput.Write(shell.Output, document);
            return;
        }
        shell.Output.WriteLine($"{document.Problems} problems of {document.Task}, drawn by {document.Model}, scored by {document.Scorer ?? "nothing"}, seed {document.Seed}.");
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
        if (document.Judge is { } judge)
        {
            shell.Output.WriteLine($"{SafeText.OneLine(judge)} judges each different answer once, twice where its judgement cannot be read. That comes on top, and counts in --max-cost, --max-calls and --max-seconds.");
        }
    }
}
