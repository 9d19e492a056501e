using Winnow.Numerics;

namespace Winnow.Scaling;

/// <summary>Pass probability against model size, −ln p = C·N^(−α).</summary>
/// <param name="LogC">ln C.</param>
/// <param name="Alpha">α; positive where larger models pass more often.</param>
/// <remarks>Source: Hu et al. (2024), the task-level law of PassUntil.</remarks>
public sealed record PassUntilScaling(double LogC, double Alpha)
{
    /// <summary>The probability at a size.</summary>
    /// <param name="size">N, greater than 0.</param>
    public double At(double size) => Math.Exp(-Math.Exp(LogC - Alpha * Math.Log(size)));

    /// <summary>Fits ln(−ln p) linearly in ln N.</summary>
    /// <param name="sizes">Shape [N], N ≥ 2; positive.</param>
    /// <param name="probabilities">Shape [N]; each in (0, 1).</param>
    /// <exception cref="ArgumentException">The shapes differ, there are fewer than two points, or a number lies outside its range.</exception>
    public static PassUntilScaling Fit(ReadOnlySpan<double> sizes, ReadOnlySpan<double> probabilities)
    {
        double[] rates = new double[probabilities.Length];
        for (int i = 0; i < rates.Length; i++)
        {
            rates[i] = -Math.Log(probabilities[i]);
        }
        LinearFit fit = LinearRegression.FitLogLog(sizes, rates);
        return new PassUntilScaling(fit.Coefficients[0], -fit.Coefficients[1]);
    }
}
