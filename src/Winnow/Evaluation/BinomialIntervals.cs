using Winnow.Numerics;

namespace Winnow.Evaluation;

/// <summary>
/// Intervals of a success probability from k successes in n trials. Wilson's is the default: close to its nominal
/// level at every p, where the textbook ±1.96 standard errors are not (Brown, Cai and DasGupta, 2001).
/// </summary>
public static class BinomialIntervals
{
    /// <summary>Wilson's score interval, without continuity correction.</summary>
    /// <param name="successes">0 … trials.</param>
    /// <param name="trials">At least 1.</param>
    /// <param name="alpha">Two-sided error, in (0, 1); 0.05 gives a 95 % interval.</param>
    /// <remarks>Source: Wilson (1927).</remarks>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public static Interval Wilson(int successes, int trials, double alpha = 0.05)
    {
        Check(successes, trials);
        double z = Distributions.NormalCritical(alpha);
        double n = trials;
        double p = successes / n;
        double square = z * z / n;
        double centre = (p + square / 2) / (1 + square);
        double half = z / (1 + square) * Math.Sqrt(p * (1 - p) / n + square / (4 * n));
        // At the ends the formula gives 0 and 1 but for rounding.
        return new Interval(
            successes == 0 ? 0 : Math.Max(centre - half, 0),
            successes == trials ? 1 : Math.Min(centre + half, 1));
    }

    /// <summary>Clopper and Pearson's exact interval: never below its level, and wide for it.</summary>
    /// <param name="successes">0 … trials.</param>
    /// <param name="trials">At least 1.</param>
    /// <param name="alpha">Two-sided error, in (0, 1).</param>
    /// <remarks>Source: Clopper and Pearson (1934); beta quantiles.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public static Interval ClopperPearson(int successes, int trials, double alpha = 0.05)
    {
        Check(successes, trials);
        return new Interval(
            successes == 0 ? 0 : Distributions.BetaQuantile(alpha / 2, successes, trials - successes + 1),
            successes == trials ? 1 : Distributions.BetaQuantile(1 - alpha / 2, successes + 1, trials - successes));
    }

    /// <summary>Agresti and Coull's interval: the plain one around Wilson's centre, clipped to [0, 1].</summary>
    /// <param name="successes">0 … trials.</param>
    /// <param name="trials">At least 1.</param>
    /// <param name="alpha">Two-sided error, in (0, 1).</param>
    /// <remarks>Source: Agresti and Coull (1998).</remarks>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public static Interval AgrestiCoull(int successes, int trials, double alpha = 0.05)
    {
        Check(successes, trials);
        double z = Distributions.NormalCritical(alpha);
        double n = trials + z * z;
        double p = (successes + z * z / 2) / n;
        double half = z * Math.Sqrt(p * (1 - p) / n);
        return new Interval(Math.Max(p - half, 0), Math.Min(p + half, 1));
    }

    /// <summary>Jeffreys' interval: equal-tailed quantiles of Beta(k + ½, n − k + ½), also at k = 0 and k = n.</summary>
    /// <param name="successes">0 … trials.</param>
    /// <param name="trials">At least 1.</param>
    /// <param name="alpha">Two-sided error, in (0, 1).</param>
    /// <remarks>Source: Brown, Cai and DasGupta (2001), which replace the end by 0 or 1 at k = 0 and k = n; here it is not replaced.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public static Interval Jeffreys(int successes, int trials, double alpha = 0.05)
    {
        Check(successes, trials);
        return new Interval(
            Distributions.BetaQuantile(alpha / 2, successes + 0.5, trials - successes + 0.5),
            Distributions.BetaQuantile(1 - alpha / 2, successes + 0.5, trials - successes + 0.5));
    }

    /// <summary>The textbook interval p ± z·√(p(1−p)/n), not clipped. Far below its level near 0 and 1: for comparison only.</summary>
    /// <param name="successes">0 … trials.</param>
    /// <param name="trials">At least 1.</param>
    /// <param name="alpha">Two-sided error, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public static Interval Wald(int successes, int trials, double alpha = 0.05)
    {
        Check(successes, trials);
        double p = (double)successes / trials;
        double half = Distributions.NormalCritical(alpha) * Math.Sqrt(p * (1 - p) / trials);
        return new Interval(p - half, p + half);
    }

    /// <summary>Newcombe's interval of p₁ − p₂ of two independent samples, from their Wilson intervals.</summary>
    /// <param name="successes1">0 … trials1.</param>
    /// <param name="trials1">At least 1.</param>
    /// <param name="successes2">0 … trials2.</param>
    /// <param name="trials2">At least 1.</param>
    /// <param name="alpha">Two-sided error, in (0, 1).</param>
    /// <remarks>Source: Newcombe (1998), method 10. For the same items under two systems use a paired test instead.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public static Interval NewcombeDifference(int successes1, int trials1, int successes2, int trials2, double alpha = 0.05)
    {
        Interval first = Wilson(successes1, trials1, alpha);
        Interval second = Wilson(successes2, trials2, alpha);
        double p1 = (double)successes1 / trials1;
        double p2 = (double)successes2 / trials2;
        return new Interval(
            p1 - p2 - double.Hypot(p1 - first.Low, second.High - p2),
            p1 - p2 + double.Hypot(first.High - p1, p2 - second.Low));
    }

    /// <summary>The probability that an interval contains p, summed exactly over the binomial law.</summary>
    /// <param name="interval">An interval of (successes, trials).</param>
    /// <param name="p">The true probability, 0 … 1.</param>
    /// <param name="trials">At least 1.</param>
    /// <remarks>Cost: one interval for each of the n + 1 outcomes.</remarks>
    public static double ExactCoverage(Func<int, int, Interval> interval, double p, int trials)
    {
        ArgumentNullException.ThrowIfNull(interval);
        Check(0, trials);
        double coverage = 0;
        for (int k = 0; k <= trials; k++)
        {
            if (interval(k, trials).Contains(p))
            {
                coverage += Distributions.BinomialProbability(k, trials, p);
            }
        }
        return coverage;
    }

    private static void Check(int successes, int trials)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        if (successes < 0 || successes > trials)
        {
            throw new ArgumentOutOfRangeException(nameof(successes), successes, $"There are {successes} successes in {trials} trials; they must lie in 0 … {trials}.");
        }
    }
}
