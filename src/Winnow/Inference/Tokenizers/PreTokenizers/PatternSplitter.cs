namespace Winnow.Inference.Tokenizers.PreTokenizers;

/// <summary>What becomes of the places where a pattern matches.</summary>
internal enum SplitBehavior
{
    /// <summary>A match is a piece.</summary>
    Isolated,

    /// <summary>A match is left out.</summary>
    Removed,

    /// <summary>A match ends the piece before it.</summary>
    MergedWithPrevious,

    /// <summary>A match begins the piece after it.</summary>
    MergedWithNext,

    /// <summary>Matches that follow each other are one piece.</summary>
    Contiguous,
}

/// <summary>Cuts where a pattern matches.</summary>
/// <param name="pattern">The pattern.</param>
/// <param name="behavior">What becomes of matches.</param>
internal sealed class PatternSplitter(TextPattern pattern, SplitBehavior behavior) : Splitter
{
    /// <inheritdoc/>
    public override int FirstPiece(ReadOnlySpan<byte> text)
    {
        int plain = pattern.Find(text, out int length);
        switch (behavior)
        {
            case SplitBehavior.MergedWithPrevious:
                return plain + length;
            case SplitBehavior.MergedWithNext:
                return plain > 0 ? plain : length + pattern.Find(text[length..], out _);
            case SplitBehavior.Contiguous when plain == 0:
                int end = length;
                while (end < text.Length && pattern.Find(text[end..], out int next) == 0)
                {
                    end += next;
                }
                return end;
            default:
                return plain > 0 ? plain : length;
        }
    }

    /// <inheritdoc/>
    public override bool IsDropped(ReadOnlySpan<byte> piece) =>
        behavior == SplitBehavior.Removed && pattern.Find(piece, out int length) == 0 && length == piece.Length;
}
