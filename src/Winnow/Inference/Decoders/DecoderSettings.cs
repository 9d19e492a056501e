namespace Winnow.Inference.Decoders;

/// <summary>Shape of a decoder of the Llama family: RMSNorm before each half block, rotary positions, grouped-query attention, SwiGLU.</summary>
public sealed record DecoderSettings
{
    /// <summary>
    /// Architecture: <c>llama</c>, <c>qwen2</c>, which differs by biases on queries, keys and values, or <c>qwen3</c>, which
    /// differs by <see cref="HasHeadNorms"/>.
    /// </summary>
    public required string Architecture { get; init; }

    /// <summary>Number of tokens, V.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Width of the hidden state, d.</summary>
    public required int Width { get; init; }

    /// <summary>Width inside the feed-forward half block.</summary>
    public required int FeedForwardWidth { get; init; }

    /// <summary>Number of blocks.</summary>
    public required int Layers { get; init; }

    /// <summary>Query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Key-value heads; divides <see cref="Heads"/>.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Dimensions of a head; even.</summary>
    public required int HeadWidth { get; init; }

    /// <summary>Longest sequence, in tokens.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Added under the root of RMSNorm.</summary>
    public required double NormEpsilon { get; init; }

    /// <summary>Whether the output matrix is the embedding.</summary>
    public required bool IsTied { get; init; }

    /// <summary>Whether every head of queries and keys goes through an RMSNorm of its own before it is turned.</summary>
    public bool HasHeadNorms => Architecture == DecoderArchitectures.Qwen3;

    /// <summary>Whether the model scores tokens instead of predicting them.</summary>
    public bool IsTokenClassifier { get; init; }

    /// <summary>Rotary positions.</summary>
    public required RotarySettings Rotary { get; init; }
}
