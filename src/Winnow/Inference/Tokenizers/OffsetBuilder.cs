using System.Text;

namespace Winnow.Inference.Tokenizers;

/// <summary>Finds the code points that tokens cover, from the bytes they stand for.</summary>
/// <param name="vocabulary">Gives the bytes of tokens.</param>
/// <param name="text">The text in UTF-8.</param>
/// <param name="addsPrefixSpace">Whether a segment that does not begin with a space was given one.</param>
/// <param name="trims">Whether white space at the ends of a token is left out.</param>
internal sealed class OffsetBuilder(BytePairVocabulary vocabulary, byte[] text, bool addsPrefixSpace, bool trims)
{
    private readonly int[] _codePoints = CodePoints(text);
    private readonly List<TokenOffsets> _offsets = [];

    public List<TokenOffsets> Build() => _offsets;

    public void AddOutside(ReadOnlySpan<int> tokens)
    {
        foreach (int token in tokens)
        {
            _offsets.Add(new TokenOffsets(token, 0, 0));
        }
    }

    public void AddToken(int token, int startByte, int endByte) =>
        _offsets.Add(new TokenOffsets(token, _codePoints[startByte], endByte == startByte ? _codePoints[startByte] : _codePoints[endByte - 1] + 1));

    /// <summary>Adds tokens whose bytes follow each other from a byte of the text.</summary>
    public void AddSegment(int startByte, ReadOnlySpan<int> tokens)
    {
        bool isSpaced = addsPrefixSpace && !tokens.IsEmpty && text[startByte] != (byte)' ';
        int at = isSpaced ? startByte - 1 : startByte;
        foreach (int token in tokens)
        {
            int end = at + vocabulary.WrittenBytes(token).Length;
            AddToken(token, Math.Max(at, startByte), Math.Max(end, startByte));
            if (trims)
            {
                Trim();
            }
            at = end;
        }
    }

    // The reference does not tell a space it added from one that was there: at the very start it keeps one of them.
    private void Trim()
    {
        TokenOffsets last = _offsets[^1];
        string written = Encoding.UTF8.GetString(vocabulary.WrittenBytes(last.Token));
        int leading = written.EnumerateRunes().TakeWhile(IsSpace).Count();
        int trailing = written.EnumerateRunes().Reverse().TakeWhile(IsSpace).Count();
        int begin = last.Begin;
        int end = last.End;
        if (leading > 0)
        {
            bool isFirst = _offsets.Count == 1 || begin == 0;
            begin = Math.Min(begin + (isFirst && addsPrefixSpace ? leading - 1 : leading), end);
        }
        if (trailing > 0 && end >= trailing)
        {
            end = Math.Max(end - trailing, begin);
        }
        _offsets[^1] = last with { Begin = begin, End = end };
    }

    // Only the blank counts among a token's stand-in characters; line ends and tabs are written with others.
    private static bool IsSpace(Rune rune) => rune.Value == ' ';

    private static int[] CodePoints(ReadOnlySpan<byte> text)
    {
        var codePoints = new int[text.Length + 1];
        int next = -1;
        for (int i = 0; i < text.Length; i++)
        {
            bool isContinuation = (text[i] & 0xC0) == 0x80;
            next += isContinuation ? 0 : 1;
            codePoints[i] = next;
        }
        codePoints[text.Length] = next + 1;
        return codePoints;
    }
}
