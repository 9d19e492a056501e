namespace Winnow.Runs;

/// <summary>A run as a row of the store.</summary>
internal sealed class RunRow
{
    public required string Id { get; set; }

    public required string Identity { get; set; }

    public required string Series { get; set; }

    public required string Command { get; set; }

    public string? Comparison { get; set; }

    /// <summary>Who claimed it last, for messages; the claim itself is a lock that ends with its process.</summary>
    public string? Owner { get; set; }

    /// <summary>Milliseconds since 1970, like every time in the store.</summary>
    public long Begun { get; set; }

    public long Written { get; set; }
}

/// <summary>What a run found on one problem, as a row of the store.</summary>
internal sealed class ResultRow : UsageRow
{
    public required string Run { get; set; }

    public required string Problem { get; set; }

    public int Index { get; set; }

    public string? Answer { get; set; }

    public bool IsCorrect { get; set; }

    public bool IsCovered { get; set; }

    public int Failures { get; set; }

    public int Candidates { get; set; }

    public double Seconds { get; set; }

    public string? Error { get; set; }

    public long Finished { get; set; }

    public required string Details { get; set; }
}

/// <summary>A whole answer as a row of the store.</summary>
internal sealed class DrawRow : UsageRow
{
    public required string Key { get; set; }

    public required string Series { get; set; }

    public required string Problem { get; set; }

    public required string PromptHash { get; set; }

    /// <summary>The run's seed, as text: not every database has unsigned numbers of 64 bits.</summary>
    public required string Seed { get; set; }

    public int Slot { get; set; }

    public int Attempt { get; set; }

    public required string Stream { get; set; }

    public int Iteration { get; set; }

    public double Temperature { get; set; }

    public string? Boundary { get; set; }

    public int MaxTokens { get; set; }

    public long? TokensLeft { get; set; }

    public required string Run { get; set; }

    public long Drawn { get; set; }

    public required string Outcome { get; set; }

    /// <summary>How it failed; null unless it did.</summary>
    public string? Failure { get; set; }

    public string? Reason { get; set; }

    public required string Text { get; set; }

    public int TokenCount { get; set; }

    public double? LogProb { get; set; }

    /// <summary>Tokens, ends of steps and their log-probabilities, as JSON.</summary>
    public required string Steps { get; set; }

    public long PromptForwardTokens { get; set; }

    public double Seconds { get; set; }
}

/// <summary>What one process has spent on a run or a comparison, as a row of the store.</summary>
internal sealed class PartRow : UsageRow
{
    public required string Owner { get; set; }

    public int Number { get; set; }

    public required string Version { get; set; }

    public required string Build { get; set; }

    public long Begun { get; set; }

    public long Written { get; set; }

    public long? MaxTokens { get; set; }

    public long? MaxCalls { get; set; }

    public double? MaxSeconds { get; set; }

    public string? MaxCost { get; set; }
}
