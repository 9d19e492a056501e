namespace Winnow.Search;

/// <summary>Settings of strategies that draw whole answers. Strategies with equal temperatures read the same draws.</summary>
public record WholeAnswerOptions
{
    /// <summary>Most answers that are drawn when only the budget limits them.</summary>
    public const int SampleLimit = 4096;

    /// <summary>Answers drawn for a problem. Unit: samples; 1 … 4,096; null: as many as the budget allows.</summary>
    public int? Samples
    {
        get;
        init => field = value is null or (>= 1 and <= SampleLimit)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Samples), value, $"Samples must lie in 1 … {SampleLimit}; leave it out to draw as many as the budget allows.");
    }

    /// <summary>Sampling temperature; 0 takes the most probable token. Range: 0 … 10; default 1.</summary>
    public double Temperature
    {
        get;
        init => field = value is >= 0 and <= 10
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Temperature), value, "Temperature must lie in 0 … 10; 0 is greedy.");
    } = 1.0;

    /// <summary>Text that ends a step within an answer. Default: a line break.</summary>
    public string Boundary { get; init; } = "\n";

    /// <summary>The default of <see cref="MaxFailuresInARow"/>.</summary>
    internal const int UsualMaxFailuresInARow = 8;

    /// <summary>Draws that may fail one after the other before no more are started. Unit: draws; at least 1; default 8.</summary>
    public int MaxFailuresInARow
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MaxFailuresInARow));
            field = value;
        }
    } = UsualMaxFailuresInARow;
}

/// <summary>Settings of strategies that draw whole answers and choose by a scorer.</summary>
public record ScoredAnswerOptions : WholeAnswerOptions
{
    /// <summary>How the numbers of a process scorer become one. Default: that of the last step.</summary>
    public StepAggregation Aggregation { get; init; } = StepAggregation.Last;

    /// <summary>
    /// Whether the scorer is left alone while all draws are the same text; they then count 1 each. Saves scorer tokens
    /// where nothing is to be decided. Default: no.
    /// </summary>
    public bool SkipsUnanimous { get; init; }
}
