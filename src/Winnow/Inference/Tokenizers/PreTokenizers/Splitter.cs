namespace Winnow.Inference.Tokenizers.PreTokenizers;

/// <summary>
/// A pre-tokenizer that cuts text into pieces that no merge crosses. Pieces follow each other without gaps, so the
/// one thing to know is where the first one ends, and whether it is left out.
/// </summary>
/// <remarks>Written over code points: .NET's regular expressions see UTF-16 units and would cut some letters in two.</remarks>
internal abstract class Splitter : TextStep
{
    /// <summary>Bytes of the first piece.</summary>
    /// <param name="text">Well-formed UTF-8, not empty; what follows the pieces already cut off.</param>
    public abstract int FirstPiece(ReadOnlySpan<byte> text);

    /// <summary>Whether a piece is left out, as white space often is.</summary>
    public virtual bool IsDropped(ReadOnlySpan<byte> piece) => false;

    /// <summary>The pieces that <c>\s+(?!\S)|\s+</c> cuts off a run of white space: all but the last code point, if something follows.</summary>
    protected static int WhiteSpace(ReadOnlySpan<byte> text)
    {
        int end = 0;
        int last = 0;
        while (end < text.Length && RuneKinds.First(text[end..], out int length) == RuneKind.Space)
        {
            last = end;
            end += length;
        }
        return end == text.Length || last == 0 ? end : last;
    }
}
