namespace Winnow.Budgets;

/// <summary>What was used, column by column. Token counts are those of the models' own tokenizers.</summary>
public readonly record struct Usage
{
    /// <summary>Prompt tokens as sent: the whole prefix of every call, whether or not it was cached.</summary>
    public long PromptTokens { get; init; }

    /// <summary>Tokens that really went through the drawing model: shared prefixes counted once.</summary>
    public long ForwardTokens { get; init; }

    /// <summary>Tokens drawn from the model.</summary>
    public long TokensGenerated { get; init; }

    /// <summary>Tokens read by a scorer's own model. A scorer that re-uses the drawing model's numbers costs none.</summary>
    public long ScorerTokens { get; init; }

    /// <summary>Draws started, each an answer or a row of a search, or a request to an endpoint.</summary>
    public long Calls { get; init; }

    /// <summary>Wall time in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>Money, in the currency of the price table.</summary>
    public decimal Cost { get; init; }

    /// <summary>The currency of a budget: generated plus scorer tokens.</summary>
    public long Tokens => TokensGenerated + ScorerTokens;

    /// <summary>Column-wise sum.</summary>
    public static Usage operator +(Usage a, Usage b) => new()
    {
        PromptTokens = a.PromptTokens + b.PromptTokens,
        ForwardTokens = a.ForwardTokens + b.ForwardTokens,
        TokensGenerated = a.TokensGenerated + b.TokensGenerated,
        ScorerTokens = a.ScorerTokens + b.ScorerTokens,
        Calls = a.Calls + b.Calls,
        Seconds = a.Seconds + b.Seconds,
        Cost = a.Cost + b.Cost,
    };

    /// <summary>Column-wise difference.</summary>
    public static Usage operator -(Usage a, Usage b) => new()
    {
        PromptTokens = a.PromptTokens - b.PromptTokens,
        ForwardTokens = a.ForwardTokens - b.ForwardTokens,
        TokensGenerated = a.TokensGenerated - b.TokensGenerated,
        ScorerTokens = a.ScorerTokens - b.ScorerTokens,
        Calls = a.Calls - b.Calls,
        Seconds = a.Seconds - b.Seconds,
        Cost = a.Cost - b.Cost,
    };

    /// <summary>Every column times a count.</summary>
    public static Usage operator *(Usage usage, long count) => new()
    {
        PromptTokens = usage.PromptTokens * count,
        ForwardTokens = usage.ForwardTokens * count,
        TokensGenerated = usage.TokensGenerated * count,
        ScorerTokens = usage.ScorerTokens * count,
        Calls = usage.Calls * count,
        Seconds = usage.Seconds * count,
        Cost = usage.Cost * count,
    };

    /// <summary>One of equal parts; all of them together are the whole.</summary>
    /// <param name="index">Which, from 0.</param>
    /// <param name="count">How many parts there are.</param>
    internal Usage Part(int index, int count) => new()
    {
        PromptTokens = Part(PromptTokens, index, count),
        ForwardTokens = Part(ForwardTokens, index, count),
        TokensGenerated = Part(TokensGenerated, index, count),
        ScorerTokens = Part(ScorerTokens, index, count),
        Calls = Part(Calls, index, count),
        Seconds = Seconds / count,
        Cost = Cost == 0 ? 0 : Cost * (index + 1) / count - Cost * index / count,
    };

    /// <summary>One of parts of a whole number that differ by at most 1.</summary>
    internal static long Part(long whole, int index, int count) => whole * (index + 1) / count - whole * index / count;

    /// <summary>Every column times a count, for languages without operators.</summary>
    public static Usage Multiply(Usage left, long right) => left * right;

    /// <summary>Refuses a usage with a column below 0 or a time that is not a number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is negative or not a number.</exception>
    internal void ThrowIfNegative(string paramName)
    {
        if (PromptTokens < 0 || ForwardTokens < 0 || TokensGenerated < 0 || ScorerTokens < 0 || Calls < 0 || Cost < 0 || !(Seconds >= 0))
        {
            throw new ArgumentOutOfRangeException(paramName, this, "Every column of a usage must be 0 or more.");
        }
    }

    /// <summary>Column-wise sum, for languages without operators.</summary>
    public static Usage Add(Usage left, Usage right) => left + right;

    /// <summary>Column-wise difference, for languages without operators.</summary>
    public static Usage Subtract(Usage left, Usage right) => left - right;
}
