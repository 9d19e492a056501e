using System.Text;

namespace Winnow.Metrics.Tokenizers;

/// <summary>Says of a code point whether it stands alone.</summary>
internal interface ICodePointRule
{
    static abstract bool Matches(Rune c);
}

/// <summary>Says of two neighbouring code points whether a space comes between them.</summary>
internal interface IPairRule
{
    static abstract bool Matches(Rune first, Rune second);
}

/// <summary>
/// The substitutions that rule-based tokenizers are made of, each one pass over a buffer. Applied one after the other, as
/// in the definitions: a later pass sees the spaces of the earlier ones, and a pair that was split is not looked at again.
/// </summary>
internal ref struct SpacingPass
{
    private Span<char> _text;
    private Span<char> _next;
    private int _length;

    /// <summary>Starts from a text.</summary>
    /// <param name="first">Working space; see <see cref="RoomFor"/>.</param>
    /// <param name="second">As much again.</param>
    /// <param name="length">Characters of <paramref name="first"/> that are filled.</param>
    public SpacingPass(Span<char> first, Span<char> second, int length)
    {
        _text = first;
        _next = second;
        _length = length;
    }

    /// <summary>The text so far.</summary>
    public readonly ReadOnlySpan<char> Text => _text[.._length];

    /// <summary>Characters of working space for a text: a symbol is surrounded once and a stop is split off twice, so that no character becomes more than five.</summary>
    public static int RoomFor(int length) => checked((length + 2) * 5);

    /// <summary>Puts spaces around each code point that the rule names.</summary>
    public void Surround<TRule>()
        where TRule : ICodePointRule
    {
        int written = 0;
        for (int i = 0; i < _length;)
        {
            Rune c = At(i, out int width);
            bool alone = TRule.Matches(c);
            if (alone)
            {
                _next[written++] = ' ';
            }
            Copy(i, width, ref written);
            if (alone)
            {
                _next[written++] = ' ';
            }
            i += width;
        }
        Swap(written);
    }

    /// <summary>Drops each code point that the rule names.</summary>
    public void Remove<TRule>()
        where TRule : ICodePointRule
    {
        int written = 0;
        for (int i = 0; i < _length;)
        {
            Rune c = At(i, out int width);
            if (!TRule.Matches(c))
            {
                Copy(i, width, ref written);
            }
            i += width;
        }
        Swap(written);
    }

    /// <summary>Puts a space before each occurrence of a text.</summary>
    public void OpenBefore(ReadOnlySpan<char> text)
    {
        int written = 0;
        for (int i = 0; i < _length; i++)
        {
            if (_text[i] == text[0] && Text[i..].StartsWith(text))
            {
                _next[written++] = ' ';
            }
            _next[written++] = _text[i];
        }
        Swap(written);
    }

    /// <summary>"ab" becomes "a b " where the rule says so.</summary>
    public void SplitAndCloseAfter<TRule>()
        where TRule : IPairRule => SplitPairs<TRule>(before: false);

    /// <summary>"ab" becomes " a b" where the rule says so.</summary>
    public void SplitAndOpenBefore<TRule>()
        where TRule : IPairRule => SplitPairs<TRule>(before: true);

    private void SplitPairs<TRule>(bool before)
        where TRule : IPairRule
    {
        int written = 0;
        for (int i = 0; i < _length;)
        {
            Rune first = At(i, out int width);
            if (i + width < _length && TRule.Matches(first, At(i + width, out int secondWidth)))
            {
                if (before)
                {
                    _next[written++] = ' ';
                }
                Copy(i, width, ref written);
                _next[written++] = ' ';
                Copy(i + width, secondWidth, ref written);
                if (!before)
                {
                    _next[written++] = ' ';
                }
                i += width + secondWidth;
            }
            else
            {
                Copy(i, width, ref written);
                i += width;
            }
        }
        Swap(written);
    }

    private readonly Rune At(int i, out int width)
    {
        char c = _text[i];
        if (!char.IsSurrogate(c))
        {
            width = 1;
            return new Rune(c);
        }
        Rune.DecodeFromUtf16(_text[i.._length], out Rune rune, out width);
        return rune;
    }

    private readonly void Copy(int from, int width, ref int written)
    {
        _next[written++] = _text[from];
        if (width == 2)
        {
            _next[written++] = _text[from + 1];
        }
    }

    private void Swap(int written)
    {
        Span<char> old = _text;
        _text = _next;
        _next = old;
        _length = written;
    }
}
