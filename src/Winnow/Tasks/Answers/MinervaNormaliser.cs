using System.Text;

namespace Winnow.Tasks.Answers;

/// <summary>The normaliser of quantitative answers that Minerva was graded with: units, articles and LaTeX wrappers go, shorthand is written out.</summary>
/// <remarks>
/// Source: Lewkowycz et al. (2022), "Solving Quantitative Reasoning Problems with Language Models", appendix D.
/// Differs from the paper: a word is not cut out of another (<c>ft</c> out of <c>\left</c>); commas are taken for thousands separators only where they part groups of three digits, and a
/// root keeps its degree (<c>\sqrt[3]8</c> becomes <c>\sqrt[3]{8}</c>), as in today's evaluation harness.
/// </remarks>
public static class MinervaNormaliser
{
    private static readonly (string From, string To)[] Replacements =
    [
        ("an ", ""), ("a ", ""), (".$", "$"), ("\\$", ""), ("\\ ", ""), (" ", ""), ("mbox", "text"),
        (",\\text{and}", ","), ("\\text{and}", ","), ("\\text{m}", "\\text{}"),
    ];

    private static readonly string[] Removed =
    [
        "square", "ways", "integers", "dollars", "mph", "inches", "ft", "hours", "km", "units", "\\ldots", "sue", "points", "feet",
        "minutes", "digits", "cents", "degrees", "cm", "gm", "pounds", "meters", "meals", "edges", "students", "childrentickets",
        "multiples", "\\text{s}", "\\text{.}", "\\text{\ns}", "\\text{}^2", "\\text{}^3", "\\text{\n}", "\\text{}", "\\mathrm{th}",
        "^\\circ", "^{\\circ}", "\\;", ",\\!", "{,}", "\"", "\\dots",
    ];

    /// <summary>The normalised text.</summary>
    /// <param name="answer">An answer, for example what stands in its box.</param>
    public static string Normalise(string answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        string text = answer[(answer.LastIndexOf('=') + 1)..];
        foreach ((string from, string to) in Replacements)
        {
            text = text.Replace(from, to, StringComparison.Ordinal);
        }
        foreach (string word in Removed)
        {
            text = Without(text, word);
        }
        text = string.Join('\n', text.Split('\n').Select(BetweenDollars));
        text = Unwrapped(text, "\\text{", isGreedy: false);
        text = Unwrapped(text, "\\textbf{", isGreedy: false);
        text = Unwrapped(text, "\\overline{", isGreedy: false);
        text = Unwrapped(text, "\\boxed{", isGreedy: true);
        text = WithBracedRoots(WithBracedFractions(text)).Replace("$", "", StringComparison.Ordinal);
        return IsGrouped(text) ? text.Replace(",", "", StringComparison.Ordinal) : text;
    }

    /// <summary>Takes an expression away, but for words that end a longer one.</summary>
    private static string Without(string text, string expression)
    {
        StringBuilder result = new();
        int from = 0;
        for (int start; (start = text.IndexOf(expression, from, StringComparison.Ordinal)) >= 0;)
        {
            bool isInside = start > 0 && char.IsAsciiLetter(expression[0]) && char.IsAsciiLetter(text[start - 1]);
            result.Append(text, from, start - from).Append(isInside ? expression : "");
            from = start + expression.Length;
        }
        return result.Append(text, from, text.Length - from).ToString();
    }

    private static string BetweenDollars(string line) => line.Split('$', 3) is [_, var inner, _] ? $"${inner}$" : line;

    /// <summary>Takes a wrapper away up to the first closing brace of its line, or the last.</summary>
    private static string Unwrapped(string text, string wrapper, bool isGreedy)
    {
        StringBuilder result = new();
        int from = 0;
        for (int start; (start = text.IndexOf(wrapper, from, StringComparison.Ordinal)) >= 0;)
        {
            int inner = start + wrapper.Length;
            int end = text.IndexOf('\n', inner) is var line and >= 0 ? line : text.Length;
            int close = isGreedy ? text.LastIndexOf('}', end - 1, end - inner) : text.IndexOf('}', inner, end - inner);
            if (close < 0)
            {
                result.Append(text, from, inner - from);
                from = inner;
                continue;
            }
            result.Append(text, from, start - from).Append(text, inner, close - inner);
            from = close + 1;
        }
        return result.Append(text, from, text.Length - from).ToString();
    }

    private static string WithBracedFractions(string text)
    {
        const string fraction = "frac";
        StringBuilder result = new();
        int from = 0;
        for (int start; (start = text.IndexOf(fraction, from, StringComparison.Ordinal)) >= 0;)
        {
            int above = start + fraction.Length;
            result.Append(text, from, above - from);
            from = above;
            if (above + 1 < text.Length && text[above] != '{' && text[above + 1] != '\n')
            {
                result.Append('{').Append(text[above]).Append("}{").Append(text[above + 1]).Append('}');
                from = above + 2;
            }
        }
        return result.Append(text, from, text.Length - from).ToString();
    }

    private static string WithBracedRoots(string text)
    {
        const string root = "sqrt";
        StringBuilder result = new();
        int from = 0;
        for (int start; (start = text.IndexOf(root, from, StringComparison.Ordinal)) >= 0;)
        {
            int under = start + root.Length;
            int degreeEnd = under < text.Length && text[under] == '[' ? text.IndexOf(']', under) : -1;
            under = degreeEnd < 0 ? under : degreeEnd + 1;
            result.Append(text, from, under - from);
            from = under;
            if (under < text.Length && text[under] != '{')
            {
                result.Append('{').Append(text[under]).Append('}');
                from = under + 1;
            }
        }
        return result.Append(text, from, text.Length - from).ToString();
    }

    private static bool IsGrouped(string text) =>
        text.Split(',') is [{ Length: > 0 and <= 3 } first, .. { Length: > 0 } groups]
        && first.All(char.IsAsciiDigit) && groups.All(group => group.Length == 3 && group.All(char.IsAsciiDigit));
}
