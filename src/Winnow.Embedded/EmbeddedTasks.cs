using Winnow.Tasks;
using Winnow.Tasks.Files;

namespace Winnow.Embedded;

/// <summary>The tasks that come with Winnow.</summary>
public static class EmbeddedTasks
{
    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => EmbeddedManifest.Default.Tasks.Keys;

    /// <summary>Loads a task.</summary>
    /// <param name="name">Its name; null: the default one.</param>
    /// <exception cref="ArgumentException">There is no such task.</exception>
    public static TaskSet Load(string? name = null)
    {
        name ??= EmbeddedManifest.Default.DefaultTask;
        return EmbeddedManifest.Default.Tasks.TryGetValue(name, out EmbeddedTaskEntry? entry)
            ? TaskFiles.Load(Path.Combine(EmbeddedManifest.Folder, entry.File))
            : throw new ArgumentException($"There is no embedded task \"{name}\"; use one of {string.Join(", ", Names)}.", nameof(name));
    }
}
