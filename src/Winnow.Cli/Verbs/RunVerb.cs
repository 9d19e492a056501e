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

/// <summary><c>winnow run [TASK|FILE]</c>: one strategy over a task, every draw kept as it comes.</summary>
internal static class RunVerb
{
    private const long DefaultBudget = 1500;

    private sealed record Request(MeasuringRequest Measuring, string Strategy, int? Samples, double? Temperature, long Budget)
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
        Option<string> strategy = CommonOptions.Strategy(StrategyIds.Majority);
        Option<int?> samples = new("--samples") { Description = "Answers, beam rows or particles for each problem. Default: as many as the budget allows.", HelpName = "N" };
        Option<double?> temperature = new("--temperature") { Description = "Sampling temperature. Default: 1.", HelpName = "T" };
        Option<long[]?> budget = new("--budget", "-b")
        {
            Description = $"Cap for each problem on generated plus scorer tokens. Default: {DefaultBudget}.",
            HelpName = "TOKENS",
            CustomParser = CommonOptions.ParseBudgets,
            Arity = ArgumentArity.ExactlyOne,
        };
        Command command = new("run", "One strategy over a task, every draw kept as it comes. The same command goes on where it stopped.");
        MeasuringOptions measuring = new();
        measuring.AddTo(command, strategy, samples, temperature, budget);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Request(
                measuring.Read(parsed),
                parsed.GetRequiredValue(strategy),
                parsed.GetValue(samples),
                parsed.GetValue(temperature),
                parsed.GetValue(budget) is [var cap, ..] ? cap : DefaultBudget),
            shell,
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Request request, Shell shell, CancellationToken cancellationToken)
    {
        MeasuringRequest measuring = request.Measuring;
        IStrategy strategy = CommonOptions.StrategyNamed(request.Strategy, new StrategySettings { Samples = request.Samples, Temperature = request.Temperature });
        using MeasuringSetup setup = await MeasuringSetup.OpenAsync(
            measuring, task => new ComparisonPlan { Task = task, Strategies = [strategy], Budgets = [request.Budget], Transcripts = 0 }, asks: true, shell, cancellationToken).ConfigureAwait(false);
        if (strategy.WhyUnsuited(setup.Proposer.Info, setup.Scorer?.Info) is { } reason)
        {
            throw new RequestException($"{reason} Choose another with --strategy, or a scorer with --scorer.");
        }
        RunIdentity identity = setup.Identities(request.Options)[0];
        StoredComparison stored = await StoredComparison.OpenAsync(
            measuring.Store, [identity], CommandOf(request, setup).Words, measuring.Resume, measuring.Spending, setup.Probed, shell, cancellationToken).ConfigureAwait(false);
        await using var owned = stored.ConfigureAwait(false);
        return await MeasureAsync(request, setup, setup.Prepare(stored.Run, stored.Journal), stored, identity, shell, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<int> MeasureAsync(
        Request request, MeasuringSetup setup, Comparison comparison, StoredComparison stored, RunIdentity identity, Shell shell, CancellationToken cancellationToken)
    {
        long start = shell.Time.GetTimestamp();
        RunBudget run = stored.Run;
        bool stopped;
        using (ProgressLine progress = new(shell.Error, shell.Progress(request.Measuring.Quiet), shell.Time, shell.Width))
        {
            stored.TellOfAnotherBuild(progress);
            if (stored.FinishedBefore > 0)
            {
                progress.Note($"Going on with {identity.Id}: {stored.FinishedBefore} of {identity.ProblemCount} problems are finished.");
            }
            stopped = await StoredMeasuring.RunAsync(comparison, stored, run, stopsWithStore: true, progress, cancellationToken).ConfigureAwait(false);
            progress.Note($"{stored.NewDraws} whole answers were drawn and stored.");
        }
        if (stored.KnownDraws > 0)
        {
            await shell.Error.WriteLineAsync($"winnow: {stored.KnownDraws} answers were drawn by another process at the same moment; its own are kept.").ConfigureAwait(false);
        }
        string goOn = GoOn.With(CommandWords.Typed(ResumeWords(request, identity.Id)), run);
        if (comparison.Finished > 0)
        {
            ComparisonResult result = comparison.Result();
            RunDocument document = RunDocument.Of(
                identity.Id, identity.Options, result, comparison.Outcomes(), stored.Where, shell.Time.GetElapsedTime(start).TotalSeconds,
                JudgeDocument.Of(setup));
            Show(request, result, document, shell);
            foreach (UnfinishedProblem problem in result.Unfinished)
            {
                await shell.Error.WriteLineAsync($"winnow: {problem.Problem} could not be finished: {SafeText.OneLine(problem.Reason)}").ConfigureAwait(false);
            }
        }
        if (stored.Failure is { } failure)
        {
            await shell.Error.WriteLineAsync($"winnow: {ErrorText.Of(failure)}").ConfigureAwait(false);
            await shell.Error.WriteLineAsync(goOn).ConfigureAwait(false);
            return ExitCodes.Failed;
        }
        if (GoOn.Cap(run) is { } cap)
        {
            await shell.Error.WriteLineAsync($"winnow: {cap}").ConfigureAwait(false);
        }
        if (stopped)
        {
            await shell.Error.WriteLineAsync($"winnow: stopped after {comparison.Finished} of {identity.ProblemCount} problems; every draw that was finished is kept.").ConfigureAwait(false);
            await shell.Error.WriteLineAsync(goOn).ConfigureAwait(false);
            return run.Reason is null ? ExitCodes.Stopped : ExitCodes.DoneInPart;
        }
        if (comparison.Result().Unfinished.Count == 0)
        {
            return ExitCodes.Done;
        }
        await shell.Error.WriteLineAsync($"Those are tried again by the same command. {goOn}").ConfigureAwait(false);
        return ExitCodes.DoneInPart;
    }

    private static void Show(Request request, ComparisonResult result, RunDocument document, Shell shell)
    {
        if (request.Measuring.Json)
        {
            JsonOutput.Write(shell.Output, document);
            return;
        }
        RunText.Write(result, document.Run, shell.Output);
        JudgeDocument.Write(document.Judge, shell.Output);
    }

    private static CommandWords CommandOf(Request request, MeasuringSetup setup) => setup.Words(new CommandWords("run", request.Measuring.Task ?? TaskShelf.DefaultName)
        .With("--strategy", request.Strategy)
        .With("--samples", request.Samples)
        .With("--temperature", request.Temperature)
        .With("--budget", request.Budget));

    private static IEnumerable<string> ResumeWords(Request request, string run) =>
        request.Measuring.Store is { } store ? ["resume", run, "--store", store] : ["resume", run];
}
