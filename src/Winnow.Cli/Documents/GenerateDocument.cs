namespace Winnow.Cli.Documents;

/// <summary>What <c>winnow generate --json</c> writes.</summary>
internal sealed record GenerateDocument
{
    public string Schema { get; init; } = "winnow.generate/1";

    public required string Model { get; init; }

    public required string Prompt { get; init; }

    public required double Temperature { get; init; }

    public required ulong Seed { get; init; }

    public required IReadOnlyList<GeneratedDocument> Results { get; init; }

    public required UsageDocument Usage { get; init; }

    public required double WallSeconds { get; init; }
}

/// <summary>One draw.</summary>
internal sealed record GeneratedDocument(string Text, string State, string? Reason, int Tokens, double? LogProb);
