using Winnow.Tasks;

namespace Winnow.Search;

/// <summary>Draws as many answers as the budget allows and takes the first: its accuracy is that of one draw, its coverage what a perfect selector could reach.</summary>
/// <remarks>Source: Brown et al. (2024), "Large Language Monkeys". Cost: one answer's tokens for each draw. The draws are random.</remarks>
/// <param name="options">Settings; null: the default ones.</param>
public sealed class RepeatedSampling(WholeAnswerOptions? options = null)
    : WholeAnswerStrategy(StrategyIds.RepeatedSampling, options ?? new(), usesScorer: false)
{
    private protected override IAnswerAggregator AggregatorFor(Problem problem, IScorer? scorer, SearchContext context) => new FirstAnswer();

    private protected override string Explain(IReadOnlyList<Candidate> candidates, AnswerChoice choice) =>
        $"The first draw with an answer, of {candidates.Count}.";
}
