using Winnow.Tasks;

namespace Winnow.Search;

/// <summary>One draw at temperature 0: the most probable token at every place.</summary>
/// <remarks>The baseline of every table. Cost: one answer's tokens. Nothing is random.</remarks>
public sealed class Greedy() : WholeAnswerStrategy(StrategyIds.Greedy, new WholeAnswerOptions { Samples = 1, Temperature = 0 }, usesScorer: false)
{
    private protected override IAnswerAggregator AggregatorFor(Problem problem, IScorer? scorer, SearchContext context) => new FirstAnswer();

    private protected override string Explain(IReadOnlyList<Candidate> candidates, AnswerChoice choice) => "The one greedy answer.";
}
