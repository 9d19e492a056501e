using Winnow.Budgets;

namespace Winnow.Runs;

/// <summary>
/// What one process has spent on a run, or on a comparison, under which caps, and which version of Winnow it was.
/// Everything is in it that was paid for: repeated and failed requests, searches that were interrupted, judges, probes.
/// </summary>
public sealed record RunPart
{
    /// <summary>Name of the run; of a comparison of several runs, the comparison's.</summary>
    public required string Owner { get; init; }

    /// <summary>Its place among the parts, from 0.</summary>
    public required int Number { get; init; }

    /// <summary>The version of Winnow.</summary>
    public required string Version { get; init; }

    /// <summary>The build of it.</summary>
    public required string Build { get; init; }

    /// <summary>When it began, in UTC.</summary>
    public required DateTimeOffset Begun { get; init; }

    /// <summary>When this was written, in UTC.</summary>
    public required DateTimeOffset Written { get; init; }

    /// <summary>The caps on the whole run that it kept to.</summary>
    public required Budget Caps { get; init; }

    /// <summary>What it has used. While it runs, and where it was killed, what was under way is in it with its worst case. Seconds are those of the wall.</summary>
    public required Usage Used { get; init; }
}
