namespace Winnow.Budgets;

/// <summary>What a model's tokens cost. Prices are the user's: Winnow brings none along.</summary>
public sealed record TokenPrices
{
    private const decimal Million = 1_000_000m;

    /// <summary>Money for a million prompt tokens, in any one currency; at least 0; default 0.</summary>
    public decimal InputPerMillion { get; init => field = NotNegative(value, nameof(InputPerMillion)); }

    /// <summary>Money for a million generated tokens, in the same currency; at least 0; default 0.</summary>
    public decimal OutputPerMillion { get; init => field = NotNegative(value, nameof(OutputPerMillion)); }

    /// <summary>Money for one request or many.</summary>
    /// <param name="promptTokens">Tokens sent.</param>
    /// <param name="generatedTokens">Tokens generated.</param>
    public decimal CostOf(long promptTokens, long generatedTokens) =>
        (promptTokens * InputPerMillion + generatedTokens * OutputPerMillion) / Million;

    private static decimal NotNegative(decimal value, string name) => value >= 0
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "A price must be 0 or more, in money for a million tokens.");
}
