using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Evaluation;

/// <summary>What one strategy did on one problem at one budget, as the table needs it.</summary>
/// <param name="Result">The search with its work shown.</param>
/// <param name="IsCorrect">Whether the chosen answer is right.</param>
/// <param name="IsCovered">Whether any candidate is right.</param>
/// <param name="Failures">Candidates that failed, were cut or have no readable answer.</param>
/// <param name="Seconds">Wall time, that of re-used draws included.</param>
/// <param name="Error">Why the strategy could not finish the problem; null where it did.</param>
internal sealed record ProblemOutcome(SearchResult Result, bool IsCorrect, bool IsCovered, int Failures, double Seconds, string? Error)
{
    /// <summary>Judges a search by the task's checker.</summary>
    public static ProblemOutcome Of(Problem problem, SearchResult result, double seconds) => new(
        result,
        IsRight(problem, result.Answer),
        result.Candidates.Select(candidate => candidate.Key).Distinct(StringComparer.Ordinal).Any(key => IsRight(problem, key)),
        result.Candidates.Count(candidate => candidate.Key is null),
        seconds,
        Error: null);

    /// <summary>A problem that the strategy could not finish: not answered, and counted as one failure.</summary>
    public static ProblemOutcome Failed(string strategy, Exception error, in Budgets.Usage used, double seconds) => new(
        new SearchResult { Strategy = strategy, Why = error.Message, Usage = used },
        IsCorrect: false, IsCovered: false, Failures: 1, seconds, error.Message);

    private static bool IsRight(Problem problem, string? answer) => answer is not null && problem.Checker.IsCorrect(problem, answer);
}
