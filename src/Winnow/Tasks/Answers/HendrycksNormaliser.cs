using System.Globalization;
using System.Text;

namespace Winnow.Tasks.Answers;

/// <summary>The text normaliser of MATH's grader. Answers whose normalised texts are equal are equal; all voting on mathematics rests on it.</summary>
/// <remarks>
/// Source: Hendrycks et al. (2021), "Measuring Mathematical Problem Solving With the MATH Dataset", in the reading of the
/// common evaluation harness. It knows no algebra: <c>12.0</c> and <c>12</c> differ. <see cref="MathEquivalence"/> compares values.
/// </remarks>
public static class HendrycksNormaliser
{
    private const string Fraction = "\\frac";
    private const string Root = "\\sqrt";
    private const string Unit = "\\text{ ";

    private static readonly (string From, string To)[] Replacements =
    [
        ("\n", ""), ("\\!", ""), ("\\\\", "\\"), ("tfrac", "frac"), ("dfrac", "frac"), ("\\left", ""), ("\\right", ""),
        ("^{\\circ}", ""), ("^\\circ", ""), ("\\$", ""),
    ];

    /// <summary>The normalised text; null where its rules do not fit (two units, a fraction or root of nothing, a slash between what are no numbers).</summary>
    /// <param name="text">An answer without its box.</param>
    public static string? Normalise(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach ((string from, string to) in Replacements)
        {
            text = text.Replace(from, to, StringComparison.Ordinal);
        }
        string[] units = text.Split(Unit);
        if (units.Length > 2)
        {
            return null;
        }
        text = units[0].Replace("\\%", "", StringComparison.Ordinal).Replace(" .", " 0.", StringComparison.Ordinal).Replace("{.", "{0.", StringComparison.Ordinal);
        if (text.Length == 0)
        {
            return text;
        }
        text = text[0] == '.' ? "0" + text : text;
        text = text.Split('=') is [{ Length: <= 2 }, var right] ? right : text;
        return WithBracedRoots(text) is not { } rooted ? null
            : WithBracedFractions(rooted.Replace(" ", "", StringComparison.Ordinal)) is not { } braced ? null
            : WithFraction(braced == "0.5" ? "\\frac{1}{2}" : braced);
    }

    /// <summary>Whether two answers are equal: by their normalised texts, or as they are written where one has none.</summary>
    public static bool AreEqual(string a, string b) =>
        Normalise(a) is { } left && Normalise(b) is { } right ? left == right : a == b;

    /// <summary><c>\sqrt3</c> becomes <c>\sqrt{3}</c>.</summary>
    private static string? WithBracedRoots(string text)
    {
        string[] parts = text.Split(Root);
        StringBuilder braced = new(parts[0]);
        foreach (string part in parts.AsSpan(1))
        {
            if (part.Length == 0)
            {
                return null;
            }
            int first = CharacterLength(part, 0);
            braced.Append(Root).Append(part[0] == '{' ? part : $"{{{part[..first]}}}{part[first..]}");
        }
        return braced.ToString();
    }

    /// <summary><c>\frac12</c> becomes <c>\frac{1}{2}</c>, <c>\frac1{72}</c> becomes <c>\frac{1}{72}</c>; null where a fraction has nothing after it.</summary>
    internal static string? WithBracedFractions(string text)
    {
        string[] parts = text.Split(Fraction);
        StringBuilder braced = new(parts[0]);
        foreach (string part in parts.AsSpan(1))
        {
            if (part.Length == 0)
            {
                return null;
            }
            braced.Append(Fraction);
            if (part[0] == '{')
            {
                braced.Append(part);
                continue;
            }
            int first = CharacterLength(part, 0);
            if (first == part.Length)
            {
                return text;
            }
            int second = first + CharacterLength(part, first);
            braced.Append('{').Append(part, 0, first).Append('}');
            braced.Append(part[first] == '{' ? part[first..] : $"{{{part[first..second]}}}{part[second..]}");
        }
        return braced.ToString();
    }

    /// <summary>One slash between two whole numbers becomes a fraction; null where it stands between something else.</summary>
    internal static string? WithFraction(string text) => text.Split('/') switch
    {
        [var above, var below] => !IsWhole(above) || !IsWhole(below) ? null
            : IsPlain(above) && IsPlain(below) ? $"\\frac{{{above}}}{{{below}}}" : text,
        _ => text,
    };

    private static bool IsWhole(string text)
    {
        ReadOnlySpan<char> digits = text.AsSpan(text.StartsWith('-') || text.StartsWith('+') ? 1 : 0);
        bool isWhole = digits.Length > 0 && digits[^1] != '_' && digits[0] != '_';
        foreach (char c in digits)
        {
            isWhole &= c == '_' || char.GetUnicodeCategory(c) == UnicodeCategory.DecimalDigitNumber;
        }
        return isWhole && !text.Contains("__", StringComparison.Ordinal);
    }

    /// <summary>As a program would print it: no plus, no leading zeros, ASCII digits.</summary>
    private static bool IsPlain(string whole)
    {
        string digits = whole.StartsWith('-') ? whole[1..] : whole;
        return digits.All(char.IsAsciiDigit) && (digits[0] != '0' || whole == "0");
    }

    private static int CharacterLength(string text, int at) => char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 1;
}
