using Winnow.Tasks;

namespace Winnow.Search;

/// <summary>Draws as many answers as the budget allows and takes the one with the largest sum of scores.</summary>
/// <remarks>
/// Source: Snell et al. (2024), "best-of-N weighted". A probability votes with itself, a log-probability with its
/// exponential: the vote is then weighted by probability. Cost: tokens of each draw, and what the scorer reads.
/// The draws are random.
/// </remarks>
/// <param name="options">Settings; null: the default ones.</param>
public sealed class WeightedMajority(ScoredAnswerOptions? options = null)
    : WholeAnswerStrategy(StrategyIds.WeightedMajority, options ?? new(), usesScorer: true)
{
    private protected override IAnswerAggregator AggregatorFor(Problem problem, IScorer? scorer, SearchContext context) =>
        new WeightedVote(scorer!.Info.Range);

    private protected override string Explain(IReadOnlyList<Candidate> candidates, AnswerChoice choice) => StrategyArguments.WhyVoted(candidates, choice);
}
