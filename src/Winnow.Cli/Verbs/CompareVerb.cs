using System.CommandLine;
using Winnow.Cli.Documents;
using Winnow.Cli.Sources;
using Winnow.Evaluation;
using Winnow.Models;
using Winnow.Rendering;
using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Cli.Verbs;

/// <summary><c>winnow compare [TASK|FILE]</c>: the main job.</summary>
internal static class CompareVerb
{
    private sealed record Request(
        string? Task, string? Model, string? Scorer, string[] Strategies, long[] Budgets, int? Problems, ulong Seed, int Threads, string? Out, bool DryRun, bool Json, bool Quiet);

    public static Command Create(Shell shell)
    {
        CompareDefaults defaults = CompareDefaults.Current;
        Argument<string?> task = new("TASK|FILE")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = $"A bundled task ({string.Join(", ", TaskShelf.Names)}) or a file. Default: {TaskShelf.DefaultName}.",
        };
        task.CompletionSources.Add([.. TaskShelf.Names]);
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
        Option<int?> problems = new("--problems", "-n")
        {
            Description = $"How many problems of the task to run, spread evenly over it. Default: {defaults.Problems}.",
            HelpName = "N",
        };
        Option<ulong> seed = CommonOptions.Seed(defaults.Seed);
        Option<int> threads = new("--threads") { Description = "Problems that run side by side. Default: one for each core.", HelpName = "T" };
        Option<string?> output = new("--out", "-o") { Description = "Folder for the report and plots. Default: below .winnow/compare.", HelpName = "DIR" };
        Option<bool> dryRun = new("--dry-run") { Description = "Say what would run and the most it could use; run nothing." };
        Option<bool> json = CommonOptions.Json();
        Option<bool> quiet = CommonOptions.Quiet();

        Command command = new("compare", "Several strategies on a task at equal budgets: a table with 95 % intervals, paired tests, plots and a report that stands alone.")
        {
            task, model, strategies, scorer, budgets, problems, seed, output, threads, json, quiet, dryRun,
        };
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
                parsed.GetValue(dryRun),
                parsed.GetValue(json),
                parsed.GetValue(quiet)),
            shell,
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Request request, Shell shell, CancellationToken cancellationToken)
    {
        TaskSet task = TaskShelf.Load(request.Task);
        ComparisonPlan plan = new()
        {
            Task = task,
            Strategies = [.. request.Strategies.Distinct(StringComparer.Ordinal).Select(CommonOptions.StrategyNamed)],
            Budgets = request.Budgets,
            Problems = request.Problems ?? CompareDefaults.Current.Problems,
            Seed = request.Seed,
            Threads = request.Threads,
        };
        using ModelShelf models = new();
        ILanguageModel model = models.Open(request.Model);
        IScorer? scorer = ScorerShelf.Open(request.Scorer, request.Model, models);
        PromptLimits.Check(model, plan.ChosenProblems());
        // Problems run side by side, one thread each.
        IProposer proposer = ProposerShelf.For(model, task, threads: 1);
        Comparison comparison = new(plan, proposer, scorer, shell.Time);
        if (request.DryRun)
        {
            Announce(request, plan, comparison, model, scorer, shell);
            return ExitCodes.Done;
        }
        string path = request.Out ?? ComparisonFolder.DefaultPath(shell, task.Name, model.Info.Name, plan.Seed);
        ComparisonFolder folder = ComparisonFolder.Prepare(path, CommandOf(request, plan));
        return await MeasureAsync(request, comparison, folder, shell, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<int> MeasureAsync(Request request, Comparison comparison, ComparisonFolder folder, Shell shell, CancellationToken cancellationToken)
    {
        long start = shell.Time.GetTimestamp();
        bool stopped = false;
        using (ProgressLine progress = new(shell.Error, shell.Progress(request.Quiet), shell.Time, shell.Width))
        {
            foreach (LeftOut left in comparison.LeftOut)
            {
                progress.Note($"Left out: {left.Strategy}. {left.Reason}");
            }
            try
            {
                await comparison.RunAsync(progress, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && comparison.Finished > 0)
            {
                stopped = true;
            }
        }
        ComparisonResult result = comparison.Result();
        CompareFilesDocument files = folder.Write(result);
        CompareDocument document = CompareDocument.Of(result, files, shell.Time.GetElapsedTime(start).TotalSeconds);
        folder.WriteDocument(document);
        Show(request, result, document, shell);
        if (stopped)
        {
            await shell.Error.WriteLineAsync($"winnow: stopped after {result.Problems} of {result.PlannedProblems} problems; everything above speaks about those.").ConfigureAwait(false);
            return ExitCodes.Stopped;
        }
        foreach (UnfinishedProblem problem in result.Unfinished)
        {
            await shell.Error.WriteLineAsync($"winnow: {problem.Strategy} at {problem.Budget} tokens could not finish {problem.Problem}: {problem.Reason}").ConfigureAwait(false);
        }
        return result.Unfinished.Count > 0 ? ExitCodes.DoneInPart : ExitCodes.Done;
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

    // Spelt out with what was chosen by default, so that it still means the same when a default changes.
    private static string CommandOf(Request request, ComparisonPlan plan) => string.Join(' ',
    [
        "winnow compare",
        Quoted(request.Task ?? TaskShelf.DefaultName),
        "--model", Quoted(request.Model ?? ModelShelf.DefaultName),
        "--scorer", Quoted(ScorerShelf.NameOf(request.Scorer, request.Model)),
        "--strategy", string.Join(',', plan.Strategies.Select(strategy => strategy.Id)),
        "--budget", string.Join(',', plan.Budgets),
        "--problems", FormattableString.Invariant($"{plan.Problems}"),
        "--seed", FormattableString.Invariant($"{plan.Seed}"),
    ]);

    private static string Quoted(string word) => word.Contains(' ', StringComparison.Ordinal) ? $"\"{word}\"" : word;

    private static void Announce(Request request, ComparisonPlan plan, Comparison comparison, ILanguageModel model, IScorer? scorer, Shell shell)
    {
        PlanDocument document = new()
        {
            Task = plan.Task.Name,
            Model = model.Info.Name,
            Scorer = scorer?.Info.Name,
            Seed = plan.Seed,
            Strategies = comparison.Strategies,
            LeftOut = comparison.LeftOut,
            Budgets = plan.Budgets,
            Problems = comparison.Problems.Count,
            MaxTokens = plan.Budgets.Sum() * comparison.Strategies.Count * comparison.Problems.Count,
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
    }
}
