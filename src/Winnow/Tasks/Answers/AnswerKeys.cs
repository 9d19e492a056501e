using System.Globalization;

namespace Winnow.Tasks.Answers;

/// <summary>The last line that begins with <c>A:</c>, white space made single. The format of the generated families.</summary>
public sealed class AnswerLineKey : IAnswerKey
{
    /// <inheritdoc/>
    public string? Canonical(string text) =>
        AnswerExtraction.AnswerLine(text) is { Length: > 0 } line ? CanonicalText.SingleSpaced(line) : null;
}

/// <summary>
/// A number: after <c>####</c>, else after "the answer is", else on the answer line, else in a box, else the last of the
/// text. Its canonical form has no thousands separators, currency sign, needless zeros or unit.
/// </summary>
public sealed class NumericAnswerKey : IAnswerKey
{
    /// <inheritdoc/>
    public string? Canonical(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string? marked = AnswerExtraction.Gsm8kStrict(text) ?? AnswerExtraction.Marked(text);
        return CanonicalText.Number(AnswerExtraction.LastNumber(marked ?? text));
    }
}

/// <summary>
/// One of several choices, by its letter in brackets, its letter alone or its text: after "the answer is", else on the
/// answer line, else in a box, else anywhere, if no other choice's letter is there too.
/// </summary>
/// <param name="choices">The choices, in the order of their letters.</param>
/// <param name="isLettered">Whether the canonical form is the letter in brackets; else it is the choice's text.</param>
public sealed class ChoiceAnswerKey(IReadOnlyList<string> choices, bool isLettered) : IAnswerKey
{
    /// <inheritdoc/>
    public string? Canonical(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string? marked = AnswerExtraction.Marked(text);
        int index = marked is not null ? IndexOfMarked(marked) : -1;
        if (marked is null)
        {
            index = IndexOfMarked(AnswerExtraction.WholeText(text));
            int[] mentioned = [.. AnswerExtraction.ChoiceLetters(text).Select(letter => letter[1] - 'A').Where(i => i < choices.Count).Distinct()];
            index = index < 0 && mentioned is [var only] ? only : index;
        }
        return index < 0 ? null : isLettered ? Letter(index) : choices[index];
    }

    /// <summary>The letter of a choice, in brackets.</summary>
    /// <param name="index">Range: 0 … 25.</param>
    public static string Letter(int index) => $"({(char)('A' + index)})";

    private int IndexOfMarked(string answer)
    {
        string plain = CanonicalText.Folded(answer);
        for (int i = 0; i < choices.Count; i++)
        {
            if (plain == CanonicalText.Folded(choices[i]))
            {
                return i;
            }
        }
        if (answer.Trim('(', ')', '.', ' ') is [var letter] && char.IsAsciiLetter(letter) && char.ToUpperInvariant(letter) - 'A' is var alone && alone < choices.Count)
        {
            return alone;
        }
        string? first = AnswerExtraction.ChoiceLetter(answer);
        return first is not null && answer.StartsWith(first, StringComparison.Ordinal) && first[1] - 'A' < choices.Count ? first[1] - 'A' : -1;
    }
}

/// <summary>
/// Free text: after "the answer is", else on the answer line, else in a box, else the whole text where it is one line.
/// Its canonical form has single spaces, small letters and no final full stop.
/// </summary>
public sealed class FreeTextAnswerKey : IAnswerKey
{
    /// <inheritdoc/>
    public string? Canonical(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return AnswerExtraction.MarkedOrLine(text) is { } found ? CanonicalText.Folded(found) : null;
    }
}

/// <summary>Free text as it is written, where capitals and spaces matter: found as by <see cref="FreeTextAnswerKey"/>, only trimmed.</summary>
public sealed class VerbatimAnswerKey : IAnswerKey
{
    /// <inheritdoc/>
    public string? Canonical(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return AnswerExtraction.MarkedOrLine(text)?.Trim();
    }
}

/// <summary>Items in any order, parted by commas: found as by <see cref="FreeTextAnswerKey"/>, folded and sorted, so that equal sets vote together.</summary>
public sealed class SetAnswerKey : IAnswerKey
{
    /// <inheritdoc/>
    public string? Canonical(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return AnswerExtraction.MarkedOrLine(text) is { } found && CanonicalText.Items(found) is [_, ..] items ? string.Join(", ", items) : null;
    }
}

/// <summary>The final answer of a worked mathematical solution (<see cref="MathExtraction"/>), as <see cref="HendrycksNormaliser"/> writes it.</summary>
public sealed class MathAnswerKey : IAnswerKey
{
    /// <inheritdoc/>
    public string? Canonical(string text)
    {
        if (MathExtraction.Find(text)?.Trim().Trim('$').Trim() is not { Length: > 0 } found)
        {
            return null;
        }
        return HendrycksNormaliser.Normalise(found) is { Length: > 0 } normal ? normal : found;
    }
}

/// <summary>Every text is its own answer; nothing but white space is none.</summary>
public sealed class WholeTextAnswerKey : IAnswerKey
{
    /// <inheritdoc/>
    public string? Canonical(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Trim() is { Length: > 0 } trimmed ? trimmed : null;
    }
}

/// <summary>Forms in which equal answers are equal strings.</summary>
internal static class CanonicalText
{
    public static string SingleSpaced(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Single spaces, small letters, no final full stop.</summary>
    public static string Folded(string text)
    {
        string spaced = SingleSpaced(text).ToLowerInvariant();
        return spaced.EndsWith('.') ? spaced[..^1].TrimEnd() : spaced;
    }

    /// <summary>The items of a list parted by commas, folded and in ordinal order.</summary>
    public static string[] Items(string text) =>
        [.. text.Trim('{', '}', '[', ']', ' ').Split(',').Select(Folded).Where(item => item.Length > 0).Order(StringComparer.Ordinal)];

    /// <summary>A written number without separators, signs of currency and needless zeros; null where it is none or has more than 28 digits.</summary>
    public static string? Number(string? text) =>
        text is not null && decimal.TryParse(AnswerExtraction.NormaliseGsm8k(text), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out decimal value)
            ? value.ToString("0.############################", CultureInfo.InvariantCulture)
            : null;
}
