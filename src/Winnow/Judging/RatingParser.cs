using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Winnow.Judging;

/// <summary>What became of a judgement that should hold a rating.</summary>
public enum RatingStatus
{
    /// <summary>There is one.</summary>
    Ok,

    /// <summary>The place where it should stand is not there.</summary>
    Missing,

    /// <summary>What stands there is no number.</summary>
    Invalid,

    /// <summary>The number is outside the scale.</summary>
    OutOfRange,
}

/// <summary>A rating, or none with a reason; no rating is never a low one.</summary>
/// <param name="Value">The rating; null where there is none.</param>
/// <param name="Status">Why there is none.</param>
public readonly record struct Rating(double? Value, RatingStatus Status)
{
    internal static Rating None(RatingStatus why) => new(null, why);

    internal static Rating Of(double value) => new(value, RatingStatus.Ok);
}

/// <summary>Reads the ratings that judging models write, in the formats of the published judges. Pure functions of the text, in time linear in it.</summary>
public static class RatingParser
{
    private const string Marker = "Rating: [[";

    private static readonly SearchValues<char> LiteralCharacters = SearchValues.Create("0123456789.");
    private static readonly Regex PlainNumber = LinearPattern.Of(@"\A[0-9]+(\.[0-9]+)?\z");
    private static readonly Regex DoubleBracket = LinearPattern.Of(@"\[\[(?<rating>\d+\.?\d*)\]\]");
    private static readonly Regex SingleBracket = LinearPattern.Of(@"\[(?<rating>\d+\.?\d*)\]");
    private static readonly Regex Fence = LinearPattern.Of(@"```(json)?\s*(?<json>\{[^`]*)```");
    private static readonly Regex FlatObject = LinearPattern.Of(@"\{[^{}]*\}");
    private static readonly Regex NamedScore = LinearPattern.Of("\"score\"\\s*:\\s*(?<score>-?[0-9.]+)");

    /// <summary>The last <c>Rating: [[n]]</c>: digits with an optional decimal part, within a scale.</summary>
    /// <param name="text">The judgement.</param>
    /// <param name="low">Lowest rating.</param>
    /// <param name="high">Highest rating.</param>
    /// <remarks>The format of Auto-J (Li et al., 2024). Differs from its parser: what is no rating is none, where the published one gives 0.</remarks>
    public static Rating Marked(string text, double low = 1, double high = 10)
    {
        ArgumentNullException.ThrowIfNull(text);
        int start = text.LastIndexOf(Marker, StringComparison.Ordinal);
        if (start < 0)
        {
            return Rating.None(RatingStatus.Missing);
        }
        string rest = text[(start + Marker.Length)..];
        int end = rest.IndexOf("]]", StringComparison.Ordinal);
        if (end < 0 || !PlainNumber.IsMatch(rest[..end].Trim()))
        {
            return Rating.None(RatingStatus.Invalid);
        }
        double value = double.Parse(rest[..end].Trim(), CultureInfo.InvariantCulture);
        return value >= low && value <= high ? Rating.Of(value) : Rating.None(RatingStatus.OutOfRange);
    }

    /// <summary>The first <c>[[n]]</c>, else the first <c>[n]</c>; the scale is not checked.</summary>
    /// <param name="text">The judgement.</param>
    /// <remarks>The format of MT-Bench (Zheng et al., 2023). A number that no programming language would read, such as 07, is invalid.</remarks>
    public static Rating InBrackets(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Match match = DoubleBracket.Match(text);
        match = match.Success ? match : SingleBracket.Match(text);
        return !match.Success ? Rating.None(RatingStatus.Missing)
            : Literal(match.Groups["rating"].ValueSpan) is { } value ? Rating.Of(value)
            : Rating.None(RatingStatus.Invalid);
    }

    /// <summary>The field <c>score</c>: of the whole text as JSON, else of a fenced block, else of the first flat object, else what follows its name.</summary>
    /// <param name="text">The judgement.</param>
    /// <returns>The number, on whatever scale; null where there is none. A text that is a number and a truth value count as numbers.</returns>
    public static double? JsonScore(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (ScoreOf(text) is { } whole)
        {
            return whole;
        }
        if (Fence.Match(text) is { Success: true } fenced && ScoreOf(fenced.Groups["json"].Value) is { } inFence)
        {
            return inFence;
        }
        if (FlatObject.Match(text) is { Success: true } flat && ScoreOf(flat.Value) is { } inObject)
        {
            return inObject;
        }
        return NamedScore.Match(text) is { Success: true } named
            && double.TryParse(named.Groups["score"].ValueSpan, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out double value) ? value : null;
    }

    /// <summary>One whole number from 1 to 10 for each answer, in the last bracketed list that holds no brackets.</summary>
    /// <param name="text">The judgement.</param>
    /// <param name="answers">How many answers were shown; at least 1.</param>
    /// <returns>Shape [answers]; null where that list is anything else.</returns>
    /// <remarks>The format of pointwise generative reward models (Liu et al., 2025): <c>[7, 3]</c> at the end of the critique.</remarks>
    public static IReadOnlyList<int>? List(string text, int answers)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(answers, 1);
        for (int close = text.LastIndexOf(']'); close >= 0; close = close == 0 ? -1 : text.LastIndexOf(']', close - 1))
        {
            int open = close == 0 ? -1 : text.LastIndexOfAny(['[', ']'], close - 1);
            if (open < 0 || text[open] == ']')
            {
                continue;
            }
            string[] parts = text[(open + 1)..close].Split(',', StringSplitOptions.TrimEntries);
            return parts.Length == answers && parts.All(IsScore) ? [.. parts.Select(part => int.Parse(part, CultureInfo.InvariantCulture))] : null;
        }
        return null;

        static bool IsScore(string part) => part is [>= '1' and <= '9'] or "10" or ['0', >= '1' and <= '9'];
    }

    /// <summary>A number as a programming language would read it: ASCII digits, no leading zeros before a whole number.</summary>
    internal static double? Literal(ReadOnlySpan<char> digits)
    {
        bool isWhole = !digits.Contains('.');
        bool isRead = !digits.ContainsAnyExcept(LiteralCharacters) && !(isWhole && digits.Length > 1 && digits[0] == '0' && digits.ContainsAnyExcept('0'));
        return isRead ? double.Parse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) : null;
    }

    private static double? ScoreOf(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("score", out JsonElement score))
            {
                return null;
            }
            return score.ValueKind switch
            {
                JsonValueKind.Number when double.IsFinite(score.GetDouble()) => score.GetDouble(),
                JsonValueKind.True => 1,
                JsonValueKind.False => 0,
                JsonValueKind.String when double.TryParse(score.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) => value,
                _ => null,
            };
        }
        // A text with half a surrogate pair has no JSON, whether it stands between quotes or not.
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }
}
