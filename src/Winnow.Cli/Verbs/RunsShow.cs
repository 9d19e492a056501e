using System.CommandLine;
using Winnow.Cli.Documents;
using Winnow.Cli.Sources;
using Winnow.Cli.Stored;
using Winnow.Rendering;
using Winnow.Runs;

namespace Winnow.Cli.Verbs;

/// <summary><c>winnow runs show RUN</c>: what a run is and what it found on each problem.</summary>
internal static class RunsShow
{
    public static Command Create(Shell shell)
    {
        Argument<string> run = RunsVerb.Run();
        Option<string?> store = StoreShelf.Option();
        Option<bool> json = CommonOptions.Json();
        Command command = new("show", "What a run is, and what it found on each problem.") { run, store, json };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(parsed.GetRequiredValue(run), parsed.GetValue(store), parsed.GetValue(json), shell, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string name, string? where, bool json, Shell shell, CancellationToken cancellationToken)
    {
        RunStore store = await StoreShelf.OpenAsync(where, shell, cancellationToken).ConfigureAwait(false);
        await using var owned = store.ConfigureAwait(false);
        RunRecord run = StoreShelf.Named(await store.ListAsync(cancellationToken).ConfigureAwait(false), name);
        List<ProblemResult> results = await store.ResultsAsync(run.Id, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<RunPart> parts = await store.PartsAsync(run.Owner, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<RunFailure> failures = await RunFailure.ReadAsync(store, run, cancellationToken).ConfigureAwait(false);
        if (json)
        {
            JsonOutput.Write(shell.Output, new RunShowDocument
            {
                Run = RunLineDocument.Of(run),
                Command = run.Command,
                Identity = RunIdentityDocument.Of(run.Identity),
                Parts = [.. parts.Select(RunPartDocument.Of)],
                Failures = [.. failures.Select(RunFailureDocument.Of)],
                Answers = [.. results.Select(RunAnswerDocument.Of)],
            });
            return ExitCodes.Done;
        }
        RunText.Write(run, results, parts, failures, CommandWords.Typed(run.Command), shell.ResultConsole());
        return ExitCodes.Done;
    }
}
