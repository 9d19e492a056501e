using System.Globalization;

namespace Winnow.Metrics.Corpora;

/// <summary>What makes scores of some texts misleading, in words for their reader.</summary>
public static class MetricWarnings
{
    private const int TokenizedLines = 100;

    /// <summary>Texts that look tokenized already; null where they do not.</summary>
    /// <remarks>sacrebleu's rule: more than 100 lines end in a full stop that stands alone.</remarks>
    public static string? AlreadyTokenized(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        int count = texts.Count(text => text.AsSpan().TrimEnd().EndsWith(" .", StringComparison.Ordinal));
        return count > TokenizedLines
            ? string.Create(CultureInfo.InvariantCulture, $"{count} texts end in a full stop that stands alone: they seem tokenized already, and a tokenizer would split them again. Use the tokenizer \"none\", or give the plain texts.")
            : null;
    }

    /// <summary>Texts that ROUGE drops letters of; null where it drops none.</summary>
    public static string? DroppedByRouge(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        int count = texts.Count(text => text.Any(c => c > '\u007F' && char.IsLetter(c)));
        return count > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{count} texts have letters outside a-z, which ROUGE drops without a word. Do not use it for them; chrF keeps them.")
            : null;
    }
}
