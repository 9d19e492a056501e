namespace Winnow.Search;

/// <summary>Ids of strategies, the same everywhere.</summary>
public static class StrategyIds
{
    /// <summary>One draw at temperature 0.</summary>
    public const string Greedy = "greedy";

    /// <summary>The first of many draws.</summary>
    public const string RepeatedSampling = "repeated-sampling";

    /// <summary>The most frequent answer.</summary>
    public const string Majority = "majority";

    /// <summary>The answer with the largest sum of scores.</summary>
    public const string WeightedMajority = "weighted-majority";

    /// <summary>The answer with the highest score.</summary>
    public const string BestOfN = "best-of-n";

    /// <summary>Beam search over steps.</summary>
    public const string Beam = "beam";

    /// <summary>Diverse verifier tree search: independent trees, each of which keeps its best step.</summary>
    public const string Dvts = "dvts";

    /// <summary>Particle filtering over steps.</summary>
    public const string ParticleFilter = "particle-filter";

    /// <summary>Particle filtering in sweeps, each beside an answer of the one before.</summary>
    public const string ParticleGibbs = "particle-gibbs";

    /// <summary>A right answer, if one was drawn.</summary>
    public const string Oracle = "oracle";
}
