using System.Globalization;
using System.Text;

namespace Winnow.Inference.Tokenizers.PreTokenizers;

/// <summary>Cuts text into runs of one class of characters; characters of some classes stand alone, blanks are left out.</summary>
internal abstract class ClassSplitter : Splitter
{
    /// <summary>Class of blanks, which are left out.</summary>
    protected const int Blank = 0;

    /// <summary>Class of characters that stand alone.</summary>
    protected const int Alone = 1;

    /// <summary>First class whose characters make runs.</summary>
    protected const int Word = 2;

    /// <summary>Class of a character.</summary>
    protected abstract int Class(Rune rune);

    /// <inheritdoc/>
    public sealed override int FirstPiece(ReadOnlySpan<byte> text)
    {
        int first = First(text, out int end);
        while (first != Alone && end < text.Length && First(text[end..], out int length) == first)
        {
            end += length;
        }
        return end;
    }

    /// <inheritdoc/>
    public sealed override bool IsDropped(ReadOnlySpan<byte> piece) => First(piece, out _) == Blank;

    private int First(ReadOnlySpan<byte> text, out int length)
    {
        _ = Rune.DecodeFromUtf8(text, out Rune rune, out length);
        return Class(rune);
    }
}

/// <summary>BERT's words: what stands between blanks, with every mark of punctuation alone.</summary>
internal sealed class BertSplitter : ClassSplitter
{
    /// <inheritdoc/>
    protected override int Class(Rune rune) =>
        Rune.IsWhiteSpace(rune) ? Blank : Punctuation.Contains(rune) ? Alone : Word;
}

/// <summary>The words of <c>\w+|[^\w\s]+</c>.</summary>
internal sealed class WhitespaceSplitter : ClassSplitter
{
    /// <inheritdoc/>
    protected override int Class(Rune rune) =>
        WordCharacters.Contains(rune) ? Word : Rune.IsWhiteSpace(rune) ? Blank : Word + 1;
}

/// <summary>What stands between blanks.</summary>
internal sealed class BlankSplitter : ClassSplitter
{
    /// <inheritdoc/>
    protected override int Class(Rune rune) => Rune.IsWhiteSpace(rune) ? Blank : Word;
}

/// <summary>Marks of punctuation, each alone.</summary>
internal sealed class PunctuationSplitter : ClassSplitter
{
    /// <inheritdoc/>
    protected override int Class(Rune rune) => Punctuation.Contains(rune) ? Alone : Word;
}

/// <summary>Punctuation as BERT counts it: what Unicode calls so, and every ASCII character that is neither letter nor digit nor blank.</summary>
internal static class Punctuation
{
    public static bool Contains(Rune rune) => rune.IsAscii
        ? rune.Value > ' ' && rune.Value < 0x7F && !Rune.IsLetterOrDigit(rune)
        : Rune.GetUnicodeCategory(rune) is >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation;
}
