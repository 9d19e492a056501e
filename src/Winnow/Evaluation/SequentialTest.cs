namespace Winnow.Evaluation;

/// <summary>What a sequential test has decided.</summary>
public enum SequentialDecision
{
    /// <summary>More outcomes are needed.</summary>
    Undecided,

    /// <summary>The smaller probability.</summary>
    AcceptNull,

    /// <summary>The larger probability.</summary>
    AcceptAlternative,
}

/// <summary>Wald's sequential test of a success probability: p₀ against p₁, looking after every outcome.</summary>
/// <remarks>Source: Wald (1945). Errors are α and β but for the overshoot of the last step.</remarks>
public sealed class SequentialTest
{
    private readonly double onSuccess;
    private readonly double onFailure;

    /// <summary>Starts a test.</summary>
    /// <param name="p0">Null probability, in (0, 1).</param>
    /// <param name="p1">Alternative, in (0, 1), another.</param>
    /// <param name="alpha">Probability to accept p₁ wrongly, in (0, 1).</param>
    /// <param name="beta">Probability to accept p₀ wrongly, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public SequentialTest(double p0, double p1, double alpha = 0.05, double beta = 0.05)
    {
        Check(p0, nameof(p0));
        Check(p1, nameof(p1));
        Check(alpha, nameof(alpha));
        Check(beta, nameof(beta));
        ArgumentOutOfRangeException.ThrowIfEqual(p1, p0);
        onSuccess = Math.Log(p1 / p0);
        onFailure = Math.Log((1 - p1) / (1 - p0));
        Upper = Math.Log((1 - beta) / alpha);
        Lower = Math.Log(beta / (1 - alpha));
    }

    /// <summary>Log-likelihood ratio from which p₁ is accepted.</summary>
    public double Upper { get; }

    /// <summary>Log-likelihood ratio down to which p₀ is accepted.</summary>
    public double Lower { get; }

    /// <summary>The log-likelihood ratio so far.</summary>
    public double LogLikelihoodRatio { get; private set; }

    /// <summary>What is decided; once decided it stays.</summary>
    public SequentialDecision Decision { get; private set; }

    /// <summary>Takes in an outcome.</summary>
    /// <returns>What is decided now.</returns>
    public SequentialDecision Add(bool success)
    {
        LogLikelihoodRatio += success ? onSuccess : onFailure;
        if (Decision == SequentialDecision.Undecided)
        {
            Decision = LogLikelihoodRatio >= Upper ? SequentialDecision.AcceptAlternative
                : LogLikelihoodRatio <= Lower ? SequentialDecision.AcceptNull
                : SequentialDecision.Undecided;
        }
        return Decision;
    }

    private static void Check(double value, string name)
    {
        if (!(value > 0 && value < 1))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must lie in (0, 1).");
        }
    }
}
