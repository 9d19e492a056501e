using System.Globalization;
using Winnow.Budgets;

namespace Winnow.Runs;

/// <summary>Columns of whatever says what was used.</summary>
internal abstract class UsageRow
{
    public long PromptTokens { get; set; }

    public long ForwardTokens { get; set; }

    public long TokensGenerated { get; set; }

    public long ScorerTokens { get; set; }

    public long Calls { get; set; }

    public double UsageSeconds { get; set; }

    /// <summary>Money as text, since not every database keeps decimal numbers digit by digit; null where nothing was paid.</summary>
    public string? Cost { get; set; }

    /// <summary>The columns together; no column of its own.</summary>
    public Usage Used
    {
        get => new()
        {
            PromptTokens = PromptTokens,
            ForwardTokens = ForwardTokens,
            TokensGenerated = TokensGenerated,
            ScorerTokens = ScorerTokens,
            Calls = Calls,
            Seconds = UsageSeconds,
            Cost = MoneyOf(Cost) ?? 0,
        };
        set => (PromptTokens, ForwardTokens, TokensGenerated, ScorerTokens, Calls, UsageSeconds, Cost) =
            (value.PromptTokens, value.ForwardTokens, value.TokensGenerated, value.ScorerTokens, value.Calls, value.Seconds, value.Cost == 0 ? null : TextOf(value.Cost));
    }

    /// <summary>Money as text.</summary>
    public static string? TextOf(decimal? money) => money?.ToString(CultureInfo.InvariantCulture);

    /// <summary>Money as it was written.</summary>
    public static decimal? MoneyOf(string? text) => text is null ? null : decimal.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture);
}
