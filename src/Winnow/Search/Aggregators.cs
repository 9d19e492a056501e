using Winnow.Numerics;

namespace Winnow.Search;

/// <summary>The first candidate that has an answer.</summary>
public sealed class FirstAnswer : IAnswerAggregator
{
    /// <inheritdoc/>
    public AnswerChoice Choose(IReadOnlyList<Candidate> candidates)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        double[] weights = new double[candidates.Count];
        for (int i = 0; i < candidates.Count; i++)
        {
            if (candidates[i].Key is { } key)
            {
                weights[i] = 1;
                return new AnswerChoice { Selected = i, Answer = key, Weights = weights };
            }
        }
        return AnswerChoice.Nothing(candidates.Count);
    }
}

/// <summary>One vote for each candidate; ties by higher summed score, then earlier draw.</summary>
/// <remarks>Source: Wang et al. (2023), self-consistency.</remarks>
public sealed class MajorityVote : IAnswerAggregator
{
    /// <inheritdoc/>
    public AnswerChoice Choose(IReadOnlyList<Candidate> candidates)
    {
        double[] scores = Voting.ScoresOf(candidates);
        double[] weights = new double[candidates.Count];
        Array.Fill(weights, 1);
        return Voting.Count(candidates, weights, scores);
    }
}

/// <summary>Each candidate votes with its score, by the rules of <see cref="Voting.WeightsOf"/>.</summary>
/// <remarks>Source: weighted self-consistency, as in Snell et al. (2024), "best-of-N weighted".</remarks>
/// <param name="range">The scale of the scores.</param>
public sealed class WeightedVote(ScoreRange range) : IAnswerAggregator
{
    /// <inheritdoc/>
    public AnswerChoice Choose(IReadOnlyList<Candidate> candidates) =>
        Voting.Count(candidates, Voting.WeightsOf(candidates, range));
}

/// <summary>The candidate with the highest score; ties go to the earlier draw; those without a score cannot be chosen.</summary>
public sealed class BestScore : IAnswerAggregator
{
    /// <inheritdoc/>
    public AnswerChoice Choose(IReadOnlyList<Candidate> candidates)
    {
        double[] scores = Voting.ScoresOf(candidates);
        int best = -1;
        for (int i = 0; i < scores.Length; i++)
        {
            if (!double.IsNaN(scores[i]) && (best < 0 || scores[i] > scores[best]))
            {
                best = i;
            }
        }
        if (best < 0)
        {
            return AnswerChoice.Nothing(scores.Length);
        }
        double[] weights = new double[scores.Length];
        weights[best] = 1;
        return new AnswerChoice { Selected = best, Answer = candidates[best].Key, Weights = weights };
    }
}

/// <summary>One candidate drawn with probability proportional to its weight: a draw from the target of a weighted sample.</summary>
/// <param name="range">The scale of the scores.</param>
/// <param name="uniforms">One number is consumed: <c>("choose", 0, 0, 0)</c>.</param>
public sealed class SampleByWeight(ScoreRange range, IUniforms uniforms) : IAnswerAggregator
{
    /// <inheritdoc/>
    public AnswerChoice Choose(IReadOnlyList<Candidate> candidates)
    {
        double[] weights = Voting.WeightsOf(candidates, range);
        AnswerChoice votes = Voting.Count(candidates, weights);
        double total = votes.Weights.Sum();
        if (total <= 0)
        {
            return AnswerChoice.Nothing(candidates.Count);
        }
        double point = uniforms.Next("choose", 0, 0, 0) * total;
        int chosen = -1;
        double cumulative = 0;
        for (int i = 0; i < weights.Length && cumulative <= point; i++)
        {
            cumulative += votes.Weights[i];
            chosen = votes.Weights[i] > 0 ? i : chosen;
        }
        string answer = candidates[chosen].Key!;
        return votes with
        {
            Selected = chosen,
            Answer = answer,
            Confidence = votes.Votes.First(vote => string.Equals(vote.Answer, answer, StringComparison.Ordinal)).Weight / total,
        };
    }
}

/// <summary>A right answer if any candidate has one, else the first answer: what a perfect selector would choose. Only for the ceiling.</summary>
/// <param name="isCorrect">Whether a canonical answer is right.</param>
public sealed class PerfectChoice(Func<string, bool> isCorrect) : IAnswerAggregator
{
    /// <inheritdoc/>
    public AnswerChoice Choose(IReadOnlyList<Candidate> candidates)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        for (int i = 0; i < candidates.Count; i++)
        {
            if (candidates[i].Key is { } key && isCorrect(key))
            {
                double[] weights = new double[candidates.Count];
                weights[i] = 1;
                return new AnswerChoice { Selected = i, Answer = key, Weights = weights };
            }
        }
        return new FirstAnswer().Choose(candidates);
    }
}
