using Winnow.Numerics;

namespace Winnow.Evaluation;

/// <summary>
/// McNemar's test of two systems on the same items with right or wrong answers. Only the items they disagree on
/// count: b where only A is right, c where only B is.
/// </summary>
/// <remarks>
/// Source: McNemar (1947); Fagerland, Lydersen and Laake (2013), who recommend the mid-p variant (the exact one
/// rejects too rarely, the asymptotic one sometimes too often). With no disagreement every p-value is 1.
/// </remarks>
public static class McNemarTest
{
    /// <summary>Counts the disagreements of two systems.</summary>
    /// <param name="a">Shape [N]; whether A answered each item rightly.</param>
    /// <param name="b">Shape [N]; the same for B.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static (int OnlyA, int OnlyB) Disagreements(ReadOnlySpan<bool> a, ReadOnlySpan<bool> b)
    {
        if (a.Length != b.Length)
        {
            throw new ArgumentException($"A answered {a.Length} items and B {b.Length}; give both for the same items in the same order.", nameof(b));
        }
        int onlyA = 0;
        int onlyB = 0;
        for (int i = 0; i < a.Length; i++)
        {
            onlyA += a[i] && !b[i] ? 1 : 0;
            onlyB += b[i] && !a[i] ? 1 : 0;
        }
        return (onlyA, onlyB);
    }

    /// <summary>The exact two-sided p-value: min(1, 2·P[Bin(b + c, ½) ≤ min(b, c)]).</summary>
    /// <param name="onlyA">b, at least 0.</param>
    /// <param name="onlyB">c, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative.</exception>
    public static double Exact(int onlyA, int onlyB)
    {
        Check(onlyA, onlyB);
        return Math.Min(1, 2 * Distributions.BinomialCdf(Math.Min(onlyA, onlyB), onlyA + onlyB, 0.5));
    }

    /// <summary>The mid-p-value: the exact one less the probability of the observed outcome.</summary>
    /// <param name="onlyA">b, at least 0.</param>
    /// <param name="onlyB">c, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative.</exception>
    public static double MidP(int onlyA, int onlyB)
    {
        Check(onlyA, onlyB);
        if (onlyA == onlyB)
        {
            return 1;
        }
        int least = Math.Min(onlyA, onlyB);
        int all = onlyA + onlyB;
        return 2 * Distributions.BinomialCdf(least, all, 0.5) - Distributions.BinomialProbability(least, all, 0.5);
    }

    /// <summary>The asymptotic test; use it from b + c = 25 on.</summary>
    /// <param name="onlyA">b, at least 0.</param>
    /// <param name="onlyB">c, at least 0.</param>
    /// <param name="continuity">Whether 1 is taken from |b − c| before squaring.</param>
    /// <returns>χ² with one degree of freedom and its p-value.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative.</exception>
    public static (double Statistic, double PValue) ChiSquare(int onlyA, int onlyB, bool continuity = true)
    {
        Check(onlyA, onlyB);
        if (onlyA + onlyB == 0)
        {
            return (0, 1);
        }
        double gap = Math.Abs(onlyA - onlyB) - (continuity ? 1 : 0);
        double statistic = gap * gap / (onlyA + onlyB);
        return (statistic, Distributions.ChiSquareSurvival(statistic, 1));
    }

    /// <summary>The exact probability that the mid-p test rejects two equally good systems.</summary>
    /// <param name="items">Number of items, at least 1.</param>
    /// <param name="discordance">Probability that the systems disagree on an item, 0 … 1.</param>
    /// <param name="alpha">Level of the test, in (0, 1).</param>
    /// <remarks>Cost: O(N²): every number of disagreements and every split of it.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public static double MidPSize(int items, double discordance, double alpha = 0.05)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(items, 1);
        double size = 0;
        for (int all = 0; all <= items; all++)
        {
            double rejected = 0;
            for (int onlyA = 0; 2 * onlyA < all && MidP(onlyA, all - onlyA) <= alpha; onlyA++)
            {
                rejected += 2 * Distributions.BinomialProbability(onlyA, all, 0.5);
            }
            size += rejected * Distributions.BinomialProbability(all, items, discordance);
        }
        return size;
    }

    private static void Check(int onlyA, int onlyB)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(onlyA);
        ArgumentOutOfRangeException.ThrowIfNegative(onlyB);
    }
}
