using Winnow.Budgets;

namespace Winnow.Search;

/// <summary>What every strategy checks and reports the same way.</summary>
internal static class StrategyArguments
{
    public static void ThrowIfUnsuited(IStrategy strategy, IProposer proposer, IScorer? scorer)
    {
        if (strategy.WhyUnsuited(proposer.Info, scorer?.Info) is { } reason)
        {
            throw new ArgumentException($"{reason} The proposer is {proposer.Info.Name}, the scorer {scorer?.Info.Name ?? "none"}.", nameof(scorer));
        }
    }

    public static void ThrowIfUnlimited(SearchContext context, int? rows)
    {
        if (rows is null && !context.Ledger.Budget.IsCapped)
        {
            throw new ArgumentException("Neither the budget nor the number of samples is limited; set a cap or a number.", nameof(context));
        }
    }

    public static SearchResult ResultOf(IStrategy strategy, IReadOnlyList<Candidate> candidates, AnswerChoice choice, string why, in Usage usage) => new()
    {
        Strategy = strategy.Id,
        Answer = choice.Answer,
        Selected = choice.Selected,
        Confidence = choice.Confidence,
        Candidates = [.. candidates.Select((candidate, i) => candidate with { Weight = choice.Weights[i] })],
        Why = why,
        Usage = usage,
    };

    public static string WhyNothing(IReadOnlyList<Candidate> candidates)
    {
        if (candidates.Count == 0)
        {
            return "The budget did not allow a single draw.";
        }
        int cut = candidates.Count(candidate => candidate.Answer.State == RowState.Cut);
        int failed = candidates.Count(candidate => candidate.Answer.State == RowState.Failed);
        return $"None of {candidates.Count} candidates could be chosen: {cut} were cut, {failed} failed, the others have no answer or no score.";
    }
}
