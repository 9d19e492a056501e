namespace Winnow.Search;

/// <summary>Whose rules a beam follows.</summary>
public enum BeamConvention
{
    /// <summary>
    /// N rows from the start; finished rows leave the pool; the best ⌊N/M⌋ of the others stay in their order and are
    /// repeated to N; ties go to the earlier row; the finished ones vote with their scores, each counted once.
    /// </summary>
    Winnow,

    /// <summary>
    /// The search-and-learn repository: as above, but ties go to the later row, the finished ones are cut or repeated
    /// to N (which favours some of them), and the highest score wins.
    /// </summary>
    SearchAndLearn,

    /// <summary>
    /// The its_hub library: the first step has N/M rows; finished ones compete on with their last score; the best M
    /// are kept, best first, and the list of them is copied N/M times; the highest score wins.
    /// </summary>
    ItsHub,
}

/// <summary>Settings of beam search.</summary>
public record BeamOptions
{
    /// <summary>Most rows.</summary>
    public const int RowLimit = 1024;

    /// <summary>Rows, N. Unit: rows; 1 … 1,024; null: as many as the budget can carry to answers of usual length.</summary>
    public int? Rows
    {
        get;
        init => field = value is null or (>= 1 and <= RowLimit)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Rows), value, $"Rows must lie in 1 … {RowLimit}; leave it out to let the budget decide.");
    }

    /// <summary>M: of N rows, N/M are kept after a step. At least 1; default 4, as in the paper.</summary>
    public int Width
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Width));
            field = value;
        }
    } = 4;

    /// <summary>Most steps; what is not finished then casts no vote. At least 1; default 40, as in the paper.</summary>
    public int MaxSteps
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MaxSteps));
            field = value;
        }
    } = 40;

    /// <summary>Whether the last step runs on to the end of the answer. Default: no.</summary>
    public bool LastStepRunsToEnd { get; init; }

    /// <summary>Greedy steps drawn ahead of each row before it is judged, and then dropped. 0 or more; default 0.</summary>
    public int Lookahead
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(Lookahead));
            field = value;
        }
    }

    /// <summary>Whether rows with equal texts count once when the best are kept. Default: no.</summary>
    public bool FiltersDuplicates { get; init; }

    /// <summary>How the numbers of a process scorer become one. Default: that of the last step.</summary>
    public StepAggregation Aggregation { get; init; } = StepAggregation.Last;

    /// <summary>Sampling temperature of the model. Range: 0 … 10; default 1.</summary>
    public double Temperature
    {
        get;
        init => field = value is >= 0 and <= 10
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Temperature), value, "Temperature must lie in 0 … 10; 0 is greedy.");
    } = 1.0;

    /// <summary>Text that ends a step. Default: a line break.</summary>
    public string Boundary { get; init; } = "\n";

    /// <summary>Whose rules are followed. Default: Winnow's.</summary>
    public BeamConvention Convention { get; init; } = BeamConvention.Winnow;

    /// <summary>Under <see cref="BeamConvention.SearchAndLearn"/>: whether finished rows are sorted, best first, before they are cut or repeated to N.</summary>
    public bool SortsFinished { get; init; }
}
