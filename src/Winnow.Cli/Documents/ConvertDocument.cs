namespace Winnow.Cli.Documents;

/// <summary>What <c>winnow convert --json</c> writes.</summary>
internal sealed record ConvertDocument
{
    public string Schema { get; init; } = "winnow.convert/1";

    public required string Source { get; init; }

    public required string Path { get; init; }

    public required string Type { get; init; }

    public required int Tensors { get; init; }

    public required long Bytes { get; init; }

    public required double LargestError { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }

    public required double WallSeconds { get; init; }
}
