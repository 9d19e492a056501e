namespace Winnow.Inference.Tokenizers;

/// <summary>What a model folder says about its tokenizer beside tokenizer.json.</summary>
public sealed record TokenizerSettings
{
    /// <summary>Name of the token that begins a sequence, where there is one.</summary>
    public string? BeginOfSequence { get; init; }

    /// <summary>Name of the token that ends a sequence, where there is one.</summary>
    public string? EndOfSequence { get; init; }

    /// <summary>The chat template (Jinja text), where there is one.</summary>
    public string? ChatTemplate { get; init; }
}
