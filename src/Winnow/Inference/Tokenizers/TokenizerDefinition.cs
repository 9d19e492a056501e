using Winnow.Inference.Tokenizers.Models;

namespace Winnow.Inference.Tokenizers;

/// <summary>What a tokenizer's file says, checked.</summary>
internal sealed record TokenizerDefinition
{
    /// <summary>Token names by id; empty, and not found, where the file leaves an id out.</summary>
    public required ByteStrings Names { get; init; }

    /// <summary>What makes tokens of pieces.</summary>
    public required PieceModel Model { get; init; }

    /// <summary>Tokens that are sought in the text first.</summary>
    public required IReadOnlyList<AddedToken> Added { get; init; }

    /// <summary>What rewrites text before it is cut.</summary>
    public IReadOnlyList<TextRewriter> Normalizers { get; init; } = [];

    /// <summary>What cuts text into pieces, outermost first.</summary>
    public IReadOnlyList<TextStep> PreTokenizers { get; init; } = [];

    /// <summary>What tokens stand for.</summary>
    public required TokenTexts Texts { get; init; }

    /// <summary>How offsets leave out white space at a token's ends; null where they do not.</summary>
    public OffsetTrimming? Trimming { get; init; }

    /// <summary>Special tokens before the text.</summary>
    public int[] Prefix { get; init; } = [];

    /// <summary>Special tokens after the text.</summary>
    public int[] Suffix { get; init; } = [];
}

/// <summary>How offsets leave out the white space at a token's ends.</summary>
/// <param name="KeepsFirstSpace">Whether one space at the very start counts as added by the tokenizer, and so is none of the text's.</param>
internal sealed record OffsetTrimming(bool KeepsFirstSpace)
{
    /// <summary>A token's code points without white space at its ends.</summary>
    /// <param name="span">The token.</param>
    /// <param name="bytes">Bytes that it stands for.</param>
    /// <param name="isFirst">Whether it is the first of the text.</param>
    // The reference does not tell a space it added from one that was there: at the very start it keeps one of them.
    public TokenSpan Apply(TokenSpan span, ReadOnlySpan<byte> bytes, bool isFirst)
    {
        int leading = bytes.IndexOfAnyExcept((byte)' ');
        leading = leading < 0 ? bytes.Length : leading;
        int trailing = bytes.Length - 1 - bytes.LastIndexOfAnyExcept((byte)' ');
        (int begin, int end) = (span.Begin, span.End);
        if (leading > 0)
        {
            bool isAdded = KeepsFirstSpace && (isFirst || begin == 0);
            begin = Math.Min(begin + (isAdded ? leading - 1 : leading), end);
        }
        if (trailing > 0 && end >= trailing)
        {
            end = Math.Max(end - trailing, begin);
        }
        return span with { Begin = begin, End = end };
    }
}
