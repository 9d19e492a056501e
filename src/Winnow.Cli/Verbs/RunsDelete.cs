using System.CommandLine;
using Winnow.Cli.Documents;
using Winnow.Cli.Sources;
using Winnow.Rendering;
using Winnow.Runs;

namespace Winnow.Cli.Verbs;

/// <summary><c>winnow runs delete RUN …</c></summary>
internal static class RunsDelete
{
    public static Command Create(Shell shell)
    {
        Argument<string[]> names = new("RUN") { Arity = ArgumentArity.OneOrMore, Description = "Runs, or the beginnings of their names." };
        Option<string?> store = StoreShelf.Option();
        Option<bool> json = CommonOptions.Json();
        Command command = new("delete", "Delete runs with their results, and the draws that no other run shares.") { names, store, json };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(parsed.GetRequiredValue(names), parsed.GetValue(store), parsed.GetValue(json), shell, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string[] names, string? where, bool json, Shell shell, CancellationToken cancellationToken)
    {
        RunStore store = await StoreShelf.OpenAsync(where, shell, cancellationToken).ConfigureAwait(false);
        await using var owned = store.ConfigureAwait(false);
        IReadOnlyList<RunRecord> runs = await store.ListAsync(cancellationToken).ConfigureAwait(false);
        // All are looked up before the first is deleted, so that a mistyped name deletes nothing.
        string[] ids = [.. names.Select(name => StoreShelf.Named(runs, name).Id).Distinct(StringComparer.Ordinal)];
        foreach (string id in ids)
        {
            await store.DeleteAsync(id, cancellationToken).ConfigureAwait(false);
        }
        if (json)
        {
            JsonOutput.Write(shell.Output, new RunDeleteDocument { Deleted = ids });
            return ExitCodes.Done;
        }
        shell.Output.WriteLine($"Deleted {string.Join(", ", ids)}.");
        return ExitCodes.Done;
    }
}
