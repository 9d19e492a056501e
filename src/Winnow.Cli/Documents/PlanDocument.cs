namespace Winnow.Cli.Documents;

/// <summary>What <c>winnow compare --dry-run --json</c> writes: what would run, and the most it could use.</summary>
internal sealed record PlanDocument
{
    public string Schema { get; init; } = "winnow.compare-plan/1";

    public required string Task { get; init; }

    public required string Model { get; init; }

    public string? Scorer { get; init; }

    /// <summary>The model that would judge answers; null where none is asked.</summary>
    public string? Judge { get; init; }

    public required ulong Seed { get; init; }

    public required IReadOnlyList<string> Strategies { get; init; }

    public required IReadOnlyList<Evaluation.LeftOut> LeftOut { get; init; }

    public required IReadOnlyList<long> Budgets { get; init; }

    public required int Problems { get; init; }

    /// <summary>Generated plus scorer tokens that the caps allow in all.</summary>
    public required long MaxTokens { get; init; }

    /// <summary>What an endpoint would be asked for; null where the model runs here.</summary>
    public ForecastDocument? Forecast { get; init; }
}

/// <summary>What is expected to be spent, retries apart.</summary>
internal sealed record ForecastDocument(ForecastRangeDocument Calls, ForecastRangeDocument PromptTokens, ForecastRangeDocument TokensGenerated, ForecastRangeDocument? Cost)
{
    public static ForecastDocument Of(Evaluation.SpendingForecast forecast) => new(
        ForecastRangeDocument.Of(forecast.Calls), ForecastRangeDocument.Of(forecast.PromptTokens), ForecastRangeDocument.Of(forecast.Tokens),
        forecast.Cost is { } cost ? ForecastRangeDocument.Of(cost) : null);
}

/// <summary>From and to.</summary>
internal sealed record ForecastRangeDocument(decimal Low, decimal High)
{
    public static ForecastRangeDocument Of(Evaluation.ForecastRange range) => new(range.Low, range.High);
}
