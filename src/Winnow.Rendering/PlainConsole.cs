using Spectre.Console;

namespace Winnow.Rendering;

/// <summary>Consoles that write no colours and no control codes, for files, pipes and tests.</summary>
public static class PlainConsole
{
    /// <summary>A plain console over a writer.</summary>
    /// <param name="writer">Receives the text.</param>
    /// <param name="width">Columns before a line is broken.</param>
    public static IAnsiConsole Over(TextWriter writer, int width = 80)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 20);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = width;
        console.Profile.Capabilities.Unicode = true;
        return console;
    }
}
