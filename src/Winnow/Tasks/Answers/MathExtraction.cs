using System.Globalization;
using System.Text;

namespace Winnow.Tasks.Answers;

/// <summary>Finds the answer of a worked mathematical solution and brings it into a form for comparing.</summary>
public static class MathExtraction
{
    private const string MinervaBegin = "Final Answer: The final answer is";
    private const string MinervaEnd = " I hope it is correct.";

    // What a number may be counted in; a unit is taken away where it follows a number and ends the answer.
    private static readonly HashSet<string> Units = new(StringComparer.OrdinalIgnoreCase)
    {
        "m", "mm", "cm", "dm", "km", "g", "kg", "mg", "lb", "oz", "t", "l", "ml", "s", "sec", "min", "h", "hr", "am", "pm", "mph", "kmh", "kmph",
        "meter", "metre", "kilometer", "kilometre", "centimeter", "centimetre", "millimeter", "millimetre", "inch", "foot", "feet", "ft", "yard", "mile",
        "gram", "kilogram", "pound", "ounce", "ton", "liter", "litre", "gallon", "acre", "hectare", "second", "minute", "hour", "day", "week", "month",
        "year", "degree", "deg", "percent", "dollar", "cent", "euro", "rupee", "unit", "square", "cubic", "sq", "cu", "per", "way", "time", "point",
        "coin", "apple", "man", "men", "woman", "women", "people", "student", "child", "children", "east", "west", "north", "south",
    };

    /// <summary>
    /// The final answer of a solution: between <c>final answer is $</c> and <c>$. I hope</c>, else in the last box, else after the
    /// last "he answer is", else after the last "final answer is", else the last number; then <see cref="Normalise"/>d.
    /// </summary>
    /// <param name="text">What a model wrote.</param>
    /// <returns>The answer; null where none is found.</returns>
    /// <remarks>
    /// The order of the graders of the open mathematics models (Yang et al., 2024). Differs from theirs: a unit goes only where it
    /// follows a number, so that a letter which is an answer stays.
    /// </remarks>
    public static string? FinalAnswer(string text) => Find(text) is { } found && Normalise(found) is { Length: > 0 } answer ? answer : null;

    /// <summary>The final answer as it is written, before any normalisation; null where none is found.</summary>
    public static string? Find(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string? found = Between(text, "final answer is $", "$. I hope") ?? AfterBox(text) ?? AfterLast(text, "he answer is") ?? AfterLast(text, "final answer is") ?? LastNumber(text);
        if (found is null)
        {
            return null;
        }
        found = string.Concat(found.Split('\n').Select((line, i) => i == 0 ? line : line.TrimStart()));
        found = found.StartsWith(':') ? found[1..] : found;
        found = found.EndsWith('.') ? found[..^1] : found;
        return found.EndsWith('/') ? found[..^1] : found;
    }

    /// <summary>What stands between <c>Final Answer: The final answer is</c> and <c>. I hope it is correct.</c>, on one line; null where the first such frame is not whole.</summary>
    /// <remarks>The frame of Lewkowycz et al. (2022). A text that ends in the frame's first half has no answer.</remarks>
    public static string? Minerva(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        for (int start = text.IndexOf(MinervaBegin, StringComparison.Ordinal); start >= 0; start = text.IndexOf(MinervaBegin, start + 1, StringComparison.Ordinal))
        {
            int from = start + MinervaBegin.Length;
            string line = text[from..(text.IndexOf('\n', from) is var end and >= 0 ? end : text.Length)];
            // One character, a full stop as a rule, stands before the closing words.
            int close = line.Length < 2 ? -1 : line.IndexOf(MinervaEnd, 1, StringComparison.Ordinal);
            if (close > 0)
            {
                return line[..(close - 1)].Trim();
            }
        }
        return null;
    }

    /// <summary>One way of writing an answer: without LaTeX wrappers, units, signs of currency and percent, with braces where shorthand leaves them out.</summary>
    public static string Normalise(string answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        StringBuilder wiped = new(answer.Trim().Replace("\n", "", StringComparison.Ordinal).TrimEnd('.'));
        wiped.Replace("\\!", "").Replace("bmatrix", "pmatrix").Replace("tfrac", "frac").Replace("dfrac", "frac");
        wiped.Replace("\\neq", "\\ne").Replace("\\leq", "\\le").Replace("\\geq", "\\ge").Replace("\\left", "").Replace("\\right", "");
        wiped.Replace("\\{", "{").Replace("\\}", "}");
        string text = WithoutUnit(WithoutTrailingText(wiped.ToString()));
        wiped = new StringBuilder(text);
        wiped.Replace("^{\\circ}", "").Replace("^\\circ", "").Replace("\\$", "").Replace("$", "").Replace("\\(", "").Replace("\\)", "");
        text = EnglishNumbers.Parse(wiped.ToString()) is { } number ? number.ToString(CultureInfo.InvariantCulture) : wiped.ToString();
        wiped = new StringBuilder(WithoutTextWrappers(text));
        foreach (string variable in (ReadOnlySpan<string>)["x", "y", "z"])
        {
            wiped.Replace(variable + "=", "").Replace(variable + "\\in", "").Replace(variable + "\\to", "");
        }
        wiped.Replace("\\%", "").Replace("%", "").Replace(" .", " 0.").Replace("{.", "{0.").Replace("infinity", "\\infty").Replace("\\mathbf", "");
        text = WithoutNeedlessDecimals(wiped.ToString());
        if (text.Length == 0)
        {
            return text;
        }
        text = text[0] == '.' ? "0" + text : text;
        text = text.Split('=') is [{ Length: <= 2 }, var right] ? right : text;
        text = WithBracedRoots(text).Replace(" ", "", StringComparison.Ordinal);
        text = HendrycksNormaliser.WithBracedFractions(text) ?? text;
        return HendrycksNormaliser.WithFraction(text) ?? text;
    }

    private static string? Between(string text, string begin, string end)
    {
        int start = text.IndexOf(begin, StringComparison.Ordinal);
        if (start < 0 || !text.Contains(end, StringComparison.Ordinal))
        {
            return null;
        }
        string rest = text[(start + begin.Length)..];
        return (rest.IndexOf(end, StringComparison.Ordinal) is var close and >= 0 ? rest[..close] : rest).Trim();
    }

    /// <summary>What stands in the last box, closed or not; a box without braces reaches to the next dollar sign.</summary>
    private static string? AfterBox(string text)
    {
        const string box = "boxed";
        int start = text.LastIndexOf(box, StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }
        string rest = text[(start + box.Length)..];
        if (!rest.StartsWith('{'))
        {
            return rest.Split('$')[0].Trim();
        }
        int depth = 0;
        for (int i = 0; i < rest.Length; i++)
        {
            depth += rest[i] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0)
            {
                return rest[1..i];
            }
        }
        return rest[1..];
    }

    private static string? AfterLast(string text, string phrase) =>
        text.LastIndexOf(phrase, StringComparison.Ordinal) is var at and >= 0 ? text[(at + phrase.Length)..].Trim() : null;

    private static string? LastNumber(string text)
    {
        string plain = text.Replace(",", "", StringComparison.Ordinal);
        int end = plain.Length;
        while (end > 0 && !char.IsAsciiDigit(plain[end - 1]))
        {
            end--;
        }
        if (end == 0)
        {
            return null;
        }
        // Numbers are read from the left, so that of 1.2.3 the last is .3 and of 1.23 the whole.
        string? last = null;
        for (int i = 0; i < end;)
        {
            int digits = i + (plain[i] == '-' ? 1 : 0);
            int whole = digits;
            while (whole < end && char.IsAsciiDigit(plain[whole]))
            {
                whole++;
            }
            int part = whole < end && plain[whole] == '.' ? whole + 1 : whole;
            while (part > whole && part < end && char.IsAsciiDigit(plain[part]))
            {
                part++;
            }
            int stop = part > whole + 1 ? part : whole;
            if (stop > digits)
            {
                last = plain[i..stop];
                i = stop;
            }
            else
            {
                i++;
            }
        }
        return last;
    }

    private static string WithoutTrailingText(string text)
    {
        int start = text.EndsWith('}') ? text.IndexOf("\\text{", StringComparison.Ordinal) : -1;
        string left = start < 0 ? text : text[..start].Trim();
        return left.Length > 0 ? left : text;
    }

    /// <summary>Takes unit words away that follow a number and end the text.</summary>
    private static string WithoutUnit(string text)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int kept = words.Length;
        while (kept > 1 && IsUnit(words[kept - 1]))
        {
            kept--;
        }
        return kept < words.Length && (char.IsAsciiDigit(words[kept - 1][^1]) || words[kept - 1][^1] == '}') ? string.Join(' ', words[..kept]) : text;
    }

    private static bool IsUnit(string word) => Units.Contains(word) || (word.EndsWith('s') && Units.Contains(word[..^1]));

    private static string WithoutTextWrappers(string text)
    {
        const string wrapper = "\\text{";
        for (int start; (start = text.IndexOf(wrapper, StringComparison.Ordinal)) >= 0 && text.IndexOf('}', start) is var close and >= 0;)
        {
            text = text[..start] + text[(start + wrapper.Length)..close] + text[(close + 1)..];
        }
        return text;
    }

    /// <summary><c>12.0</c> and <c>12.</c> become <c>12</c>; <c>12.05</c> stays.</summary>
    private static string WithoutNeedlessDecimals(string text)
    {
        StringBuilder result = new();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '.' && i > 0 && char.IsAsciiDigit(text[i - 1]))
            {
                int zeros = i + 1;
                while (zeros < text.Length && text[zeros] == '0')
                {
                    zeros++;
                }
                if (zeros == text.Length || !char.IsAsciiDigit(text[zeros]))
                {
                    i = zeros - 1;
                    continue;
                }
            }
            result.Append(text[i]);
        }
        return result.ToString();
    }

    /// <summary><c>\sqrt3</c> becomes <c>\sqrt{3}</c>, <c>\sqrt12</c> becomes <c>\sqrt{12}</c>.</summary>
    private static string WithBracedRoots(string text)
    {
        const string root = "\\sqrt";
        StringBuilder result = new();
        int from = 0;
        for (int start; (start = text.IndexOf(root, from, StringComparison.Ordinal)) >= 0;)
        {
            int under = start + root.Length;
            int end = under;
            while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] == '_'))
            {
                end++;
            }
            result.Append(text, from, under - from);
            if (end > under)
            {
                result.Append('{').Append(text, under, end - under).Append('}');
            }
            from = end;
        }
        return result.Append(text, from, text.Length - from).ToString();
    }
}
