using Winnow.Tasks;

namespace Winnow.Search;

/// <summary>Draws as many answers as the budget allows and takes the most frequent.</summary>
/// <remarks>Source: Wang et al. (2023), self-consistency. Ties go to the answer drawn first. Cost: one answer's tokens for each draw. The draws are random.</remarks>
/// <param name="options">Settings; null: the default ones.</param>
public sealed class Majority(WholeAnswerOptions? options = null)
    : WholeAnswerStrategy(StrategyIds.Majority, options ?? new(), usesScorer: false)
{
    private protected override IAnswerAggregator AggregatorFor(Problem problem, IScorer? scorer, SearchContext context) => new MajorityVote();

    private protected override string Explain(IReadOnlyList<Candidate> candidates, AnswerChoice choice)
    {
        Vote won = choice.Votes.First(vote => string.Equals(vote.Answer, choice.Answer, StringComparison.Ordinal));
        return $"{won.Count} of {choice.Votes.Sum(vote => vote.Count)} answers agree on it.";
    }
}
