using System.Buffers;
using System.Text;

namespace Winnow.Inference.Tokenizers;

/// <summary>Finds added tokens in text: the leftmost, and of those that start there the longest.</summary>
internal sealed class AddedTokenMatcher
{
    private readonly SearchValues<byte> _firstBytes;
    private readonly (byte[] Bytes, AddedToken Token)[] _tokens;

    public AddedTokenMatcher(IEnumerable<AddedToken> tokens)
    {
        _tokens = [.. tokens
            .Where(t => t.Content.Length > 0)
            .Select(t => (Bytes: Encoding.UTF8.GetBytes(t.Content), Token: t))
            .OrderByDescending(t => t.Bytes.Length)];
        _firstBytes = SearchValues.Create([.. _tokens.Select(t => t.Bytes[0]).Distinct()]);
    }

    /// <summary>The next added token.</summary>
    /// <param name="text">UTF-8 of the whole text.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="to">Where to end.</param>
    /// <param name="start">Where the token starts, with white space it takes.</param>
    /// <param name="end">Where it ends, with white space it takes.</param>
    /// <returns>The token, or null where there is none.</returns>
    public AddedToken? Next(ReadOnlySpan<byte> text, int from, int to, out int start, out int end)
    {
        for (int at = from; at < to; at++)
        {
            int skipped = text[at..to].IndexOfAny(_firstBytes);
            if (skipped < 0)
            {
                break;
            }
            at += skipped;
            foreach ((byte[] bytes, AddedToken token) in _tokens)
            {
                if (text[at..to].StartsWith(bytes) && (!token.IsSingleWord || IsAlone(text[from..to], at - from, bytes.Length)))
                {
                    start = token.StripsLeft ? from + TrimmedEnd(text[from..at]) : at;
                    end = at + bytes.Length;
                    end += token.StripsRight ? RuneKinds.Run(text[end..to], RuneKind.Space) : 0;
                    return token;
                }
            }
        }
        start = end = to;
        return null;
    }

    private static int TrimmedEnd(ReadOnlySpan<byte> text)
    {
        while (Rune.DecodeLastFromUtf8(text, out Rune rune, out int length) == OperationStatus.Done && Rune.IsWhiteSpace(rune))
        {
            text = text[..^length];
        }
        return text.Length;
    }

    private static bool IsAlone(ReadOnlySpan<byte> text, int start, int length)
    {
        bool left = Rune.DecodeLastFromUtf8(text[..start], out Rune before, out _) != OperationStatus.Done || !IsWord(before);
        bool right = Rune.DecodeFromUtf8(text[(start + length)..], out Rune after, out _) != OperationStatus.Done || !IsWord(after);
        return left && right;
    }

    private static bool IsWord(Rune rune) => Rune.IsLetterOrDigit(rune) || rune.Value == '_';
}
