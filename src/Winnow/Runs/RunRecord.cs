using Winnow.Budgets;

namespace Winnow.Runs;

/// <summary>How far a run is.</summary>
public enum RunState
{
    /// <summary>Some problems have not been reached: it is running, or it was stopped.</summary>
    Unfinished,

    /// <summary>Every problem was reached, but some could not be finished; going on tries those again.</summary>
    DoneInPart,

    /// <summary>Every problem is finished.</summary>
    Done,
}

/// <summary>A run as the store lists it.</summary>
public sealed record RunRecord
{
    /// <summary>Its name.</summary>
    public required string Id { get; init; }

    /// <summary>What it is.</summary>
    public required RunIdentity Identity { get; init; }

    /// <summary>Words of the command that began it and goes on with it, without <c>winnow</c>; empty where a program began it.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>The comparison it is part of; null for a run of its own.</summary>
    public string? Comparison { get; init; }

    /// <summary>Whose parts hold what was spent on it: the comparison, or itself.</summary>
    public string Owner => Comparison ?? Id;

    /// <summary>When it was begun, in UTC.</summary>
    public required DateTimeOffset Begun { get; init; }

    /// <summary>When something of it was last written, in UTC.</summary>
    public required DateTimeOffset Written { get; init; }

    /// <summary>Problems finished.</summary>
    public int Finished { get; init; }

    /// <summary>Problems that could not be finished.</summary>
    public int Failed { get; init; }

    /// <summary>Problems answered rightly.</summary>
    public int Correct { get; init; }

    /// <summary>Problems with at least one right candidate.</summary>
    public int Covered { get; init; }

    /// <summary>Candidates that failed, were cut or have no readable answer.</summary>
    public int Failures { get; init; }

    /// <summary>What it has used, as its ledgers say.</summary>
    public Usage Used { get; init; }

    /// <summary>How far it is.</summary>
    public RunState State =>
        Finished + Failed < Identity.ProblemCount ? RunState.Unfinished : Failed > 0 ? RunState.DoneInPart : RunState.Done;
}

/// <summary>What is said when a run is begun.</summary>
/// <param name="Identity">What it is.</param>
/// <param name="Command">Words of the command that goes on with it, without <c>winnow</c>.</param>
/// <param name="Comparison">The comparison it is part of; null for a run of its own.</param>
public sealed record RunStart(RunIdentity Identity, IReadOnlyList<string> Command, string? Comparison = null);
