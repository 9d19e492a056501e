namespace Winnow.Inference.Tokenizers.Models;

/// <summary>What makes tokens of a piece of text: byte pairs, a unigram model, or word pieces. Immutable and thread-safe.</summary>
internal abstract class PieceModel
{
    /// <summary>Whether a token shows the text it covers and not its own name: so unknown text can be read.</summary>
    public virtual bool ShowsText => false;

    /// <summary>Tokens of a piece, which together cover all its bytes but those that the model drops.</summary>
    /// <param name="piece">Well-formed UTF-8, not empty.</param>
    /// <param name="work">Working memory; its tokens are appended to.</param>
    public abstract void Encode(ReadOnlySpan<byte> piece, PieceWork work);
}
