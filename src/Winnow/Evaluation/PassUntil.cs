using MathNet.Numerics;
using Winnow.Numerics;

namespace Winnow.Evaluation;

/// <summary>
/// Estimates of a small success probability by drawing until the r-th success: the error is relative, however rare
/// success is.
/// </summary>
/// <param name="MaximumLikelihood">r / K; biased upwards.</param>
/// <param name="Unbiased">(r − 1) / (K − 1); null for r = 1.</param>
/// <param name="Interval">Exact interval from beta quantiles.</param>
/// <remarks>Source: Hu et al. (2024), "Predicting Emergent Abilities with Infinite Resolution Evaluation"; Haldane (1945).</remarks>
public sealed record PassUntil(double MaximumLikelihood, double? Unbiased, Interval Interval)
{
    /// <summary>The estimate after stopping at the r-th success.</summary>
    /// <param name="successes">r, at least 1.</param>
    /// <param name="draws">K, at least r.</param>
    /// <param name="alpha">Two-sided error, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public static PassUntil Stopped(int successes, int draws, double alpha = 0.05)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(successes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, successes);
        double r = successes;
        double k = draws;
        return new PassUntil(
            r / k,
            successes == 1 ? null : draws == 1 ? 1 : (r - 1) / (k - 1),
            new Interval(
                Distributions.BetaQuantile(alpha / 2, r, k - r + 1),
                successes == draws ? 1 : Distributions.BetaQuantile(1 - alpha / 2, r, k - r)));
    }

    /// <summary>The estimate where a cap stopped the draws first: the number of successes is then binomial.</summary>
    /// <param name="successes">Successes within the cap.</param>
    /// <param name="cap">Draws made, at least 1.</param>
    /// <param name="alpha">Two-sided error, in (0, 1).</param>
    /// <returns>Clopper and Pearson's interval, and without any success the one-sided upper bound 1 − α^(1/cap).</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public static (double Estimate, Interval Interval, double? OneSidedUpper) Censored(int successes, int cap, double alpha = 0.05)
    {
        Interval interval = BinomialIntervals.ClopperPearson(successes, cap, alpha);
        return ((double)successes / cap, interval, successes == 0 ? -SpecialFunctions.Expm1(Math.Log(alpha) / cap) : null);
    }

    /// <summary>What the estimators give on average, summed over the law of K.</summary>
    /// <param name="successes">r, at least 2.</param>
    /// <param name="p">True probability, in (0, 1).</param>
    /// <returns>Means of both estimators, the standard deviation of the unbiased one, and the mean number of draws.</returns>
    /// <remarks>Cost: O(r/p) terms and a tail.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public static (double MeanUnbiased, double MeanMaximumLikelihood, double SdUnbiased, double ExpectedDraws) Expectation(int successes, double p)
    {
        const double Negligible = 1e-18;
        ArgumentOutOfRangeException.ThrowIfLessThan(successes, 2);
        if (!(p > 0 && p < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(p), p, $"p is {p}; it must lie in (0, 1).");
        }
        double r = successes;
        double probability = Math.Pow(p, r);
        double expected = r / p;
        double unbiased = 0;
        double likelihood = 0;
        double squares = 0;
        for (double k = r; probability > Negligible || k < expected; k++)
        {
            double estimate = (r - 1) / (k - 1);
            unbiased += probability * estimate;
            squares += probability * estimate * estimate;
            likelihood += probability * r / k;
            probability *= k * (1 - p) / (k - r + 1);
        }
        return (unbiased, likelihood, Math.Sqrt(squares - unbiased * unbiased), expected);
    }
}
