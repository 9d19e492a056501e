using Winnow.Budgets;
using Winnow.Tasks;

namespace Winnow.Search;

/// <summary>Where a step ends, and how its tokens are drawn.</summary>
public sealed record StepRule
{
    /// <summary>Ends a step after this text; null: no stop text.</summary>
    public string? Boundary { get; init; } = "\n";

    /// <summary>Whether the step runs on to the end of the answer, over boundaries.</summary>
    public bool ToEnd { get; init; }

    /// <summary>Sampling temperature; 0 takes the most probable token. Range: 0 … 10.</summary>
    public double Temperature
    {
        get;
        init
        {
            if (!(value is >= 0 and <= 10))
            {
                throw new ArgumentOutOfRangeException(nameof(Temperature), value, "Temperature must lie in 0 … 10; 0 is greedy.");
            }
            field = value;
        }
    } = 1.0;

    /// <summary>Most tokens of this step; a row that reaches it without a boundary is cut.</summary>
    public int MaxTokens
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 256;

    /// <summary>Most tokens that all rows of the call may draw together; a row that wants more is cut. Null: no such limit.</summary>
    public long? MaxTotalTokens { get; init; }

    /// <summary>Name of the uniforms that draw (with the row as slot and the token position as step).</summary>
    public string Stream { get; init; } = "token";

    /// <summary>Iteration given to the uniforms.</summary>
    public int Iteration { get; init; }

    /// <summary>Added to a row's number to give the slot of its uniforms, so that a population can hold draws from the middle of a series.</summary>
    public int SlotOffset { get; init; }
}

/// <summary>A kept row.</summary>
/// <param name="Id">Handle within its population.</param>
public readonly record struct Mark(int Id);

/// <summary>Opens populations for one model.</summary>
public interface IProposer
{
    /// <summary>What draws, and what it can do.</summary>
    ProposerInfo Info { get; }

    /// <summary>The most that drawing can use in each column that can be capped.</summary>
    /// <param name="problem">The problem drawn for.</param>
    /// <param name="calls">Draws started: rows that are added.</param>
    /// <param name="tokens">Tokens drawn by all of them together.</param>
    Usage AtMost(Problem problem, int calls, long tokens);

    /// <summary>An empty population for a problem.</summary>
    IPopulation Open(Problem problem, SearchContext context);
}

/// <summary>What a proposer is and can do.</summary>
/// <param name="Name">Model name.</param>
/// <param name="CanStep">Whether partial answers can be extended step by step.</param>
/// <param name="HasLogProbs">Whether log-probabilities of what was drawn are known.</param>
/// <param name="MaxAnswerTokens">Most tokens of one answer that it draws.</param>
public sealed record ProposerInfo(string Name, bool CanStep, bool HasLogProbs, int MaxAnswerTokens)
{
    /// <summary>Tokens of an answer as they usually are, by which a search chooses its number of rows; null where unknown.</summary>
    public int? TypicalAnswerTokens { get; init; }

    /// <summary>Why partial answers cannot be extended, as a part of a sentence; null where they can, or where there is nothing to add.</summary>
    public string? WhyNoSteps { get; init; }

    /// <summary>Most rows that are drawn at once. Unit: rows; default 64.</summary>
    public int MaxActiveRows { get; init; } = 64;
}

/// <summary>Rows of partial answers over a white-box model, a chat model or a scripted tree. One caller at a time.</summary>
public interface IPopulation : IAsyncDisposable
{
    /// <summary>The rows.</summary>
    IReadOnlyList<PartialAnswer> Rows { get; }

    /// <summary>Adds rows with the empty prefix.</summary>
    /// <param name="rows">How many to add.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    ValueTask GrowAsync(int rows, CancellationToken cancellationToken = default);

    /// <summary>Extends rows by one step each. The worst case is reserved first; a row that the budget refuses is cut.</summary>
    ValueTask StepAsync(ReadOnlyMemory<int> rows, StepRule rule, CancellationToken cancellationToken = default);

    /// <summary>Makes a row follow the first steps of a given answer, without drawing.</summary>
    /// <returns>The natural-log probability of those steps; NaN where the model does not tell.</returns>
    ValueTask<double> FollowAsync(int row, PartialAnswer path, int steps, CancellationToken cancellationToken = default);

    /// <summary>New row i becomes a copy of old row parents[i]; the count may change.</summary>
    void Reorder(ReadOnlySpan<int> parents);

    /// <summary>Keeps a row for later.</summary>
    Mark Keep(int row);

    /// <summary>Adds a row that continues a kept one.</summary>
    int Restore(Mark mark);
}
