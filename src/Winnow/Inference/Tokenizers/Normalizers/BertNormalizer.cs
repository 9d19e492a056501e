using System.Globalization;
using System.Text;
using Winnow.Inference.Tokenizers.Unicode;

namespace Winnow.Inference.Tokenizers.Normalizers;

/// <summary>BERT's cleaning in one pass: control characters, blanks, ideographs set apart, accents, lower case.</summary>
/// <param name="cleans">Whether control and format characters are left out and white space becomes blanks.</param>
/// <param name="separatesIdeographs">Whether Chinese characters stand alone.</param>
/// <param name="stripsAccents">Whether accents are left out.</param>
/// <param name="lowers">Whether letters become small.</param>
internal sealed class BertNormalizer(bool cleans, bool separatesIdeographs, bool stripsAccents, bool lowers) : RuneRewriter
{
    /// <inheritdoc/>
    protected override void Rewrite(Rune rune, int begin, int end, AlignedTextBuffer target)
    {
        if (rune.Value is >= '!' and <= '~')
        {
            Write(rune, begin, end, target);
            return;
        }
        if (cleans)
        {
            if (IsBlank(rune))
            {
                target.Append(" "u8, begin, end);
                return;
            }
            if (IsControl(rune))
            {
                return;
            }
        }
        if (separatesIdeographs && IsIdeograph(rune.Value))
        {
            target.Append(" "u8, begin, end);
            Write(rune, begin, end, target);
            target.Append(" "u8, begin, end);
            return;
        }
        if (!stripsAccents)
        {
            Write(rune, begin, end, target);
            return;
        }
        Span<int> room = stackalloc int[3];
        ReadOnlySpan<int> codes = rune.IsAscii ? [] : DecompositionTable.Instance.Decompose(rune.Value, isCompatible: false, room);
        if (codes.IsEmpty)
        {
            WriteUnlessAccent(rune, begin, end, target);
        }
        foreach (int code in codes)
        {
            WriteUnlessAccent(new Rune(code), begin, end, target);
        }
    }

    private static bool IsBlank(Rune rune) => rune.Value is '\t' or '\n' or '\r' || Rune.IsWhiteSpace(rune);

    private static bool IsControl(Rune rune) =>
        rune.Value is 0 or 0xFFFD
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse;

    private static bool IsIdeograph(int code) => code is
        (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
        or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);

    private void WriteUnlessAccent(Rune rune, int begin, int end, AlignedTextBuffer target)
    {
        if (rune.IsAscii || Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark)
        {
            Write(rune, begin, end, target);
        }
    }

    private void Write(Rune rune, int begin, int end, AlignedTextBuffer target)
    {
        if (lowers)
        {
            Lower(rune, begin, end, target);
        }
        else
        {
            target.Append(rune, begin, end);
        }
    }
}
