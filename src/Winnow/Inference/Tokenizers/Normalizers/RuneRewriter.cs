using System.Text;

namespace Winnow.Inference.Tokenizers.Normalizers;

/// <summary>A normaliser that looks at one character at a time.</summary>
internal abstract class RuneRewriter : TextRewriter
{
    /// <inheritdoc/>
    public sealed override void Rewrite(AlignedText source, AlignedTextBuffer target)
    {
        for (int at = 0; at < source.Length;)
        {
            _ = Rune.DecodeFromUtf8(source.Bytes[at..], out Rune rune, out int length);
            Rewrite(rune, source.Begin(at), source.End(at), target);
            at += length;
        }
    }

    /// <summary>Writes what stands for a character: nothing, itself, or others.</summary>
    protected abstract void Rewrite(Rune rune, int begin, int end, AlignedTextBuffer target);

    /// <summary>Writes a character in lower case; the dotted capital I is the one that takes two.</summary>
    protected static void Lower(Rune rune, int begin, int end, AlignedTextBuffer target)
    {
        if (rune.Value == 0x130)
        {
            target.Append("i\u0307"u8, begin, end);
            return;
        }
        target.Append(Rune.ToLowerInvariant(rune), begin, end);
    }
}

/// <summary>Lower case, character by character.</summary>
internal sealed class Lowercase : RuneRewriter
{
    /// <inheritdoc/>
    protected override void Rewrite(Rune rune, int begin, int end, AlignedTextBuffer target) => Lower(rune, begin, end, target);
}

/// <summary>Leaves out combining marks.</summary>
internal sealed class StripAccents : RuneRewriter
{
    /// <inheritdoc/>
    protected override void Rewrite(Rune rune, int begin, int end, AlignedTextBuffer target)
    {
        bool isMark = Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.NonSpacingMark
            or System.Globalization.UnicodeCategory.SpacingCombiningMark or System.Globalization.UnicodeCategory.EnclosingMark;
        if (!isMark)
        {
            target.Append(rune, begin, end);
        }
    }
}
