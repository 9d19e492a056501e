using System.CommandLine;
using Winnow.Cli.Sources;
using Winnow.Rendering;
using Winnow.Runs;

namespace Winnow.Cli.Verbs;

/// <summary><c>winnow resume [RUN]</c>: repeats the command that a run was begun with, which goes on with it.</summary>
internal static class ResumeVerb
{
    public static Command Create(Shell shell)
    {
        Argument<string?> run = new("RUN")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "The run, or the beginning of its name. Default: the unfinished one that was written last. One of a comparison goes on with the comparison.",
        };
        Option<string?> store = StoreShelf.Option();
        Option<int> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json();
        Option<bool> quiet = CommonOptions.Quiet();
        Command command = new("resume", "Go on with a run or a comparison that was stopped or killed, without drawing anything twice.") { run, store, threads, json, quiet };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(run), parsed.GetValue(store), parsed.GetValue(threads), parsed.GetValue(json), parsed.GetValue(quiet), shell, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string? run, string? store, int threads, bool json, bool quiet, Shell shell, CancellationToken cancellationToken)
    {
        RunRecord record;
        RunStore opened = await StoreShelf.OpenAsync(store, shell, cancellationToken).ConfigureAwait(false);
        await using (opened.ConfigureAwait(false))
        {
            record = StoreShelf.Named(await opened.ListAsync(cancellationToken).ConfigureAwait(false), run);
        }
        if (record.Command is not [var verb, ..] || verb is not ("run" or "compare"))
        {
            throw new RequestException($"{record.Id} was begun by a program, not by a command; go on with it from there.");
        }
        List<string> words = [.. record.Command, "--resume"];
        if (store is not null)
        {
            words.AddRange(["--store", store]);
        }
        if (threads > 0)
        {
            words.AddRange(["--threads", FormattableString.Invariant($"{threads}")]);
        }
        words.AddRange(json ? ["--json"] : []);
        words.AddRange(quiet ? ["--quiet"] : []);
        return await WinnowCommand.RunAsync(words, shell, cancellationToken).ConfigureAwait(false);
    }
}
