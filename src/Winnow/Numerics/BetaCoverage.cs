using MathNet.Numerics;

namespace Winnow.Numerics;

/// <summary>Coverage of k draws where the success probability varies over problems as Beta(α, β).</summary>
/// <param name="Alpha">α, greater than 0: below 1 most problems are hard.</param>
/// <param name="Beta">β, greater than 0.</param>
/// <remarks>Source: Levi (2024); Schaeffer et al. (2025): 1 − c(k) falls as the power −α of k, though for each problem it falls exponentially.</remarks>
public sealed record BetaCoverage(double Alpha, double Beta)
{
    /// <summary>The mean coverage 1 − E[(1 − p)^k] = 1 − B(α, β + k) / B(α, β).</summary>
    /// <param name="k">Draws, at least 0.</param>
    public double At(double k) => -SpecialFunctions.Expm1(
        SpecialFunctions.GammaLn(Beta + k) - SpecialFunctions.GammaLn(Alpha + Beta + k)
        - SpecialFunctions.GammaLn(Beta) + SpecialFunctions.GammaLn(Alpha + Beta));

    /// <summary>The constant to which (1 − c(k))·k^α tends: Γ(α + β) / Γ(β).</summary>
    public double TailConstant => Math.Exp(SpecialFunctions.GammaLn(Alpha + Beta) - SpecialFunctions.GammaLn(Beta));
}
