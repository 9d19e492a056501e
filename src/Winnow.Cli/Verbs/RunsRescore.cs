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

/// <summary><c>winnow runs rescore RUN</c>: what a run's stored texts are worth under the task as it is now. Nothing is drawn.</summary>
internal static class RunsRescore
{
    public static Command Create(Shell shell)
    {
        Argument<string> run = RunsVerb.Run();
        Option<string?> task = new("--task") { Description = "The task to judge by. Default: the one that the run was begun with.", HelpName = "TASK|FILE" };
        Option<string?> judge = JudgeShelf.Option();
        Option<bool> keep = new("--keep") { Description = "Keep the new verdicts in the store in place of the old ones." };
        Option<string?> store = StoreShelf.Option();
        Option<bool> json = CommonOptions.Json();
        Command command = new("rescore", "Find and check the answers in a run's stored texts again, after a right answer or a checker was corrected. Nothing is drawn; only a judge, where one is named, is asked.")
        {
            run, task, judge, keep, store, json,
        };
        SpendingOptions spending = new();
        SpendingOptions.AddTo(command, [.. spending.Caps, .. spending.Prices, .. spending.OfEndpoint, .. spending.OfJudge]);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Request(
                parsed.GetRequiredValue(run), parsed.GetValue(task), parsed.GetValue(judge), parsed.GetValue(keep), parsed.GetValue(store), parsed.GetValue(json), spending.Read(parsed)),
            shell,
            cancellationToken));
        return command;
    }

    private sealed record Request(string Run, string? Task, string? Judge, bool Keeps, string? Store, bool Json, SpendingRequest Spending);

    private static async Task<int> RunAsync(Request request, Shell shell, CancellationToken cancellationToken)
    {
        RunStore store = await StoreShelf.OpenAsync(request.Store, shell, cancellationToken).ConfigureAwait(false);
        await using var owned = store.ConfigureAwait(false);
        RunRecord run = StoreShelf.Named(await store.ListAsync(cancellationToken).ConfigureAwait(false), request.Run);
        string from = request.Task ?? (run.Command is [_, var subject, ..] ? subject
            : throw new RequestException($"{run.Id} does not say which task it is on; name it with --task."));
        TaskSet task = JudgeShelf.LoadTask(from, request.Judge);
        using ModelShelf models = new();
        using RunBudget budget = new(request.Spending.Caps, time: shell.Time);
        using WorkingJudge? judge = request.Judge is { } name ? new WorkingJudge(JudgeShelf.Open(name, request.Spending, models, shell), budget, run.Identity.Seed) : null;
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, budget.Stopped);
        try
        {
            return await RescoreAsync(request, store, run, judge is null ? task : task.WithJudge(judge.Checker), from, shell, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (budget.Reason is not null && !cancellationToken.IsCancellationRequested)
        {
            throw new WinnowException($"{GoOn.Cap(budget)} Nothing was changed.");
        }
    }

    private static async Task<int> RescoreAsync(Request request, RunStore store, RunRecord run, TaskSet task, string from, Shell shell, CancellationToken cancellationToken)
    {
        Dictionary<string, Problem> problems = task.Problems.ToDictionary(problem => problem.Id, StringComparer.Ordinal);
        IAsyncDisposable? claim = request.Keeps ? await store.ClaimAsync(new RunStart(run.Identity, run.Command, run.Comparison), cancellationToken).ConfigureAwait(false) : null;
        try
        {
            Rescoring rescoring = new(RangeOf(run.Identity.Scorer));
            List<string> missing = [];
            List<RunRescoredDocument> changed = [];
            List<ProblemResult> replaced = [];
            (int n, int before, int now) = (0, 0, 0);
            await foreach (ProblemResult result in store.ResultsAsync(run.Id, cancellationToken).ConfigureAwait(false))
            {
                if (!problems.TryGetValue(result.Problem, out Problem? problem))
                {
                    missing.Add(result.Problem);
                    continue;
                }
                IReadOnlyList<DrawRecord> draws = await store.DrawsAsync(run.Identity.Series, result.Problem, null, cancellationToken).ConfigureAwait(false);
                ProblemResult again = await rescoring.OfAsync(problem, result, draws, cancellationToken).ConfigureAwait(false);
                n++;
                before += result.IsCorrect ? 1 : 0;
                now += again.IsCorrect ? 1 : 0;
                if (result.IsCorrect != again.IsCorrect || !string.Equals(result.Answer, again.Answer, StringComparison.Ordinal))
                {
                    changed.Add(new RunRescoredDocument(result.Problem, result.Answer, again.Answer, result.IsCorrect, again.IsCorrect));
                }
                replaced.Add(again);
            }
            if (n == 0)
            {
                throw new RequestException($"{run.Id} has finished no problem of {from}, so there is nothing to re-score.");
            }
            if (request.Keeps)
            {
                await store.WriteAsync([], replaced, part: null, cancellationToken).ConfigureAwait(false);
            }
            Interval interval = BinomialIntervals.Wilson(now, n);
            RunRescoreDocument document = new()
            {
                Run = run.Id,
                Problems = n,
                AccuracyBefore = (double)before / n,
                Accuracy = (double)now / n,
                CiLow = interval.Low,
                CiHigh = interval.High,
                Changed = changed,
                Missing = missing,
                Kept = request.Keeps,
            };
            Show(document, request.Json, shell);
            return ExitCodes.Done;
        }
        finally
        {
            if (claim is not null)
            {
                await claim.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static void Show(RunRescoreDocument document, bool json, Shell shell)
    {
        if (json)
        {
            JsonOutput.Write(shell.Output, document);
            return;
        }
        foreach (RunRescoredDocument change in document.Changed)
        {
            shell.Output.WriteLine($"{change.Problem}: {SafeText.OneLine(change.AnswerBefore ?? "no answer")} ({Verdict(change.WasCorrect)}), now {SafeText.OneLine(change.Answer ?? "no answer")} ({Verdict(change.IsCorrect)})");
        }
        if (document.Missing.Count > 0)
        {
            shell.Output.WriteLine($"{document.Missing.Count} problems of the run are not in the task any more and were left alone.");
        }
        shell.Output.WriteLine(FormattableString.Invariant(
            $"{document.Run}: {100 * document.Accuracy:0.0} % of {document.Problems} (95 %: {100 * document.CiLow:0.0} – {100 * document.CiHigh:0.0}), before {100 * document.AccuracyBefore:0.0} %. {(document.Kept ? "The new verdicts are kept." : "Nothing was changed; --keep stores the new verdicts.")}"));
    }

    private static string Verdict(bool right) => right ? "right" : "wrong";

    // A process reward model and a judge give chances, a log-probability is one.
    private static ScoreRange RangeOf(string? scorer) =>
        scorer is null || scorer.StartsWith("logprob", StringComparison.Ordinal) ? ScoreRange.LogProbability : ScoreRange.Probability;
}
