namespace Winnow.Metrics.Tokenizers;

/// <summary>The four escaped characters that the tokenizers of machine translation undo.</summary>
internal static class Entities
{
    private static readonly (string Escaped, char Plain)[] All = [("&quot;", '"'), ("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>')];

    /// <summary>Unescapes in place, one entity after the other, so that <c>&amp;amp;lt;</c> ends as &lt;.</summary>
    /// <returns>The new length.</returns>
    public static int Unescape(Span<char> text)
    {
        int length = text.Length;
        if (!text.Contains('&'))
        {
            return length;
        }
        foreach ((string escaped, char plain) in All)
        {
            length = Replace(text[..length], escaped, plain);
        }
        return length;
    }

    /// <summary>Replaces a longer text by a character, or by nothing, in place.</summary>
    /// <returns>The new length.</returns>
    public static int Replace(Span<char> text, ReadOnlySpan<char> old, char? by)
    {
        int written = 0;
        for (int i = 0; i < text.Length;)
        {
            if (text[i] == old[0] && ((ReadOnlySpan<char>)text[i..]).StartsWith(old))
            {
                if (by is { } c)
                {
                    text[written++] = c;
                }
                i += old.Length;
            }
            else
            {
                text[written++] = text[i++];
            }
        }
        return written;
    }
}
