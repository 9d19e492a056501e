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
public sealed record ProblemOutcome(SearchResult Result, bool IsCorrect, bool IsCovered, int Failures, double Seconds, string? Error)
{
    /// <summary>Judges a search by the task's checker, which is asked first where it has to ask.</summary>
    /// <exception cref="WinnowException">The checker cannot decide about an answer.</exception>
    public static async ValueTask<ProblemOutcome> OfAsync(Problem problem, SearchResult result, double seconds, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(result);
        string[] answers = [.. result.Candidates.Select(candidate => candidate.Key).Append(result.Answer).OfType<string>().Distinct(StringComparer.Ordinal)];
        if (problem.Checker is IAskingAnswerChecker asking)
        {
            await asking.AskAsync(problem, answers, cancellationToken).ConfigureAwait(false);
        }
        string? unfinished = WhyUnfinished(result);
        return new ProblemOutcome(
            result,
            unfinished is null && result.Answer is { } answer && problem.Checker.IsCorrect(problem, answer),
            result.Candidates.Select(candidate => candidate.Key).OfType<string>().Distinct(StringComparer.Ordinal).Any(key => problem.Checker.IsCorrect(problem, key)),
            result.Candidates.Count(candidate => candidate.Key is null),
            seconds,
            unfinished);
    }

    /// <summary>A problem that the strategy could not finish: not answered, and counted as one failure.</summary>
    public static ProblemOutcome Failed(string strategy, Exception error, in Budgets.Usage used, double seconds)
    {
        ArgumentNullException.ThrowIfNull(error);
        return new(
            new SearchResult { Strategy = strategy, Why = error.Message, Usage = used },
            IsCorrect: false, IsCovered: false, Failures: 1, seconds, error.Message);
    }

    // Where calls failed and no answer came to its end, nothing was learned about the problem.
    private static string? WhyUnfinished(SearchResult result) =>
        result.Candidates.FirstOrDefault(candidate => candidate.Answer.State == RowState.Failed) is { } failed
        && result.Candidates.All(candidate => candidate.Answer.State is RowState.Failed or RowState.Cut)
            ? $"No draw came to an end, and some failed: {failed.Answer.Reason}"
            : WhyGivenUp(result);

    // Draws were given up since the world failed time and again; an answer from those before would be one at a smaller budget.
    private static string? WhyGivenUp(SearchResult result)
    {
        PartialAnswer[] last = [.. result.Candidates.Reverse().Select(candidate => candidate.Answer).TakeWhile(IsOutage)];
        return last.Length >= WholeAnswerOptions.UsualMaxFailuresInARow ? $"The last {last.Length} draws failed: {last[0].Reason}" : null;
    }

    private static bool IsOutage(PartialAnswer answer) => answer is
    {
        State: RowState.Failed,
        Failure: FailureKind.RateLimited or FailureKind.ServerError or FailureKind.Unreachable or FailureKind.TimedOut or FailureKind.CutOff or FailureKind.Unreadable,
    };
}
