using System.CommandLine;
using Winnow.Cli.Documents;
using Winnow.Cli.Sources;
using Winnow.Cli.Stored;
using Winnow.Rendering;
using Winnow.Runs;

namespace Winnow.Cli.Verbs;

/// <summary><c>winnow runs</c>: what the store holds, and what can be done with it without drawing.</summary>
internal static class RunsVerb
{
    public static Command Create(Shell shell)
    {
        Option<string?> store = StoreShelf.Option();
        Option<bool> json = CommonOptions.Json();
        Command command = new("runs", "Runs that are kept: list them, show or compare them, export, re-score or delete them. Nothing is drawn.")
        {
            store, json, RunsShow.Create(shell), RunsCompare.Create(shell), RunsExport.Create(shell), RunsRescore.Create(shell), RunsDelete.Create(shell),
        };
        command.SetAction((parsed, cancellationToken) => ListAsync(parsed.GetValue(store), parsed.GetValue(json), shell, cancellationToken));
        return command;
    }

    /// <summary>The argument that names a run.</summary>
    internal static Argument<string> Run(string name = "RUN") => new(name) { Description = "The run, or the beginning of its name." };

    private static async Task<int> ListAsync(string? where, bool json, Shell shell, CancellationToken cancellationToken)
    {
        RunStore store = await StoreShelf.OpenAsync(where, shell, cancellationToken).ConfigureAwait(false);
        await using var owned = store.ConfigureAwait(false);
        IReadOnlyList<RunRecord> runs = await store.ListAsync(cancellationToken).ConfigureAwait(false);
        if (json)
        {
            JsonOutput.Write(shell.Output, new RunsDocument { Store = store.Location, Runs = [.. runs.Select(RunLineDocument.Of)] });
            return ExitCodes.Done;
        }
        if (runs.Count == 0)
        {
            shell.Output.WriteLine($"No runs are kept in {store.Location}. `winnow run` begins one.");
            return ExitCodes.Done;
        }
        shell.ResultConsole().Write(RunText.List(runs));
        return ExitCodes.Done;
    }
}
