namespace Winnow.Search;

/// <summary>What scores contribute to particle weights, in logs.</summary>
internal sealed class ParticlePotentials(ParticleWeight weight, ScoreRange range, double clip)
{
    /// <summary>The convention for a scorer, where none is asked for.</summary>
    public static ParticleWeight DefaultFor(ScoreRange range) =>
        range == ScoreRange.LogProbability ? ParticleWeight.Incremental : ParticleWeight.Odds;

    /// <summary>Why a convention cannot be used with a scorer; null where it can.</summary>
    public static string? WhyUnsuited(ParticleWeight weight, ScoreRange range) => (weight, range) switch
    {
        (ParticleWeight.Odds or ParticleWeight.AbsoluteOdds or ParticleWeight.Product, ScoreRange.LogProbability) =>
            $"A log-probability has no odds and no product over prefixes: use {nameof(ParticleWeight.Incremental)} or {nameof(ParticleWeight.Ratio)}, not {weight}.",
        (ParticleWeight.Incremental or ParticleWeight.Product, ScoreRange.Real) =>
            $"The weight {weight} needs a probability; this scorer gives any number: use {nameof(ParticleWeight.Odds)}, which reads it as a logit.",
        (ParticleWeight.Ratio, not ScoreRange.LogProbability) =>
            $"The weight {weight} needs a log-probability scorer.",
        _ => null,
    };

    /// <summary>Whether weights forget what they were: each is the potential of the present prefix.</summary>
    public bool IsAbsolute => weight == ParticleWeight.AbsoluteOdds;

    /// <summary>The potential of the empty prefix.</summary>
    public static double OfNothing => 0;

    /// <summary>The potential of a scored prefix: its logit, or the log of its score. A missing score counts as the clip.</summary>
    /// <param name="score">The prefix's score.</param>
    /// <param name="before">Potential before the step.</param>
    public double Of(in Score score, double before)
    {
        if (range == ScoreRange.LogProbability)
        {
            return score.HasValue ? score.Value : before + Math.Log(clip);
        }
        bool isOdds = weight is ParticleWeight.Odds or ParticleWeight.AbsoluteOdds;
        if (range == ScoreRange.Real)
        {
            return score.HasValue ? score.Value : Logit(clip);
        }
        double value = score.HasValue ? score.Value : clip;
        if (!(value is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(score), value, "The scorer calls its numbers probabilities; they must lie in 0 … 1. Give it another range.");
        }
        return isOdds ? Logit(value) : Math.Log(weight == ParticleWeight.Product ? value : Math.Max(value, clip));
    }

    /// <summary>What a step adds to a log-weight.</summary>
    /// <param name="potential">Potential after the step.</param>
    /// <param name="before">Potential before it.</param>
    /// <param name="stepLogProb">Log-probability of the step under the drawing model; read by the ratio only.</param>
    /// <param name="temperature">Odds temperature.</param>
    public double Increment(double potential, double before, double stepLogProb, double temperature) => weight switch
    {
        ParticleWeight.Odds => potential / temperature,
        ParticleWeight.Product => potential,
        ParticleWeight.Ratio => potential - before - stepLogProb,
        ParticleWeight.Incremental => potential - before,
        _ => throw new InvalidOperationException("Absolute weights are set, not added to."),
    };

    private double Logit(double probability)
    {
        double p = Math.Clamp(probability, clip, 1 - clip);
        return Math.Log(p) - Math.Log(1 - p);
    }
}
