namespace Winnow.Inference.Tokenizers;

/// <summary>A step of a tokenizer before its model: it rewrites text or cuts it into pieces.</summary>
internal abstract class TextStep;

/// <summary>Writes a text anew: a normaliser, or a pre-tokenizer that changes characters.</summary>
internal abstract class TextRewriter : TextStep
{
    /// <summary>Writes the text.</summary>
    /// <param name="source">The text.</param>
    /// <param name="target">An empty buffer.</param>
    public abstract void Rewrite(AlignedText source, AlignedTextBuffer target);
}
