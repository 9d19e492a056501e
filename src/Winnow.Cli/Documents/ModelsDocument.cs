namespace Winnow.Cli.Documents;

/// <summary>What <c>winnow models --json</c> writes.</summary>
internal sealed record ModelsDocument
{
    public string Schema { get; init; } = "winnow.models/1";

    public required IReadOnlyList<ModelSummaryDocument> Models { get; init; }
}

/// <summary>A bundled model in a line.</summary>
internal sealed record ModelSummaryDocument(string Name, string Kind, string Description, bool IsDefault);

/// <summary>What <c>winnow models NAME --json</c> writes.</summary>
internal sealed record ModelDocument
{
    public string Schema { get; init; } = "winnow.model/1";

    public required string Name { get; init; }

    public required string Architecture { get; init; }

    public required long Parameters { get; init; }

    public required int Layers { get; init; }

    public required int Width { get; init; }

    public required int VocabularySize { get; init; }

    public required int ContextLength { get; init; }
}
