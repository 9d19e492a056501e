namespace Winnow.Search;

/// <summary>A prefix's score and its potential.</summary>
internal readonly record struct ScoredStep(Score Score, double Potential);

/// <summary>What the weights of a particle filter's end are, for those that go on from it.</summary>
/// <param name="Candidates">The particles.</param>
/// <param name="Shares">Shape [N]; their shares of the weight; all 0 where every particle is dead.</param>
/// <param name="Potentials">Shape [N]; −∞ for a dead particle.</param>
internal sealed record SweepOutcome(IReadOnlyList<Candidate> Candidates, double[] Shares, double[] Potentials)
{
    public bool IsDead => Array.TrueForAll(Shares, share => share == 0);
}
