using Winnow.Embedded;
using Winnow.Rendering;
using Winnow.Tasks;
using Winnow.Tasks.Files;

namespace Winnow.Cli.Sources;

/// <summary>Loads tasks by bundled name or file.</summary>
internal static class TaskShelf
{
    /// <summary>Bundled tasks.</summary>
    public static IReadOnlyList<string> Names { get; } = Manifest.OrNull is { } manifest ? [.. manifest.Tasks.Keys] : [];

    /// <summary>The task where none is named.</summary>
    public static string DefaultName => Manifest.OrNull?.DefaultTask ?? "embedded-mix";

    /// <summary>A task.</summary>
    /// <param name="nameOrFile">A bundled name or a file; null: the default one.</param>
    /// <exception cref="RequestException">There is no such task, or its file cannot be read.</exception>
    public static TaskSet Load(string? nameOrFile)
    {
        string name = nameOrFile ?? Manifest.Required.DefaultTask;
        return RequestException.Reading(() => Names.Contains(name, StringComparer.Ordinal) ? EmbeddedTasks.Load(name) : LoadFile(name));
    }

    private static TaskSet LoadFile(string path)
    {
        if (File.Exists(path))
        {
            return TaskFiles.Load(path);
        }
        bool isFile = Path.HasExtension(path) || path.Contains('/', StringComparison.Ordinal);
        throw new RequestException(isFile
            ? $"There is no file \"{path}\". A task is a bundled name ({string.Join(", ", Names)}) or a file: JSON Lines with input and target, choices or a checker, a BIG-Bench-Hard JSON, or GSM8K JSON Lines."
            : ErrorText.UnknownName("task", path, Names, "winnow tasks"));
    }
}
