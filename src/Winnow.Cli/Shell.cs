using Spectre.Console;
using Winnow.Rendering;

namespace Winnow.Cli;

/// <summary>What a verb may touch outside the library: the two streams, the clock, the environment and where files go.</summary>
internal sealed record Shell
{
    /// <summary>Standard output: results only.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Standard error: progress, notes and errors.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Standard input: what a file named <c>-</c> stands for.</summary>
    public TextReader Input { get; init; } = TextReader.Null;

    /// <summary>Whether standard output goes to a file or a pipe.</summary>
    public bool IsOutputRedirected { get; init; } = true;

    /// <summary>Whether standard error does.</summary>
    public bool IsErrorRedirected { get; init; } = true;

    /// <summary>Columns of the terminal.</summary>
    public int Width { get; init; } = 80;

    /// <summary>Clock of progress and wall times.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Reads an environment variable.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Folders where <c>winnow-lab</c> is looked for; null: the usual ones.</summary>
    public IReadOnlyList<string>? LabFolders { get; init; }

    /// <summary>Folder that holds what Winnow writes: WINNOW_HOME, or <c>.winnow</c> in the working folder.</summary>
    public string Home => Variable("WINNOW_HOME") is { Length: > 0 } home ? home : ".winnow";

    /// <summary>The streams of this process.</summary>
    public static Shell OfProcess() => new()
    {
        Output = Console.Out,
        Error = Console.Error,
        Input = Console.In,
        IsOutputRedirected = Console.IsOutputRedirected,
        IsErrorRedirected = Console.IsErrorRedirected,
        Width = WidthOfTerminal(),
    };

    /// <summary>How progress is shown.</summary>
    public ProgressMode Progress(bool quiet) => ProgressModes.Choose(quiet, IsErrorRedirected, Variable);

    /// <summary>A console over standard output: with colours on a terminal, plain elsewhere.</summary>
    public IAnsiConsole ResultConsole() => IsOutputRedirected || !string.IsNullOrEmpty(Variable("NO_COLOR"))
        ? PlainConsole.Over(Output, Math.Max(80, Width))
        : AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Output) });

    private static int WidthOfTerminal()
    {
        try
        {
            return Console.WindowWidth is var width and >= 40 ? width : 80;
        }
        catch (IOException)
        {
            return 80;
        }
    }
}
