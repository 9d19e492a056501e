namespace Winnow.Search;

/// <summary>By what the odds temperature is annealed.</summary>
public enum AnnealingRule
{
    /// <summary>In a straight line over the steps.</summary>
    Linear,

    /// <summary>By the effective sample size of the weights.</summary>
    Ess,

    /// <summary>By the entropy of the weights.</summary>
    Entropy,

    /// <summary>By the step alone, where the weights are concentrated.</summary>
    Base,
}

/// <summary>An odds temperature that changes from step to step. For parity with published code; the default filter does not anneal.</summary>
/// <remarks>Sources: the linear rule is that of the particle-filtering paper's code, the others those of the its_hub library 1.2.0.</remarks>
public sealed record Annealing
{
    /// <summary>By what.</summary>
    public AnnealingRule Rule { get; init; } = AnnealingRule.Linear;

    /// <summary>Linear: first temperature. Default 2.</summary>
    public double Start { get; init; } = 2;

    /// <summary>Linear: last temperature. Default 1.</summary>
    public double End { get; init; } = 1;

    /// <summary>Steps over which the temperature changes. At least 1; default 40.</summary>
    public int TotalSteps { get; init; } = 40;

    /// <summary>Others: share of N below which the effective sample size counts as low. Default 0.5.</summary>
    public double EssThreshold { get; init; } = 0.5;

    /// <summary>Others: share of the steps in which weights are softened. Default 0.5.</summary>
    public double EarlyPhase { get; init; } = 0.5;

    /// <summary>The temperature at a step.</summary>
    /// <param name="step">Linear: k from 0; the first resampling uses 1. Others: from 1.</param>
    /// <param name="probabilities">Shape [N]; the weights at temperature 1; not read by the linear rule.</param>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative.</exception>
    public double TemperatureAt(int step, ReadOnlySpan<double> probabilities)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        return Rule == AnnealingRule.Linear ? Linear(step) : BySpread(step, probabilities);
    }

    /// <summary>One over the sum of squares, as in the library, which does not bring the weights to a sum of 1 again.</summary>
    internal static double EffectiveSize(ReadOnlySpan<double> probabilities)
    {
        double squares = 0;
        foreach (double probability in probabilities)
        {
            double p = Math.Clamp(probability, 1e-7, 1 - 1e-7);
            squares += p * p;
        }
        return 1 / squares;
    }

    /// <summary>Entropy of weights over that of equal ones; of one or two particles it is not divided, as in the library.</summary>
    internal static double NormalisedEntropy(ReadOnlySpan<double> probabilities)
    {
        double entropy = 0;
        foreach (double probability in probabilities)
        {
            double p = Math.Clamp(probability, 1e-7, 1 - 1e-7);
            entropy -= p * Math.Log(p);
        }
        return probabilities.Length > 2 ? entropy / Math.Log(probabilities.Length) : entropy;
    }

    private double Linear(int step) =>
        TotalSteps <= 1 || step >= TotalSteps ? End : Start - (Start - End) * step / (TotalSteps - 1);

    private double BySpread(int step, ReadOnlySpan<double> probabilities)
    {
        double progress = (double)step / TotalSteps;
        double ess = EffectiveSize(probabilities);
        if (ess / probabilities.Length >= EssThreshold || progress >= EarlyPhase)
        {
            return 1;
        }
        double value = Rule switch
        {
            AnnealingRule.Ess => (1 - progress) * probabilities.Length / ess,
            AnnealingRule.Entropy when NormalisedEntropy(probabilities) is var h => 1 / (h + (1 - h) * progress),
            _ => 2 - progress,
        };
        return Math.Max(1, value);
    }
}
