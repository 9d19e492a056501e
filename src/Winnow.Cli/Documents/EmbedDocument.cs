namespace Winnow.Cli.Documents;

/// <summary>What <c>winnow embed FILE --json</c> writes.</summary>
internal sealed record EmbedDocument
{
    public string Schema { get; init; } = "winnow.embed/1";

    public required string File { get; init; }

    public required string Model { get; init; }

    public required string Output { get; init; }

    /// <summary>npy or jsonl.</summary>
    public required string Format { get; init; }

    /// <summary>Vectors in the output.</summary>
    public required long Rows { get; init; }

    /// <summary>Numbers of a vector.</summary>
    public required int Width { get; init; }

    public required string Pooling { get; init; }

    public required bool IsNormalized { get; init; }

    public required int MaxTokens { get; init; }

    /// <summary>Vectors that an earlier run had made.</summary>
    public required long ResumedRows { get; init; }

    /// <summary>Tokens that this run read.</summary>
    public required long Tokens { get; init; }

    public required double WallSeconds { get; init; }

    /// <summary>Whether the whole file is done.</summary>
    public required bool IsComplete { get; init; }
}
