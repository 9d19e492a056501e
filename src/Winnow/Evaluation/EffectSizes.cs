using MathNet.Numerics;
using Winnow.Numerics;

namespace Winnow.Evaluation;

/// <summary>How large the difference of two independent samples A and B is, in units that do not depend on their scale.</summary>
/// <param name="CohenD">Difference of means over the pooled standard deviation.</param>
/// <param name="HedgesG">d times its exact correction for small samples.</param>
/// <param name="HedgesGApproximate">d·(1 − 3/(4·df − 1)).</param>
/// <param name="CliffsDelta">P[A &gt; B] − P[A &lt; B].</param>
/// <param name="ProbabilityOfSuperiority">P[A &gt; B] + ½ P[A = B].</param>
public sealed record EffectSizes(
    double CohenD, double HedgesG, double HedgesGApproximate, double CliffsDelta, double ProbabilityOfSuperiority)
{
    /// <summary>Measures the difference.</summary>
    /// <param name="a">Shape [N], N ≥ 2.</param>
    /// <param name="b">Shape [M], M ≥ 2.</param>
    /// <remarks>Sources: Cohen (1988), Hedges (1981), Cliff (1993). Cost: O(N·M).</remarks>
    /// <exception cref="ArgumentException">A sample has fewer than two values.</exception>
    public static EffectSizes Of(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        if (a.Length < 2 || b.Length < 2)
        {
            throw new ArgumentException($"The samples have {a.Length} and {b.Length} values; give at least two of each.", nameof(b));
        }
        double degrees = a.Length + b.Length - 2;
        double pooled = ((a.Length - 1) * Moments.Variance(a) + (b.Length - 1) * Moments.Variance(b)) / degrees;
        double d = (Moments.Mean(a) - Moments.Mean(b)) / Math.Sqrt(pooled);
        double exact = Math.Exp(SpecialFunctions.GammaLn(degrees / 2) - SpecialFunctions.GammaLn((degrees - 1) / 2)) / Math.Sqrt(degrees / 2);
        double above = 0;
        double below = 0;
        foreach (double x in a)
        {
            foreach (double y in b)
            {
                above += x > y ? 1 : 0;
                below += x < y ? 1 : 0;
            }
        }
        double pairs = (double)a.Length * b.Length;
        return new EffectSizes(d, d * exact, d * (1 - 3 / (4 * degrees - 1)), (above - below) / pairs, (above + (pairs - above - below) / 2) / pairs);
    }

    /// <summary>Cohen's h of two proportions: 2·asin√p₁ − 2·asin√p₂.</summary>
    /// <param name="p1">0 … 1.</param>
    /// <param name="p2">0 … 1.</param>
    public static double CohensH(double p1, double p2) => 2 * Math.Asin(Math.Sqrt(p1)) - 2 * Math.Asin(Math.Sqrt(p2));
}
