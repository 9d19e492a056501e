using Winnow.Tasks;

namespace Winnow.Search;

/// <summary>Draws as many answers as the budget allows and lets the task's checker choose: the ceiling that no selector can pass. Never a method to use.</summary>
/// <remarks>Its accuracy is coverage. Cost: one answer's tokens for each draw. The draws are random.</remarks>
/// <param name="options">Settings; null: the default ones.</param>
public sealed class Oracle(WholeAnswerOptions? options = null)
    : WholeAnswerStrategy(StrategyIds.Oracle, options ?? new(), usesScorer: false)
{
    private protected override IAnswerAggregator AggregatorFor(Problem problem, IScorer? scorer, SearchContext context) =>
        new PerfectChoice(answer => problem.Checker.IsCorrect(problem, answer));

    private protected override ValueTask PrepareAsync(Problem problem, IReadOnlyList<Candidate> candidates, CancellationToken cancellationToken) =>
        problem.Checker is IAskingAnswerChecker asking
            ? asking.AskAsync(problem, [.. candidates.Select(candidate => candidate.Key).OfType<string>().Distinct(StringComparer.Ordinal)], cancellationToken)
            : ValueTask.CompletedTask;

    private protected override string Explain(IReadOnlyList<Candidate> candidates, AnswerChoice choice) =>
        "The checker chose it: a right answer if one was drawn.";
}
