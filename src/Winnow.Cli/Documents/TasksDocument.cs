namespace Winnow.Cli.Documents;

/// <summary>What <c>winnow tasks --json</c> writes.</summary>
internal sealed record TasksDocument
{
    public string Schema { get; init; } = "winnow.tasks/1";

    public required IReadOnlyList<TaskSummaryDocument> Tasks { get; init; }
}

/// <summary>A bundled task in a line.</summary>
internal sealed record TaskSummaryDocument(string Id, string Description, bool IsDefault);

/// <summary>What <c>winnow tasks ID --json</c> writes.</summary>
internal sealed record TaskDocument
{
    public string Schema { get; init; } = "winnow.task/2";

    public required string Id { get; init; }

    public required string Description { get; init; }

    public required string Version { get; init; }

    public required int Problems { get; init; }

    public required double ChanceLevel { get; init; }

    public required IReadOnlyList<TaskPartDocument> Parts { get; init; }

    public required IReadOnlyList<TaskCheckerDocument> Checkers { get; init; }

    public required IReadOnlyList<TaskExampleDocument> Examples { get; init; }
}

/// <summary>Problems of one family and level.</summary>
internal sealed record TaskPartDocument(string? Family, int? Level, int Problems);

/// <summary>Problems checked in one way.</summary>
internal sealed record TaskCheckerDocument(string Checker, int Problems);

/// <summary>A problem of the task.</summary>
internal sealed record TaskExampleDocument(string Id, string Question, string? Target);
