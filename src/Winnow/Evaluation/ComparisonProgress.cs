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
}
