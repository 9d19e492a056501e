using System.Buffers;
using System.Text;
using Winnow.Inference.Tokenizers.Models;
using Winnow.Inference.Tokenizers.PreTokenizers;

namespace Winnow.Inference.Tokenizers;

/// <summary>Finds added tokens in text: the leftmost, and of those that start there the longest.</summary>
internal sealed class AddedTokenMatcher : TextStep
{
    private readonly SearchValues<byte> _firstBytes;
    private readonly PrefixTrie _contents;
    private readonly AddedToken[] _tokens;

    /// <param name="tokens">The tokens and the bytes by which they are found.</param>
    public AddedTokenMatcher(IEnumerable<(byte[] Bytes, AddedToken Token)> tokens)
    {
        (byte[] Bytes, AddedToken Token)[] known = [.. tokens.Where(t => t.Bytes.Length > 0)];
        _tokens = [.. known.Select(t => t.Token)];
        _contents = new PrefixTrie(known.Select((t, i) => (t.Bytes, i)));
        _firstBytes = SearchValues.Create([.. known.Select(t => t.Bytes[0]).Distinct()]);
    }

    /// <summary>The next added token.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="start">Where the token starts, with white space it takes; the text's length where there is none.</param>
    /// <param name="end">Where it ends, with white space it takes.</param>
    /// <returns>The token, or null where there is none.</returns>
    public AddedToken? Next(ReadOnlySpan<byte> text, out int start, out int end)
    {
        for (int at = 0; at < text.Length; at++)
        {
            int skipped = text[at..].IndexOfAny(_firstBytes);
            if (skipped < 0)
            {
                break;
            }
            at += skipped;
            int found = _contents.Longest(text[at..], out int length);
            if (found >= 0 && (!_tokens[found].IsSingleWord || IsAlone(text, at, length)))
            {
                AddedToken token = _tokens[found];
                start = token.StripsLeft ? TrimmedEnd(text[..at]) : at;
                end = at + length;
                end += token.StripsRight ? RuneKinds.Run(text[end..], RuneKind.Space) : 0;
                return token;
            }
        }
        start = end = text.Length;
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
        bool left = Rune.DecodeLastFromUtf8(text[..start], out Rune before, out _) != OperationStatus.Done || !WordCharacters.Contains(before);
        bool right = Rune.DecodeFromUtf8(text[(start + length)..], out Rune after, out _) != OperationStatus.Done || !WordCharacters.Contains(after);
        return left && right;
    }
}
