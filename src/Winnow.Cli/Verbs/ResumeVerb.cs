using System.CommandLine;
using System.Globalization;
using Winnow.Cli.Sources;
using Winnow.Cli.Stored;
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
        Option<bool> accept = new("--accept-version") { Description = "Go on with a run that another version of Winnow began. What is stored stays; what is drawn from here on may differ." };
        Option<bool> json = CommonOptions.Json();
        Option<bool> quiet = CommonOptions.Quiet();
        Command command = new("resume", "Go on with a run or a comparison that was stopped or killed, without drawing anything twice. Its caps go on too, unless new ones are said.")
        {
            run, store, threads, accept, json, quiet,
        };
        SpendingOptions spending = new();
        SpendingOptions.AddTo(command, spending.Caps);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Request(
                parsed.GetValue(run),
                parsed.GetValue(store),
                parsed.GetValue(accept),
                [
                    .. parsed.GetValue(threads) is > 0 and var count ? (string[])["--threads", FormattableString.Invariant($"{count}")] : [],
                    .. parsed.GetValue(json) ? (string[])["--json"] : [],
                    .. parsed.GetValue(quiet) ? (string[])["--quiet"] : [],
                    .. CapsOf(spending.Read(parsed)),
                ]),
            shell,
            cancellationToken));
        return command;
    }

    private sealed record Request(string? Run, string? Store, bool AcceptsVersion, IReadOnlyList<string> Words);

    private static async Task<int> RunAsync(Request request, Shell shell, CancellationToken cancellationToken)
    {
        RunRecord record;
        RunStore opened = await StoreShelf.OpenAsync(request.Store, shell, cancellationToken).ConfigureAwait(false);
        await using (opened.ConfigureAwait(false))
        {
            record = StoreShelf.Named(await opened.ListAsync(cancellationToken).ConfigureAwait(false), request.Run);
        }
        if (record.Command is not [var verb, ..] || verb is not ("run" or "compare"))
        {
            throw new RequestException($"{record.Id} was begun by a program, not by a command; go on with it from there.");
        }
        List<string> words = [.. record.Command, "--resume"];
        if (request.Store is { } store)
        {
            words.AddRange(["--store", store]);
        }
        if (record.Identity.Build != ThisBuild.Id)
        {
            if (record.Identity.Version != ThisBuild.Version && !request.AcceptsVersion)
            {
                throw new RequestException(
                    $"{record.Id} was begun by {VersionText.Of(record.Identity)}, and this is {VersionText.This}, which may draw or choose differently. "
                    + $"`winnow resume {record.Id} --accept-version` goes on with it all the same; nothing stored is lost, and both versions are recorded.");
            }
            await shell.Error.WriteLineAsync($"winnow: {record.Id} was begun by {VersionText.Of(record.Identity)}; {VersionText.This} goes on with it, and what it draws may differ.").ConfigureAwait(false);
            words.AddRange([MeasuringOptions.BegunByName, record.Identity.Build]);
        }
        return await WinnowCommand.RunAsync([.. words, .. request.Words], shell, cancellationToken).ConfigureAwait(false);
    }

    private static IEnumerable<string> CapsOf(SpendingRequest spending)
    {
        (string Option, IFormattable? Value)[] caps = [("--max-cost", spending.MaxCost), ("--max-calls", spending.MaxCalls), ("--max-seconds", spending.MaxSeconds)];
        return caps.Where(cap => cap.Value is not null).SelectMany(cap => (string[])[cap.Option, cap.Value!.ToString(null, CultureInfo.InvariantCulture)]);
    }
}
