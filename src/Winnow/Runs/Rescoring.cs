using Winnow.Evaluation;
using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Runs;

/// <summary>
/// Finds and checks the answers in stored texts again, under a task whose right answers or answer format were
/// corrected. Nothing is drawn and nothing is scored: where the answers found are others than before, the strategy's
/// own rule chooses among them by the scores and weights that are stored.
/// </summary>
/// <param name="range">The scale of the stored scores.</param>
public sealed class Rescoring(ScoreRange range)
{
    /// <summary>A stored result, judged again.</summary>
    /// <param name="problem">The problem as the task has it now.</param>
    /// <param name="result">What is stored.</param>
    /// <param name="draws">Draws of the run's series for the problem.</param>
    /// <param name="cancellationToken">Stops the wait for a checker that asks.</param>
    /// <returns>The same result with other answers and verdicts.</returns>
    public async ValueTask<ProblemResult> OfAsync(Problem problem, ProblemResult result, IReadOnlyList<DrawRecord> draws, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(result);
        if (result.Error is not null)
        {
            return result;
        }
        CandidateText text = new(draws);
        ProblemOutcome stored = text.OutcomeOf(result);
        SearchResult again = Chosen(problem, stored.Result);
        ProblemOutcome outcome = await ProblemOutcome.OfAsync(problem, again, stored.Seconds, cancellationToken).ConfigureAwait(false);
        return result with
        {
            Answer = again.Answer,
            IsCorrect = outcome.IsCorrect,
            IsCovered = outcome.IsCovered,
            Failures = outcome.Failures,
            Details = text.DetailsOf(again),
        };
    }

    private SearchResult Chosen(Problem problem, SearchResult stored)
    {
        Candidate[] candidates = [.. stored.Candidates.Select(candidate => candidate with
        {
            Key = candidate.Answer.State == RowState.Finished ? problem.Answers.Canonical(candidate.Answer.Text) : null,
        })];
        bool choosesByTruth = string.Equals(stored.Strategy, StrategyIds.Oracle, StringComparison.Ordinal);
        if (!choosesByTruth && candidates.Zip(stored.Candidates).All(pair => string.Equals(pair.First.Key, pair.Second.Key, StringComparison.Ordinal)))
        {
            return stored;
        }
        AnswerChoice choice = AggregatorOf(problem, stored)?.Choose(candidates)
            ?? Voting.Count(candidates, [.. candidates.Select(candidate => candidate.Weight)]);
        return stored with
        {
            Answer = choice.Answer,
            Selected = choice.Selected,
            Confidence = choice.Confidence,
            Candidates = [.. candidates.Select((candidate, i) => candidate with { Weight = choice.Weights[i] })],
            Why = "Chosen again among the stored texts, by the stored scores.",
        };
    }

    // Null for searches over steps, whose rows keep the weights that the search gave them.
    private IAnswerAggregator? AggregatorOf(Problem problem, SearchResult stored) => stored.Strategy switch
    {
        StrategyIds.Greedy or StrategyIds.RepeatedSampling => new FirstAnswer(),
        StrategyIds.Majority => new MajorityVote(),
        StrategyIds.WeightedMajority => new WeightedVote(range),
        StrategyIds.BestOfN => new BestScore(),
        StrategyIds.Oracle => new PerfectChoice(answer => problem.Checker.IsCorrect(problem, answer)),
        _ => null,
    };
}
