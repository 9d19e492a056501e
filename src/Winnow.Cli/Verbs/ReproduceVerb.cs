using System.CommandLine;
using Spectre.Console;
using Winnow.Catalogue;
using Winnow.Cli.Documents;
using Winnow.Cli.Sources;
using Winnow.Rendering;
using Winnow.Reproductions;

namespace Winnow.Cli.Verbs;

/// <summary><c>winnow reproduce ID|--all</c>: papers' claims beside what is measured here.</summary>
internal static class ReproduceVerb
{
    public static Command Create(Shell shell)
    {
        Argument<string?> id = new("ID") { Arity = ArgumentArity.ZeroOrOne, Description = "A paper of the catalogue; `winnow methods` lists them." };
        id.CompletionSources.Add([.. ReproductionShelf.Ids]);
        Option<bool> all = new("--all") { Description = "Every paper that can be reproduced." };
        Option<bool> quick = new("--quick") { Description = "At most 60 seconds for a paper. Default: at most 20 minutes." };
        Option<bool> deep = new("--deep") { Description = "Hours." };
        Option<string?> model = CommonOptions.Model();
        model.Description = "Model for the papers about open-ended text: a folder or file. Default: the bundled ones. Other papers keep theirs.";
        Option<bool> json = CommonOptions.Json();
        Option<bool> quiet = CommonOptions.Quiet();
        Command command = new("reproduce", "A paper's claims beside what is measured on this machine. Exit code 0 if every claim does here what is expected of this scale.")
        {
            id, all, quick, deep, model, json, quiet,
        };
        command.Validators.Add(result =>
        {
            bool isOne = result.GetValue(id) is not null;
            if (isOne == result.GetValue(all))
            {
                result.AddError("Name one paper, or give --all. `winnow methods` lists the papers.");
            }
            if (result.GetValue(quick) && result.GetValue(deep))
            {
                result.AddError("--quick and --deep exclude each other.");
            }
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            ReproductionEffort effort = parsed.GetValue(quick) ? ReproductionEffort.Quick : parsed.GetValue(deep) ? ReproductionEffort.Deep : ReproductionEffort.Default;
            return RunAsync(parsed.GetValue(id), parsed.GetValue(model), effort, parsed.GetValue(json), parsed.GetValue(quiet), shell, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(string? id, string? model, ReproductionEffort effort, bool json, bool quiet, Shell shell, CancellationToken cancellationToken)
    {
        using ModelShelf models = new();
        IReadOnlyList<IReproduction> chosen = Choose(id, models, model);
        List<ClaimResult> claims = [];
        List<FailedReproductionDocument> failed = [];
        bool stopped = false;
        foreach (IReproduction reproduction in chosen)
        {
            try
            {
                claims.AddRange(await reproduction.RunAsync(effort, quiet ? null : new Lines(reproduction.PaperId, shell.Error), cancellationToken).ConfigureAwait(false));
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && claims.Count > 0)
            {
                stopped = true;
                break;
            }
            catch (WinnowException error) when (chosen.Count > 1)
            {
                failed.Add(new FailedReproductionDocument(reproduction.PaperId, error.Message));
                await shell.Error.WriteLineAsync($"winnow: {reproduction.PaperId}: {error.Message}").ConfigureAwait(false);
            }
        }
        Show(claims, failed, json, shell);
        return stopped ? ExitCodes.Stopped
            : failed.Count > 0 ? ExitCodes.DoneInPart
            : claims.All(claim => claim.IsAsExpected) ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static IReadOnlyList<IReproduction> Choose(string? id, ModelShelf models, string? model)
    {
        IReadOnlyList<IReproduction> all = ReproductionShelf.All(models, model);
        if (id is null)
        {
            return all;
        }
        if (all.FirstOrDefault(reproduction => reproduction.PaperId == id) is { } one)
        {
            return [one];
        }
        string[] papers = [.. PaperCatalogue.All.Select(paper => paper.Id)];
        throw new RequestException(papers.Contains(id, StringComparer.Ordinal)
            ? $"The claims of {id} cannot be measured yet. These can: {string.Join(", ", ReproductionShelf.Ids)}."
            : ErrorText.UnknownName("paper", id, papers, "winnow methods"));
    }

    private static void Show(List<ClaimResult> claims, List<FailedReproductionDocument> failed, bool json, Shell shell)
    {
        if (json)
        {
            JsonOutput.Write(shell.Output, new ReproduceDocument { Results = [.. claims.Select(ClaimDocument.Of)], Failed = failed });
            return;
        }
        IAnsiConsole console = shell.ResultConsole();
        foreach (ClaimResult claim in claims)
        {
            string holds = claim.Holds ? "holds" : "does not hold";
            string expected = claim.IsAsExpected ? "as expected of this scale" : claim.Expected ? "expected to hold" : "expected not to hold";
            console.Write(new Paragraph($"{claim.Id}: {holds}, {expected}\n", new Style(decoration: Decoration.Bold, foreground: claim.IsAsExpected ? Color.Green : Color.Red)));
            console.WriteLine($"  {claim.Claim}");
            string interval = claim is { CiLow: { } low, CiHigh: { } high } ? FormattableString.Invariant($" (95 % {low:0.###} … {high:0.###})") : "";
            string baseline = claim.Baseline is { } number ? FormattableString.Invariant($"; baseline {number:0.###}") : "";
            console.WriteLine(FormattableString.Invariant($"  {claim.Metric}: {claim.Measured:0.###}{interval}{baseline}; {claim.Seconds:0.0} s"));
        }
        console.WriteLine($"{claims.Count(claim => claim.IsAsExpected)} of {claims.Count} claims as expected.");
    }

    private sealed class Lines(string id, TextWriter writer) : IProgress<string>
    {
        public void Report(string value) => writer.WriteLine($"{id}: {value}");
    }
}
