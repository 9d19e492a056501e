using System.CommandLine;
using Spectre.Console;
using Winnow.Cli.Documents;
using Winnow.Rendering;

namespace Winnow.Cli.Verbs;

/// <summary><c>winnow doctor</c>: whether everything works here, in plain words.</summary>
internal static class DoctorVerb
{
    public static Command Create(Shell shell)
    {
        Option<bool> json = CommonOptions.Json();
        Command command = new("doctor", "Whether everything works on this machine, and what to do where it does not.") { json };
        command.SetAction(parsed => Run(parsed.GetValue(json), shell));
        return command;
    }

    private static int Run(bool json, Shell shell)
    {
        IReadOnlyList<CheckDocument> checks = MachineChecks.Run(shell);
        DoctorDocument document = new() { Checks = checks, IsHealthy = checks.All(check => check.State != CheckState.Wrong) };
        if (json)
        {
            JsonOutput.Write(shell.Output, document);
        }
        else
        {
            Show(document, shell.ResultConsole());
        }
        return document.IsHealthy ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static void Show(DoctorDocument document, IAnsiConsole console)
    {
        Grid grid = Columns.Two();
        foreach (CheckDocument check in document.Checks)
        {
            string mark = check.State switch
            {
                CheckState.Ok => "ok  ",
                CheckState.Note => "note",
                _ => "FAIL",
            };
            Columns.Add(grid, $"{mark}  {check.Name}", check.Finding + (check.Advice is null ? "" : $" {check.Advice}"));
        }
        console.Write(grid);
        console.WriteLine();
        console.WriteLine(document.IsHealthy ? "Everything that `winnow compare` needs works." : "`winnow compare` cannot run like this.");
    }
}
