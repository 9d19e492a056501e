namespace Winnow.Evaluation;

/// <summary>How far a comparison is, told each time one strategy has finished one problem at one budget.</summary>
public sealed record ComparisonProgress
{
    /// <summary>Problems finished, summed over strategies and budgets.</summary>
    public required int Done { get; init; }

    /// <summary>Problems to finish, summed over strategies and budgets.</summary>
    public required int Total { get; init; }

    /// <summary>Id of the strategy that has just finished a problem.</summary>
    public required string Strategy { get; init; }

    /// <summary>The cap it had. Unit: generated plus scorer tokens a problem.</summary>
    public required long Budget { get; init; }

    /// <summary>Problems that this strategy has finished at this budget.</summary>
    public required int Answered { get; init; }

    /// <summary>How many of those it got right.</summary>
    public required int Correct { get; init; }

    /// <summary>Generated plus scorer tokens used so far by all strategies.</summary>
    public required long Tokens { get; init; }

    /// <summary>What the caps allow in all. Unit: generated plus scorer tokens; 0 where it is not known.</summary>
    public long MaxTokens { get; init; }

    /// <summary>Money used so far, in the currency of the price table.</summary>
    public decimal Cost { get; init; }

    /// <summary>Cap on the money; null where there is none.</summary>
    public decimal? MaxCost { get; init; }

    /// <summary>How many of <see cref="Done"/> were finished before and only read again.</summary>
    public int Kept { get; init; }

    /// <summary>How many of <see cref="Tokens"/> those had used.</summary>
    public long KeptTokens { get; init; }
}
