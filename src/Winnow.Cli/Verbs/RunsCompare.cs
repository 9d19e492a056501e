using System.CommandLine;
using Winnow.Cli.Documents;
using Winnow.Cli.Sources;
using Winnow.Evaluation;
using Winnow.Rendering;
using Winnow.Runs;

namespace Winnow.Cli.Verbs;

/// <summary><c>winnow runs compare A B</c>: two runs on the problems that both have finished.</summary>
internal static class RunsCompare
{
    public static Command Create(Shell shell)
    {
        Argument<string> a = RunsVerb.Run("A");
        Argument<string> b = RunsVerb.Run("B");
        Option<string?> store = StoreShelf.Option();
        Option<bool> json = CommonOptions.Json();
        Command command = new("compare", "Two runs on the problems that both have finished: the difference, its interval and whether it is real.") { a, b, store, json };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(parsed.GetRequiredValue(a), parsed.GetRequiredValue(b), parsed.GetValue(store), parsed.GetValue(json), shell, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string a, string b, string? where, bool json, Shell shell, CancellationToken cancellationToken)
    {
        RunStore store = await StoreShelf.OpenAsync(where, shell, cancellationToken).ConfigureAwait(false);
        await using var owned = store.ConfigureAwait(false);
        IReadOnlyList<RunRecord> runs = await store.ListAsync(cancellationToken).ConfigureAwait(false);
        RunRecord runA = StoreShelf.Named(runs, a);
        RunRecord runB = StoreShelf.Named(runs, b);
        if (!string.Equals(runA.Identity.Task, runB.Identity.Task, StringComparison.Ordinal))
        {
            throw new RequestException($"{runA.Id} is on {runA.Identity.Task}, {runB.Id} on {runB.Identity.Task}; only runs on the same task can be compared.");
        }
        RunPair pair = await RunPair.ReadAsync(store, runA.Id, runB.Id, cancellationToken).ConfigureAwait(false);
        if (pair.Problems.Count == 0)
        {
            throw new RequestException($"{runA.Id} and {runB.Id} have finished no problem in common yet.");
        }
        PairedTest test = pair.Test(runA.Identity.Seed);
        RunPairDocument document = new()
        {
            A = RunLineDocument.Of(runA),
            B = RunLineDocument.Of(runB),
            Problems = pair.Problems.Count,
            AccuracyA = pair.AccuracyA,
            AccuracyB = pair.AccuracyB,
            Difference = test.Difference,
            CiLow = test.CiLow,
            CiHigh = test.CiHigh,
            P = test.P,
            OnlyA = pair.Only(first: true),
            OnlyB = pair.Only(first: false),
        };
        if (json)
        {
            JsonOutput.Write(shell.Output, document);
            return ExitCodes.Done;
        }
        RunText.Write(runA, runB, pair, test, shell.Output);
        return ExitCodes.Done;
    }
}
