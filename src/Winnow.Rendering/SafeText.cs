using System.Net;
using System.Text;

namespace Winnow.Rendering;

/// <summary>Text from models and files made harmless before it enters HTML, XML or a terminal.</summary>
/// <remarks>What a model wrote is never trusted: mark-up is encoded, and characters that control a terminal or the direction
/// of text, or that XML forbids, become visible replacement characters.</remarks>
public static class SafeText
{
    private const char Replacement = '\uFFFD';

    /// <summary>Encoded for HTML and XML, in elements and in quoted attributes.</summary>
    /// <param name="text">Any text.</param>
    public static string Encode(string text) => WebUtility.HtmlEncode(Plain(text));

    /// <summary>Encoded, and cut to a length with a word on how much is missing.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="atMost">Longest text before encoding. Unit: UTF-16 units; at least 1.</param>
    public static string Encode(string text, int atMost) => Encode(Cut(text, atMost));

    /// <summary>Without control characters other than line ends and tabs.</summary>
    /// <param name="text">Any text.</param>
    public static string Plain(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int first = 0;
        while (first < text.Length && IsHarmless(text, first))
        {
            first++;
        }
        if (first == text.Length)
        {
            return text;
        }
        StringBuilder safe = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            safe.Append(IsHarmless(text, i) ? text[i] : Replacement);
        }
        return safe.ToString();
    }

    /// <summary>On one line: line ends become a sign.</summary>
    /// <param name="text">Any text.</param>
    public static string OneLine(string text) => Plain(text).Trim().ReplaceLineEndings(" ⏎ ");

    /// <summary>Cut to a length, never within a surrogate pair, with a word on how much is missing.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="atMost">Longest text. Unit: UTF-16 units; at least 1.</param>
    public static string Cut(string text, int atMost)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(atMost, 1);
        if (text.Length <= atMost)
        {
            return text;
        }
        int length = char.IsHighSurrogate(text[atMost - 1]) ? atMost - 1 : atMost;
        return $"{text[..length]} … ({Figures.Count(text.Length - length)} characters more)";
    }

    private static bool IsHarmless(string text, int i)
    {
        char c = text[i];
        if (char.IsHighSurrogate(c))
        {
            return i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
        }
        if (char.IsLowSurrogate(c))
        {
            return i > 0 && char.IsHighSurrogate(text[i - 1]);
        }
        return c switch
        {
            '\n' or '\t' or '\r' => true,
            < ' ' or (>= '\u007F' and <= '\u009F') => false,
            (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\u200E' or '\u200F' => false,
            '\uFFFE' or '\uFFFF' => false,
            _ => true,
        };
    }
}
