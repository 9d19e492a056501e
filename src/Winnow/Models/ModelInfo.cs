namespace Winnow.Models;

/// <summary>What a white-box model is.</summary>
public sealed record ModelInfo
{
    /// <summary>Name for people: a bundled name or the file's.</summary>
    public required string Name { get; init; }

    /// <summary>Architecture, for example <c>llama</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Number of entries of the output distribution, V.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Width of the hidden state, d.</summary>
    public required int Width { get; init; }

    /// <summary>Number of decoder blocks.</summary>
    public required int Layers { get; init; }

    /// <summary>Longest sequence, in tokens.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Number of parameters, tied ones counted once.</summary>
    public required long Parameters { get; init; }
}
