namespace Winnow.Budgets;

/// <summary>Caps on what one problem may use. A column without a cap is null.</summary>
public sealed record Budget
{
    /// <summary>No caps at all.</summary>
    public static Budget Unlimited { get; } = new();

    /// <summary>Generated plus scorer tokens. Unit: tokens; at least 0.</summary>
    public long? MaxTokens { get; init => field = NotNegative(value, nameof(MaxTokens)); }

    /// <summary>Draws or requests. Unit: calls; at least 0.</summary>
    public long? MaxCalls { get; init => field = NotNegative(value, nameof(MaxCalls)); }

    /// <summary>Wall time. Unit: seconds; at least 0.</summary>
    public double? MaxSeconds
    {
        get;
        init => field = value is null or >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(MaxSeconds), value, "A cap must be 0 or more; leave it out for none.");
    }

    /// <summary>Money, in the currency of the price table; at least 0.</summary>
    public decimal? MaxCost
    {
        get;
        init => field = value is null or >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(MaxCost), value, "A cap must be 0 or more; leave it out for none.");
    }

    /// <summary>Whether at least one column has a cap.</summary>
    public bool IsCapped => MaxTokens is not null || MaxCalls is not null || MaxSeconds is not null || MaxCost is not null;

    /// <summary>Whether a usage stays within every cap.</summary>
    public bool Covers(in Usage usage) =>
        (MaxTokens is null || usage.Tokens <= MaxTokens)
        && (MaxCalls is null || usage.Calls <= MaxCalls)
        && (MaxSeconds is null || usage.Seconds <= MaxSeconds)
        && (MaxCost is null || usage.Cost <= MaxCost);

    /// <summary>The caps less what was used; never below 0.</summary>
    public Budget Less(in Usage used) => new()
    {
        MaxTokens = MaxTokens is { } tokens ? Math.Max(0, tokens - used.Tokens) : null,
        MaxCalls = MaxCalls is { } calls ? Math.Max(0, calls - used.Calls) : null,
        MaxSeconds = MaxSeconds is { } seconds ? Math.Max(0, seconds - used.Seconds) : null,
        MaxCost = MaxCost is { } cost ? Math.Max(0, cost - used.Cost) : null,
    };

    private static long? NotNegative(long? value, string name) =>
        value is null or >= 0 ? value : throw new ArgumentOutOfRangeException(name, value, "A cap must be 0 or more; leave it out for none.");
}
