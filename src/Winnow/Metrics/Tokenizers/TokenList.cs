namespace Winnow.Metrics.Tokenizers;

/// <summary>The tokens of one text, in one growing character buffer that is used again for the next text.</summary>
/// <remarks>Not thread-safe: one list belongs to one loop over texts.</remarks>
public sealed class TokenList
{
    private char[] _characters = new char[256];
    private int[] _ends = new int[64];
    private int _length;

    /// <summary>Number of tokens.</summary>
    public int Count { get; private set; }

    /// <summary>A token; valid until the list is cleared or added to.</summary>
    /// <param name="index">0..<see cref="Count"/> − 1.</param>
    public ReadOnlySpan<char> this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            int start = index == 0 ? 0 : _ends[index - 1];
            return _characters.AsSpan(start, _ends[index] - start);
        }
    }

    /// <summary>Forgets all tokens and keeps the buffers.</summary>
    public void Clear() => (Count, _length) = (0, 0);

    /// <summary>Appends a token.</summary>
    public void Add(ReadOnlySpan<char> token)
    {
        if (_characters.Length - _length < token.Length)
        {
            Array.Resize(ref _characters, Math.Max(_characters.Length * 2, _length + token.Length));
        }
        if (Count == _ends.Length)
        {
            Array.Resize(ref _ends, Count * 2);
        }
        token.CopyTo(_characters.AsSpan(_length));
        _length += token.Length;
        _ends[Count++] = _length;
    }

    /// <summary>Appends the pieces of a text between white space.</summary>
    public void AddWords(ReadOnlySpan<char> text)
    {
        int i = 0;
        while (true)
        {
            while (i < text.Length && IsSpace(text[i]))
            {
                i++;
            }
            if (i == text.Length)
            {
                return;
            }
            int start = i;
            while (i < text.Length && !IsSpace(text[i]))
            {
                i++;
            }
            Add(text[start..i]);
        }
    }

    /// <summary>The tokens as strings.</summary>
    public string[] ToArray()
    {
        var tokens = new string[Count];
        for (int i = 0; i < tokens.Length; i++)
        {
            tokens[i] = this[i].ToString();
        }
        return tokens;
    }

    /// <summary>Whether the reference implementations, written in Python, split here: .NET's white space and the four separators U+001C to U+001F.</summary>
    internal static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001c' and <= '\u001f';
}
