using Winnow.Tasks;

namespace Winnow.Search;

/// <summary>Draws as many answers as the budget allows and takes the one with the highest score.</summary>
/// <remarks>
/// Source: Stiennon et al. (2020); Cobbe et al. (2021). Ties go to the earlier draw. A draw without a score cannot be
/// chosen. Cost: tokens of each draw, and what the scorer reads. The draws are random.
/// </remarks>
/// <param name="options">Settings; null: the default ones.</param>
public sealed class BestOfN(ScoredAnswerOptions? options = null)
    : WholeAnswerStrategy(StrategyIds.BestOfN, options ?? new(), usesScorer: true)
{
    private protected override IAnswerAggregator AggregatorFor(Problem problem, IScorer? scorer, SearchContext context) => new BestScore();

    private protected override string Explain(IReadOnlyList<Candidate> candidates, AnswerChoice choice) => StrategyArguments.WhyVoted(candidates, choice);
}
