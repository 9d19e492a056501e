using Winnow.Numerics;

namespace Winnow.Judging;

/// <summary>P(True): what a model says when it is asked whether a proposed answer is true.</summary>
/// <param name="Probability">P(true) / (P(true) + P(false)).</param>
/// <param name="OptionMass">P(true) + P(false): the probability of saying either. Where it is small the question was not understood.</param>
/// <remarks>Source: Kadavath et al. (2022), "Language Models (Mostly) Know What They Know". Measure its AUROC before relying on it: small models do not know.</remarks>
public readonly record struct SelfAssessment(double Probability, double OptionMass)
{
    /// <summary>From the log-probabilities of the next token.</summary>
    /// <param name="logProbsTrue">Of the spellings of "true", for example of <c>(A)</c> and <c> A</c>; natural log, at least one.</param>
    /// <param name="logProbsFalse">Of the spellings of "false".</param>
    /// <exception cref="ArgumentException">An option has no spelling, or neither has any probability.</exception>
    public static SelfAssessment Of(ReadOnlySpan<double> logProbsTrue, ReadOnlySpan<double> logProbsFalse)
    {
        if (logProbsTrue.IsEmpty || logProbsFalse.IsEmpty)
        {
            throw new ArgumentException($"There are {logProbsTrue.Length} spellings of true and {logProbsFalse.Length} of false; give at least one of each.", nameof(logProbsTrue));
        }
        double yes = LogWeights.LogSumExp(logProbsTrue);
        double no = LogWeights.LogSumExp(logProbsFalse);
        double both = LogWeights.LogSumExp([yes, no]);
        return double.IsNegativeInfinity(both)
            ? throw new ArgumentException("Neither option has any probability; P(True) is undefined.", nameof(logProbsTrue))
            : new SelfAssessment(Math.Exp(yes - both), Math.Exp(both));
    }

    /// <summary>The mean over both orders of the options, which takes the model's liking for a letter out.</summary>
    public static double OfBothOrders(SelfAssessment first, SelfAssessment second) => (first.Probability + second.Probability) / 2;

    /// <summary>Where there are no log-probabilities: how often the model says true, smoothed, (s + 1) / (k + 2).</summary>
    /// <param name="saidTrue">s, 0 … asked.</param>
    /// <param name="asked">k, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The counts lie outside their ranges.</exception>
    public static double FromFrequency(int saidTrue, int asked)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(asked);
        ArgumentOutOfRangeException.ThrowIfNegative(saidTrue);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(saidTrue, asked);
        return (saidTrue + 1.0) / (asked + 2.0);
    }
}
