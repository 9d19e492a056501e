using System.Text.RegularExpressions;

namespace Winnow.Judging;

/// <summary>Reads which of two answers a judging model prefers, in the formats of the published judges. Null is "it does not say".</summary>
public static class PairParser
{
    private const string DecisionMarker = "final decision is ";

    private static readonly Regex DoubleBrackets = LinearPattern.Of(@"\[\[(?<first>\d+\.?\d*),\s?(?<second>\d+\.?\d*)\]\]");
    private static readonly Regex SingleBrackets = LinearPattern.Of(@"\[(?<first>\d+\.?\d*),\s?(?<second>\d+\.?\d*)\]");

    /// <summary>What follows the last <c>final decision is </c>: Response 1, Response 2 or Tie, whatever the capitals.</summary>
    /// <param name="text">The judgement.</param>
    /// <remarks>The format of Auto-J (Li et al., 2024), to the letter: a colon, quotes or a line break after "is" is no decision.</remarks>
    public static PairVerdict? FinalDecision(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string judgement = text.Trim();
        int at = judgement.LastIndexOf(DecisionMarker, StringComparison.Ordinal);
        string decision = at < 0 ? "" : judgement[(at + DecisionMarker.Length)..].Trim();
        return decision.StartsWith("response 1", StringComparison.OrdinalIgnoreCase) ? PairVerdict.First
            : decision.StartsWith("response 2", StringComparison.OrdinalIgnoreCase) ? PairVerdict.Second
            : decision.StartsWith("tie", StringComparison.OrdinalIgnoreCase) ? PairVerdict.Tie
            : null;
    }

    /// <summary><c>[[A]]</c>, else <c>[[B]]</c>, else <c>[[C]]</c> for a tie, anywhere.</summary>
    /// <param name="text">The judgement.</param>
    /// <remarks>The format of MT-Bench (Zheng et al., 2023). A judgement that quotes all three is read as the first.</remarks>
    public static PairVerdict? InBrackets(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Contains("[[A]]", StringComparison.Ordinal) ? PairVerdict.First
            : text.Contains("[[B]]", StringComparison.Ordinal) ? PairVerdict.Second
            : text.Contains("[[C]]", StringComparison.Ordinal) ? PairVerdict.Tie
            : null;
    }

    /// <summary>Two ratings as <c>[[a,b]]</c>, else as <c>[a,b]</c>: the higher wins.</summary>
    /// <param name="text">The judgement.</param>
    /// <param name="tieMargin">Ratings no further apart are a tie; at least 0.</param>
    /// <remarks>The format of MT-Bench (Zheng et al., 2023).</remarks>
    public static PairVerdict? ByRatings(string text, double tieMargin = 0.1)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfNegative(tieMargin);
        Match match = DoubleBrackets.Match(text);
        match = match.Success ? match : SingleBrackets.Match(text);
        return !match.Success || RatingParser.Literal(match.Groups["first"].ValueSpan) is not { } first || RatingParser.Literal(match.Groups["second"].ValueSpan) is not { } second ? null
            : Math.Abs(first - second) <= tieMargin ? PairVerdict.Tie
            : first > second ? PairVerdict.First : PairVerdict.Second;
    }

    /// <summary>The letter in the first line, where it holds exactly one of <c>A:</c>, <c>B:</c> and <c>C:</c>, the last for a tie.</summary>
    /// <param name="text">The judgement of two critiques.</param>
    /// <param name="exchanged">Whether the critiques were shown in the other order; the verdict is in the labels of the first one.</param>
    /// <remarks>The format by which Auto-J's critiques were compared (Li et al., 2024).</remarks>
    public static PairVerdict? OfCritiques(string text, bool exchanged = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        string line = text.Split('\n')[0];
        PairVerdict[] named = [.. new[] { PairVerdict.First, PairVerdict.Second, PairVerdict.Tie }.Where(verdict => line.Contains("ABC"[(int)verdict] + ":", StringComparison.Ordinal))];
        return named is [var only] ? exchanged ? only.Swapped() : only : null;
    }
}
