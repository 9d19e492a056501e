using Winnow.Tasks;

namespace Winnow.Search;

/// <summary>The final choice of beams and trees.</summary>
internal static class BeamChoice
{
    public static SearchResult Choose(IStrategy strategy, Problem problem, IScorer scorer, IReadOnlyList<BeamRow> finals, BeamOptions options, SearchContext context)
    {
        List<Candidate> candidates = [.. finals.Select(row => row.AsCandidate(problem))];
        AnswerChoice choice = options.Convention == BeamConvention.Winnow
            ? new WeightedVote(scorer.Info.Range).Choose(candidates)
            : Highest(candidates);
        context.Progress?.Report(new SearchEvent("finished", options.MaxSteps, [.. finals.Select(row => row.Answer)], choice.Weights, []));
        string why = choice.Answer is null ? StrategyArguments.WhyNothing(candidates) : StrategyArguments.WhyVoted(candidates, choice);
        return StrategyArguments.ResultOf(strategy, candidates, choice, why, default);
    }

    /// <summary>The highest score of all, whether or not it has an answer: the references' rule.</summary>
    private static AnswerChoice Highest(List<Candidate> candidates)
    {
        double[] scores = [.. candidates.Select(candidate => candidate.Score is { HasValue: true } score ? score.Value : double.NaN)];
        int best = BeamSelection.Best(scores, 1) is [int first] && !double.IsNaN(scores[first]) ? first : -1;
        if (best < 0)
        {
            return AnswerChoice.Nothing(candidates.Count);
        }
        double[] weights = new double[candidates.Count];
        weights[best] = candidates[best].Key is null ? 0 : 1;
        return new AnswerChoice { Selected = best, Answer = candidates[best].Key, Weights = weights };
    }
}
