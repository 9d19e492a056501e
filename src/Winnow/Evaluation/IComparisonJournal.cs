using Winnow.Tasks;

namespace Winnow.Evaluation;

/// <summary>
/// Keeps what a comparison draws and finishes, and hands it out again, so that a comparison that was stopped goes on
/// without drawing anything twice. Thread-safe: problems run side by side.
/// </summary>
public interface IComparisonJournal
{
    /// <summary>What is kept of one problem.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="index">Its place among the problems of the comparison.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    Task<IProblemJournal> OpenAsync(Problem problem, int index, CancellationToken cancellationToken = default);
}

/// <summary>What is kept of one problem. Draws are added from any thread, outcomes by one caller at a time.</summary>
public interface IProblemJournal
{
    /// <summary>Whole answers that were drawn before, each settings once.</summary>
    IReadOnlyList<KeptDraw> Draws { get; }

    /// <summary>What a strategy has found before at a budget; null where it has not finished the problem.</summary>
    ProblemOutcome? Outcome(string strategy, long budget);

    /// <summary>Keeps a draw. Returns at once.</summary>
    void Add(KeptDraw draw);

    /// <summary>Keeps what a strategy found. Returns at once.</summary>
    void Add(string strategy, long budget, ProblemOutcome outcome);
}
