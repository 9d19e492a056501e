using System.CommandLine;
using Spectre.Console;
using Winnow.Cli.Documents;
using Winnow.Cli.Sources;
using Winnow.Embedded;
using Winnow.Rendering;
using Winnow.Tasks;
using Winnow.Tasks.Answers;

namespace Winnow.Cli.Verbs;

/// <summary><c>winnow tasks [ID]</c>: what can be run.</summary>
internal static class TasksVerb
{
    private const int ExamplesShown = 3;

    public static Command Create(Shell shell)
    {
        Argument<string?> id = new("ID|FILE") { Arity = ArgumentArity.ZeroOrOne, Description = "A bundled task or a file, to see what is in it." };
        id.CompletionSources.Add([.. TaskShelf.Names]);
        Option<bool> json = CommonOptions.Json();
        Command command = new("tasks", "Bundled tasks, and what a task or file holds.") { id, json };
        command.SetAction(parsed => parsed.GetValue(id) is { } name
            ? ShowOne(name, parsed.GetValue(json), shell)
            : ShowAll(parsed.GetValue(json), shell));
        return command;
    }

    private static int ShowAll(bool json, Shell shell)
    {
        EmbeddedManifest manifest = Manifest.Required;
        TasksDocument document = new()
        {
            Tasks = [.. manifest.Tasks.Select(task => new TaskSummaryDocument(task.Key, task.Value.Summary, task.Key == manifest.DefaultTask))],
        };
        if (json)
        {
            JsonOutput.Write(shell.Output, document);
            return ExitCodes.Done;
        }
        Grid grid = Columns.Two();
        foreach (TaskSummaryDocument task in document.Tasks)
        {
            Columns.Add(grid, task.Id, task.Description + (task.IsDefault ? " (default)" : ""));
        }
        shell.ResultConsole().Write(grid);
        shell.Output.WriteLine();
        shell.Output.WriteLine("Files work too: JSON Lines with input and target, choices or a checker; BIG-Bench-Hard JSON; GSM8K JSON Lines.");
        return ExitCodes.Done;
    }

    private static int ShowOne(string name, bool json, Shell shell)
    {
        TaskSet task = TaskShelf.Load(name);
        TaskDocument document = new()
        {
            Id = task.Name,
            Description = task.Description,
            Version = task.Version,
            Problems = task.Problems.Count,
            ChanceLevel = task.ChanceLevel,
            Parts = [.. task.Problems.CountBy(problem => (problem.Family, problem.Level)).Select(part => new TaskPartDocument(part.Key.Family, part.Key.Level, part.Value))],
            Checkers = [.. task.Problems.CountBy(AnswerCheckerNames.Of).Select(checker => new TaskCheckerDocument(checker.Key, checker.Value))],
            Examples = [.. Spread(task.Problems).Select(problem => new TaskExampleDocument(problem.Id, problem.Question, problem.Target))],
        };
        if (json)
        {
            JsonOutput.Write(shell.Output, document);
            return ExitCodes.Done;
        }
        shell.Output.WriteLine($"{document.Id} (version {document.Version}): {document.Description}");
        shell.Output.WriteLine(FormattableString.Invariant($"{document.Problems} problems; guessing scores {document.ChanceLevel:P0}."));
        shell.Output.WriteLine($"Checked by: {string.Join(", ", document.Checkers.Select(checker => $"{checker.Checker} ({checker.Problems})"))}.");
        foreach (TaskPartDocument part in document.Parts.Where(part => part.Family is not null))
        {
            shell.Output.WriteLine($"  {part.Problems,5}  {part.Family}{(part.Level is { } level ? $", level {level}" : "")}");
        }
        foreach (TaskExampleDocument example in document.Examples)
        {
            shell.Output.WriteLine();
            shell.Output.WriteLine($"{example.Id}: {SafeText.Cut(SafeText.OneLine(example.Question), 400)}");
            shell.Output.WriteLine($"  {SafeText.OneLine(example.Target ?? "(only a checker knows the answer)")}");
        }
        return ExitCodes.Done;
    }

    private static IEnumerable<Problem> Spread(IReadOnlyList<Problem> problems)
    {
        int count = Math.Min(ExamplesShown, problems.Count);
        return Enumerable.Range(0, count).Select(i => problems[i * problems.Count / count]);
    }
}
