using System.Globalization;
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

    public static string? WhyNotStepwise(string id, ProposerInfo proposer, ScorerInfo? scorer, int? rows) =>
        rows > proposer.MaxActiveRows ? $"{id} is asked for {rows} rows; {proposer.Name} holds {proposer.MaxActiveRows} at once."
        : !proposer.CanStep ? $"{id} extends partial answers step by step, which {proposer.Name} cannot{(proposer.WhyNoSteps is { } why ? ": " + why : "")}."
        : scorer is null ? $"{id} needs a scorer."
        : !scorer.ScoresPrefixes ? $"{id} needs a scorer of partial answers; {scorer.Name} scores whole ones only."
        : null;

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

    public static string WhyVoted(IReadOnlyList<Candidate> candidates, AnswerChoice choice)
    {
        if (choice.Votes.Count == 0)
        {
            string score = candidates[choice.Selected].Score!.Value.Value.ToString("G4", CultureInfo.InvariantCulture);
            return $"The highest score, {score}, of {candidates.Count(candidate => candidate.Score is { HasValue: true })} scored answers.";
        }
        Vote won = choice.Votes.First(vote => string.Equals(vote.Answer, choice.Answer, StringComparison.Ordinal));
        string share = (choice.Confidence ?? 0).ToString("P0", CultureInfo.InvariantCulture);
        return $"{won.Count} of {choice.Votes.Sum(vote => vote.Count)} answers agree on it; by score they hold {share} of the vote.";
    }

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
