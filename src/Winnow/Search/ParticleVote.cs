using Winnow.Numerics;

namespace Winnow.Search;

/// <summary>How weighted particles become an answer.</summary>
internal static class ParticleVote
{
    /// <summary>Votes are counted over all particles; the highest score and the draw by weight are taken among the last ones.</summary>
    /// <param name="candidates">The particles, earlier sweeps first.</param>
    /// <param name="shares">Shape [candidates]; their shares of the weight, which sum to 1.</param>
    /// <param name="potentials">Shape [candidates]; what the highest is taken by; −∞ for a dead particle.</param>
    /// <param name="last">The first particle of the last sweep; 0 where there is one sweep.</param>
    /// <param name="rule">How to choose.</param>
    /// <param name="uniforms">Read by a draw only.</param>
    public static AnswerChoice Choose(
        IReadOnlyList<Candidate> candidates, ReadOnlySpan<double> shares, double[] potentials, int last, ParticleChoice rule, IUniforms uniforms)
    {
        AnswerChoice votes = Voting.Count(candidates, shares, total: 1);
        int chosen = rule switch
        {
            ParticleChoice.Argmax => Highest(potentials, Enumerable.Range(last, candidates.Count - last)),
            ParticleChoice.Sample => last + Weights.Choose(shares[last..], uniforms.Next("select", 0, 0, 0)),
            _ when votes.Answer is null => -1,
            _ => Highest(potentials, Enumerable.Range(0, candidates.Count).Where(i => string.Equals(candidates[i].Key, votes.Answer, StringComparison.Ordinal))),
        };
        string? answer = chosen < 0 ? null : candidates[chosen].Key;
        return votes with
        {
            Selected = chosen,
            Answer = answer,
            Confidence = answer is null ? null : votes.Votes.First(vote => string.Equals(vote.Answer, answer, StringComparison.Ordinal)).Weight,
        };
    }

    private static int Highest(double[] potentials, IEnumerable<int> among)
    {
        int best = -1;
        foreach (int i in among)
        {
            if (!double.IsNegativeInfinity(potentials[i]) && (best < 0 || potentials[i] > potentials[best]))
            {
                best = i;
            }
        }
        return best;
    }
}
