using Spectre.Console;
using Winnow.Search;

namespace Winnow.Rendering;

/// <summary>
/// Keeps what happens in a search, to show it afterwards as <see cref="SearchTimeline"/> shows it while it happens.
/// </summary>
/// <remarks>Safe to report to from several threads.</remarks>
public sealed class SearchTrace : IProgress<SearchEvent>
{
    private readonly Lock _gate = new();
    private readonly List<SearchEvent> _events = [];

    /// <summary>What has happened so far, oldest first.</summary>
    public IReadOnlyList<SearchEvent> Events
    {
        get
        {
            lock (_gate)
            {
                return [.. _events];
            }
        }
    }

    /// <inheritdoc />
    public void Report(SearchEvent value)
    {
        ArgumentNullException.ThrowIfNull(value);
        lock (_gate)
        {
            _events.Add(value);
        }
    }

    /// <summary>Writes the timeline and, below it, the candidates with the one that won and why.</summary>
    /// <param name="console">Where to; colours only if it supports them.</param>
    /// <param name="result">What the search found.</param>
    public void Write(IAnsiConsole console, SearchResult result)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(result);
        SearchTimeline timeline = new(console);
        foreach (SearchEvent e in Events)
        {
            timeline.Report(e);
        }
        timeline.Write(result);
    }

    /// <summary>The same as plain text of 80 columns.</summary>
    /// <param name="result">What the search found.</param>
    public string Text(SearchResult result)
    {
        using StringWriter writer = new() { NewLine = "\n" };
        Write(PlainConsole.Over(writer), result);
        return writer.ToString();
    }
}
