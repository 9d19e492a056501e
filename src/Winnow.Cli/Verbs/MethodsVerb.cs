using System.CommandLine;
using Spectre.Console;
using Winnow.Catalogue;
using Winnow.Cli.Documents;
using Winnow.Rendering;

namespace Winnow.Cli.Verbs;

/// <summary><c>winnow methods [ID]</c>: the catalogue of methods and papers.</summary>
internal static class MethodsVerb
{
    public static Command Create(Shell shell)
    {
        Argument<string?> id = new("ID") { Arity = ArgumentArity.ZeroOrOne, Description = "A method or a paper, to read about it." };
        id.CompletionSources.Add([.. Ids]);
        Option<bool> json = CommonOptions.Json();
        Command command = new("methods", "Methods, and the papers they come from.") { id, json };
        command.SetAction(parsed => parsed.GetValue(id) is { } one
            ? ShowOne(one, parsed.GetValue(json), shell)
            : ShowAll(parsed.GetValue(json), shell));
        return command;
    }

    private static IEnumerable<string> Ids =>
        MethodCatalogue.All.Select(method => method.Id).Concat(PaperCatalogue.All.Select(paper => paper.Id)).Distinct(StringComparer.Ordinal);

    private static int ShowAll(bool json, Shell shell)
    {
        if (json)
        {
            JsonOutput.Write(shell.Output, new MethodsDocument
            {
                Methods = [.. MethodCatalogue.All.Select(MethodSummaryDocument.Of)],
                Papers = [.. PaperCatalogue.All.Select(PaperDocument.Of)],
            });
            return ExitCodes.Done;
        }
        IAnsiConsole console = shell.ResultConsole();
        Grid methods = Columns.Two();
        foreach (Method method in MethodCatalogue.All)
        {
            Columns.Add(methods, method.Id, method.Gives);
        }
        console.WriteLine("Methods, for --strategy:");
        console.Write(methods);
        foreach (PaperStatus status in Enum.GetValues<PaperStatus>())
        {
            Grid papers = Columns.Two();
            foreach (Paper paper in PaperCatalogue.All.Where(paper => paper.Status == status))
            {
                Columns.Add(papers, paper.Id, paper.Gives);
            }
            console.WriteLine();
            console.WriteLine(status == PaperStatus.Available ? "Papers, for `winnow reproduce`:" : "Papers to come:");
            console.Write(papers);
        }
        return ExitCodes.Done;
    }

    private static int ShowOne(string id, bool json, Shell shell)
    {
        Method? method = MethodCatalogue.Find(id);
        Paper? paper = PaperCatalogue.Find(id) ?? (method?.PaperId is { } of ? PaperCatalogue.Find(of) : null);
        if (method is null && paper is null)
        {
            throw new RequestException(ErrorText.UnknownName("method", id, [.. Ids], "winnow methods"));
        }
        if (json)
        {
            JsonOutput.Write(shell.Output, new MethodDocument
            {
                Id = id,
                Method = method is null ? null : MethodSummaryDocument.Of(method),
                Paper = paper is null ? null : PaperDocument.Of(paper),
            });
            return ExitCodes.Done;
        }
        if (method is not null)
        {
            shell.Output.WriteLine(method.ReadCard().TrimEnd());
        }
        if (paper is not null)
        {
            shell.Output.WriteLine(method is null ? $"{paper.Id} ({paper.Family})" : "");
            shell.Output.WriteLine($"Paper: {paper.Title}");
            shell.Output.WriteLine(paper.Gives);
            shell.Output.WriteLine(paper.Status == PaperStatus.Available
                ? $"`winnow reproduce {paper.Id}` measures its claims."
                : $"To come, in {paper.Room}.");
        }
        return ExitCodes.Done;
    }
}
