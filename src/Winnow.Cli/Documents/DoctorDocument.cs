namespace Winnow.Cli.Documents;

/// <summary>What <c>winnow doctor --json</c> writes.</summary>
internal sealed record DoctorDocument
{
    public string Schema { get; init; } = "winnow.doctor/1";

    /// <summary>Whether everything that the main job needs works.</summary>
    public required bool IsHealthy { get; init; }

    public required IReadOnlyList<CheckDocument> Checks { get; init; }
}

/// <summary>One check with what was found and, where something can be done, what.</summary>
internal sealed record CheckDocument(string Name, CheckState State, string Finding, string? Advice = null);

/// <summary>What a check found.</summary>
internal enum CheckState
{
    /// <summary>It works.</summary>
    Ok,

    /// <summary>It is not there, and the main job does not need it.</summary>
    Note,

    /// <summary>The main job cannot run like this.</summary>
    Wrong,
}
