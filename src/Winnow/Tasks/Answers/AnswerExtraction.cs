namespace Winnow.Tasks.Answers;

/// <summary>
/// Finds the answer in what a model wrote, by the conventions of the field's data sets. Pure functions of the text;
/// null is "there is none". Nothing else in Winnow looks for answers.
/// </summary>
public static class AnswerExtraction
{
    private const string TheAnswerIs = "the answer is ";
    private const string GsmMark = "#### ";

    /// <summary>What follows <c>A:</c> on the last line that begins with it, trimmed.</summary>
    public static string? AnswerLine(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string? found = null;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith("A:", StringComparison.Ordinal))
            {
                found = line[2..].Trim().ToString();
            }
        }
        return found;
    }

    /// <summary>The first number after <c>####</c> and a space, as it is written.</summary>
    /// <remarks>The strict pattern of GSM8K (Cobbe et al., 2021): <c>#### (-?[0-9.,]+)</c>.</remarks>
    public static string? Gsm8kStrict(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        for (int mark = text.IndexOf(GsmMark, StringComparison.Ordinal); mark >= 0; mark = text.IndexOf(GsmMark, mark + 1, StringComparison.Ordinal))
        {
            int start = mark + GsmMark.Length;
            int digits = start < text.Length && text[start] == '-' ? start + 1 : start;
            int end = digits + RunLength(text, digits, "0123456789.,");
            if (end > digits)
            {
                return text[start..end];
            }
        }
        return null;
    }

    /// <summary>The last number of a text, as it is written.</summary>
    /// <remarks>The last match of <c>(-?[$0-9.,]{2,})|(-?[0-9]+)</c>; a full stop behind the number stays with it.</remarks>
    public static string? LastNumber(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string? found = null;
        for (int i = 0; i < text.Length;)
        {
            int start = text[i] == '-' ? i + 1 : i;
            int run = RunLength(text, start, "$0123456789.,");
            int length = run >= 2 ? run : RunLength(text, start, "0123456789");
            if (length > 0)
            {
                found = text[i..(start + length)];
                i = start + length;
            }
            else
            {
                i++;
            }
        }
        return found;
    }

    /// <summary>A number of GSM8K as it is compared: without commas, dollar signs, what stands before <c>#### </c>, one final full stop, and capitals.</summary>
    public static string NormaliseGsm8k(string answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        int mark = answer.LastIndexOf(GsmMark, StringComparison.Ordinal);
        string text = (mark < 0 ? answer : answer[(mark + GsmMark.Length)..]).Replace(",", "", StringComparison.Ordinal).Replace("$", "", StringComparison.Ordinal);
        return (text.EndsWith('.') ? text[..^1] : text).ToLowerInvariant();
    }

    /// <summary>The rest of the line after the first "the answer is ", without the final full stop; null where the phrase is missing.</summary>
    /// <remarks>The convention of BIG-Bench Hard (Suzgun et al., 2022), case-sensitive. What follows a blank line and <c>Q:</c> is not read.</remarks>
    public static string? AfterTheAnswerIs(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string own = BeforeNextQuestion(text);
        int start = own.IndexOf(TheAnswerIs, StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }
        ReadOnlySpan<char> rest = own.AsSpan(start + TheAnswerIs.Length);
        int end = rest.IndexOf('\n');
        return WithoutFullStop((end < 0 ? rest : rest[..end]).ToString());
    }

    /// <summary>A whole text taken as an answer: before the next question, trimmed, without the final full stop.</summary>
    public static string WholeText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return WithoutFullStop(BeforeNextQuestion(text));
    }

    /// <summary>What stands in the last <c>\boxed</c> or <c>\fbox</c>; null where there is none or its braces do not close.</summary>
    /// <remarks>As in the grader of MATH (Hendrycks et al., 2021): a box without braces takes the text up to the next dollar sign.</remarks>
    public static string? Boxed(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        const string bare = "\\boxed ";
        int start = text.LastIndexOf(bare, StringComparison.Ordinal);
        if (start >= 0)
        {
            string rest = text[(start + bare.Length)..];
            int dollar = rest.IndexOf('$', StringComparison.Ordinal);
            return dollar < 0 ? rest : rest[..dollar];
        }
        start = text.LastIndexOf("\\boxed", StringComparison.Ordinal);
        start = start >= 0 ? start : text.LastIndexOf("\\fbox", StringComparison.Ordinal);
        int open = start < 0 ? -1 : text.IndexOf('{', start);
        int depth = 0;
        for (int i = open; i >= 0 && i < text.Length; i++)
        {
            depth += text[i] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0)
            {
                return text[(open + 1)..i];
            }
        }
        return null;
    }

    /// <summary>The first capital letter in brackets, brackets included, for example <c>(B)</c>.</summary>
    public static string? ChoiceLetter(string text) => ChoiceLetters(text).FirstOrDefault();

    /// <summary>All capital letters in brackets, brackets included, in order.</summary>
    public static IEnumerable<string> ChoiceLetters(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        for (int i = 0; i + 2 < text.Length; i++)
        {
            if (text[i] == '(' && char.IsAsciiLetterUpper(text[i + 1]) && text[i + 2] == ')')
            {
                yield return text.Substring(i, 3);
            }
        }
    }

    /// <summary>What a text marks as its answer: after "the answer is", else on the answer line, else in a box; null where it marks nothing.</summary>
    public static string? Marked(string text) => AfterTheAnswerIs(text) ?? AnswerLine(text) ?? Boxed(text);

    /// <summary>What a text marks as its answer, else the whole text where it is one line; null where neither says anything.</summary>
    public static string? MarkedOrLine(string text)
    {
        string whole = WholeText(text);
        string? found = Marked(text) ?? (whole.Contains('\n', StringComparison.Ordinal) ? null : whole);
        return string.IsNullOrWhiteSpace(found) ? null : found;
    }

    private static string BeforeNextQuestion(string text)
    {
        int next = text.IndexOf("\n\nQ:", StringComparison.Ordinal);
        return next < 0 ? text : text[..next];
    }

    private static string WithoutFullStop(string text)
    {
        text = text.Trim();
        return text.EndsWith('.') ? text[..^1].Trim() : text;
    }

    private static int RunLength(string text, int start, ReadOnlySpan<char> allowed)
    {
        int length = text.AsSpan(start).IndexOfAnyExcept(allowed);
        return length < 0 ? text.Length - start : length;
    }
}
