using System.Buffers;
using Winnow.Metrics.Tokenizers;

namespace Winnow.Metrics;

/// <summary>Reads texts as token ids into buffers of the caller's.</summary>
internal sealed class SegmentReader(TextTokenizer tokenizer, bool lowercase)
{
    private readonly TokenList _tokens = new();
    private readonly TokenIds _ids = new();

    /// <summary>The ids of a text's tokens.</summary>
    /// <param name="text">The text; white space at its end is dropped.</param>
    /// <param name="buffer">Holds the result; a bigger one takes its place where it is too small.</param>
    public ReadOnlySpan<int> Read(string text, ref int[] buffer)
    {
        Tokenize(text);
        if (buffer.Length < _tokens.Count)
            buffer = new int[Math.Max(64, 2 * _tokens.Count)];
        for (int i = 0; i < _tokens.Count; i++)
            buffer[i] = _ids.Of(_tokens[i]);
        return buffer.AsSpan(0, _tokens.Count);
    }

    private void Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _tokens.Clear();
        ReadOnlySpan<char> trimmed = text.AsSpan().TrimEnd();
        if (!lowercase)
        {
            tokenizer.Tokenize(trimmed, _tokens);
            return;
        }
        char[] lower = ArrayPool<char>.Shared.Rent(trimmed.Length);
        int length = trimmed.ToLowerInvariant(lower);
        tokenizer.Tokenize(lower.AsSpan(0, length), _tokens);
        ArrayPool<char>.Shared.Return(lower);
    }
}
