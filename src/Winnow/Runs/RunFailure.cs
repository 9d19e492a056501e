using Winnow.Search;

namespace Winnow.Runs;

/// <summary>Draws of a run that failed in one way.</summary>
/// <param name="Kind">How.</param>
/// <param name="Count">How many of the run's candidates failed so.</param>
/// <param name="TriedAgain">How many more did, and were tried again later.</param>
/// <param name="Example">What one of them said, for people.</param>
public sealed record RunFailure(FailureKind Kind, int Count, int TriedAgain, string Example)
{
    /// <summary>The failures of a run, the most frequent kind first.</summary>
    /// <param name="store">Where the run is.</param>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public static async Task<IReadOnlyList<RunFailure>> ReadAsync(IRunStore store, RunRecord run, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(run);
        List<(PartialAnswer Answer, bool IsCandidate)> failed = [];
        await foreach (ProblemResult result in store.ResultsAsync(run.Id, cancellationToken).ConfigureAwait(false))
        {
            IReadOnlyList<DrawRecord> draws = await store.DrawsAsync(run.Identity.Series, result.Problem, promptHash: null, cancellationToken).ConfigureAwait(false);
            failed.AddRange(FailedOf(result, draws));
        }
        return
        [
            .. failed.GroupBy(one => one.Answer.Failure ?? FailureKind.Other)
                .Select(kind => new RunFailure(kind.Key, kind.Count(one => one.IsCandidate), kind.Count(one => !one.IsCandidate), kind.First().Answer.Reason ?? ""))
                .OrderByDescending(failure => failure.Count).ThenByDescending(failure => failure.TriedAgain).ThenBy(failure => failure.Kind),
        ];
    }

    private static IEnumerable<(PartialAnswer, bool)> FailedOf(ProblemResult result, IReadOnlyList<DrawRecord> draws)
    {
        SearchResult search = new CandidateText(draws).OutcomeOf(result).Result;
        IEnumerable<PartialAnswer> earlier = draws
            .Where(draw => draw.Run == result.Run && draws.Any(later => later.Attempt > draw.Attempt && later.Draw.Settings == draw.Draw.Settings))
            .Select(draw => draw.Draw.Answer);
        return search.Candidates.Select(candidate => (candidate.Answer, true)).Concat(earlier.Select(answer => (answer, false))).Where(one => one.Item1.State == RowState.Failed);
    }
}
