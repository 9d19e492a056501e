using System.Collections.Immutable;

namespace Winnow.Decoding.Beams;

/// <summary>How the length of a hypothesis enters its score.</summary>
public enum LengthPenaltyKind
{
    /// <summary>Log-probability over length^α (transformers).</summary>
    Power,

    /// <summary>Log-probability over ((5 + length) / 6)^α (Wu et al., 2016).</summary>
    Gnmt,
}

/// <summary>When a beam search may stop before its greatest length.</summary>
public enum BeamStopping
{
    /// <summary>When the worst finished hypothesis is at least as good as the best running one would be if it ended now.</summary>
    Heuristic,

    /// <summary>As soon as there are as many finished hypotheses as beams.</summary>
    WhenFull,

    /// <summary>When no running hypothesis can catch up, at its best attainable length.</summary>
    WhenCertain,
}

/// <summary>Settings of beam search and diverse beam search.</summary>
public sealed record BeamSearchOptions
{
    /// <summary>Hypotheses kept, all groups together. Unit: beams; at least 1; default 4.</summary>
    public int Beams { get; init { ArgumentOutOfRangeException.ThrowIfLessThan(value, 1); field = value; } } = 4;

    /// <summary>Groups that are kept apart; divides <see cref="Beams"/>; default 1, ordinary beam search.</summary>
    public int Groups { get; init { ArgumentOutOfRangeException.ThrowIfLessThan(value, 1); field = value; } } = 1;

    /// <summary>λ: what a token loses for each beam of an earlier group that chose it at the same step. Nats; at least 0; 0.2 … 0.8 is usual.</summary>
    public double DiversityStrength { get; init { ArgumentOutOfRangeException.ThrowIfNegative(value); field = value; } }

    /// <summary>Generated tokens at most, the end token included. At least 1; default 64.</summary>
    public int MaxTokens { get; init { ArgumentOutOfRangeException.ThrowIfLessThan(value, 1); field = value; } } = 64;

    /// <summary>α; 0 compares log-probabilities; default 1.</summary>
    public double LengthPenalty { get; init; } = 1;

    /// <summary>Form of the length penalty.</summary>
    public LengthPenaltyKind LengthPenaltyKind { get; init; }

    /// <summary>When the search may stop early.</summary>
    public BeamStopping Stopping { get; init; }

    /// <summary>Tokens that end a hypothesis.</summary>
    public ImmutableArray<int> EndTokens { get; init; } = [];

    /// <summary>Stages applied to the log-probabilities before they are compared; none by default.</summary>
    public SamplerChain Chain { get; init; } = new();

    /// <summary>Score of a hypothesis.</summary>
    /// <param name="logProb">Natural-log probability of its tokens.</param>
    /// <param name="length">Generated tokens, the end token included.</param>
    public double Score(double logProb, int length) =>
        logProb / Math.Pow(LengthPenaltyKind == LengthPenaltyKind.Gnmt ? (5.0 + length) / 6 : length, LengthPenalty);
}

/// <summary>What a beam search found.</summary>
/// <param name="Tokens">Generated tokens, the end token included where there is one.</param>
/// <param name="LogProb">Their natural-log probability.</param>
/// <param name="Score">Log-probability with the length penalty; higher is better.</param>
/// <param name="IsFinished">Whether it ended with an end token.</param>
public sealed record BeamHypothesis(ImmutableArray<int> Tokens, double LogProb, double Score, bool IsFinished);
