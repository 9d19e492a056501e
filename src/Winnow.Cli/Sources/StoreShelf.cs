using System.CommandLine;
using Winnow.Runs;

namespace Winnow.Cli.Sources;

/// <summary>Where runs are kept: <c>--store</c>, WINNOW_STORE, or <c>runs.db</c> in Winnow's own folder.</summary>
internal static class StoreShelf
{
    /// <summary><c>--store</c></summary>
    public static Option<string?> Option() => new("--store")
    {
        Description = "Where runs are kept: a SQLite file, or a PostgreSQL connection string. Default: WINNOW_STORE, or .winnow/runs.db.",
        HelpName = "FILE|CONNECTION",
    };

    /// <summary>Where the store is.</summary>
    public static string Where(string? option, Shell shell) =>
        option ?? (shell.Variable("WINNOW_STORE") is { Length: > 0 } variable ? variable : Path.Combine(shell.Home, "runs.db"));

    /// <summary>Opens the store, or makes an empty one.</summary>
    public static async Task<RunStore> OpenAsync(string? option, Shell shell, CancellationToken cancellationToken)
    {
        string where = Where(option, shell);
        if (Path.GetDirectoryName(where) is { Length: > 0 } folder && !where.Contains('=', StringComparison.Ordinal))
        {
            try
            {
                Directory.CreateDirectory(folder);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new WinnowException($"The store {where} cannot be written ({error.Message}). Name another with --store, or set WINNOW_HOME.", error);
            }
        }
        return await RunStore.OpenAsync(where, shell.Time, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A run by the beginning of its name; where none is given, the one written last that is not done.</summary>
    /// <param name="runs">All runs, the one written last first.</param>
    /// <param name="name">The name, its beginning, or null.</param>
    /// <exception cref="RequestException">There is none, or there are several.</exception>
    public static RunRecord Named(IReadOnlyList<RunRecord> runs, string? name)
    {
        RunRecord[] found = [.. runs.Where(run => name is null ? run.State != RunState.Done : run.Id.StartsWith(name, StringComparison.Ordinal))];
        return found switch
        {
            [var run] => run,
            [] when name is null => throw new RequestException("No run is unfinished. `winnow runs` lists those there are."),
            [] => throw new RequestException(Rendering.ErrorText.UnknownName("run", name!, [.. runs.Select(run => run.Id)], "winnow runs")),
            [var latest, ..] when name is null => latest,
            _ => throw new RequestException($"\"{name}\" may be {string.Join(", ", found.Select(run => run.Id))}; give more of the name."),
        };
    }
}
