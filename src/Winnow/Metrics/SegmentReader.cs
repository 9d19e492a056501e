using System.Buffers;
using Winnow.Metrics.Tokenizers;

namespace Winnow.Metrics;

/// <summary>Reads texts as token ids into buffers of the caller's. Words that were split before are not split again.</summary>
internal sealed class SegmentReader
{
    private readonly TextTokenizer _tokenizer;
    private readonly bool _lowercase;
    private readonly TokenList _tokens = new();
    private readonly TokenIds _ids = new();
    private readonly Dictionary<string, int[]> _words = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> _wordsBySpan;

    /// <summary>Starts with no word known.</summary>
    public SegmentReader(TextTokenizer tokenizer, bool lowercase)
    {
        (_tokenizer, _lowercase) = (tokenizer, lowercase);
        _wordsBySpan = _words.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The ids of a text's tokens.</summary>
    /// <param name="text">The text; white space at its end is dropped.</param>
    /// <param name="buffer">Holds the result; a bigger one takes its place where it is too small.</param>
    public ReadOnlySpan<int> Read(string text, ref int[] buffer)
    {
        ArgumentNullException.ThrowIfNull(text);
        ReadOnlySpan<char> trimmed = text.AsSpan().TrimEnd();
        if (!_lowercase)
        {
            return Split(trimmed, ref buffer);
        }
        char[] lower = ArrayPool<char>.Shared.Rent(trimmed.Length);
        ReadOnlySpan<int> ids = Split(lower.AsSpan(0, trimmed.ToLowerInvariant(lower)), ref buffer);
        ArrayPool<char>.Shared.Return(lower);
        return ids;
    }

    private ReadOnlySpan<int> Split(ReadOnlySpan<char> text, ref int[] buffer)
    {
        int count = 0;
        if (!_tokenizer.IsWordwise(text))
        {
            Append(Tokenize(text), ref buffer, ref count);
            return buffer.AsSpan(0, count);
        }
        for (int i = 0; i < text.Length;)
        {
            while (i < text.Length && TokenList.IsSpace(text[i]))
            {
                i++;
            }
            int start = i;
            while (i < text.Length && !TokenList.IsSpace(text[i]))
            {
                i++;
            }
            ReadOnlySpan<char> word = text[start..i];
            if (!_wordsBySpan.TryGetValue(word, out int[]? ids))
            {
                _words.Add(word.ToString(), ids = Tokenize(word));
            }
            Append(ids, ref buffer, ref count);
        }
        return buffer.AsSpan(0, count);
    }

    private static void Append(int[] ids, ref int[] buffer, ref int count)
    {
        if (buffer.Length < count + ids.Length)
        {
            Array.Resize(ref buffer, Math.Max(64, 2 * (count + ids.Length)));
        }
        ids.CopyTo(buffer, count);
        count += ids.Length;
    }

    private int[] Tokenize(ReadOnlySpan<char> text)
    {
        _tokens.Clear();
        _tokenizer.Tokenize(text, _tokens);
        return _ids.Of(_tokens);
    }
}
