namespace Winnow.Cli.Documents;

/// <summary>What <c>winnow models --json</c> writes.</summary>
internal sealed record ModelsDocument
{
    public string Schema { get; init; } = "winnow.models/1";

    public required IReadOnlyList<ModelSummaryDocument> Models { get; init; }
}

/// <summary>A bundled model in a line.</summary>
internal sealed record ModelSummaryDocument(string Name, string Kind, string Description, bool IsDefault);

/// <summary>What <c>winnow models NAME --json</c> writes. Fields of the shape are null where the architecture is not supported.</summary>
internal sealed record ModelDocument
{
    public string Schema { get; init; } = "winnow.model/1";

    public required string Name { get; init; }

    public required string Format { get; init; }

    public required string Architecture { get; init; }

    public required long Parameters { get; init; }

    public required int? Layers { get; init; }

    public required int? Width { get; init; }

    public required int? VocabularySize { get; init; }

    public required int? ContextLength { get; init; }

    public required IReadOnlyList<StoredTypeDocument> Types { get; init; }

    public required long FileBytes { get; init; }

    public required long WeightBytes { get; init; }

    public required long KeyValueBytesPerToken { get; init; }

    public required string? VocabularyKind { get; init; }

    public required bool HasChatTemplate { get; init; }

    public required IReadOnlyList<ChecksumDocument> Checksums { get; init; }

    public required IReadOnlyList<string> Unsupported { get; init; }
}

/// <summary>How much of a model is stored in one type.</summary>
internal sealed record StoredTypeDocument(string Type, int Tensors, long Numbers, long Bytes);

/// <summary>The checksum of a weight file.</summary>
internal sealed record ChecksumDocument(string File, string Sha256);
