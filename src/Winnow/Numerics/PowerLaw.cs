namespace Winnow.Numerics;

/// <summary>A power law with a floor, y = a·x^(−b) + c.</summary>
/// <param name="A">Size of what falls.</param>
/// <param name="B">Exponent.</param>
/// <param name="C">Floor.</param>
/// <param name="SumOfSquares">Residual sum of squares.</param>
/// <param name="StandardErrors">Of a, b and c, from s²(JᵀJ)⁻¹ with s² over N − 3; NaN for three points.</param>
public sealed record PowerLaw(double A, double B, double C, double SumOfSquares, IReadOnlyList<double> StandardErrors)
{
    /// <summary>The value at x.</summary>
    /// <param name="x">Greater than 0.</param>
    public double At(double x) => A * Math.Pow(x, -B) + C;

    /// <summary>Fits by unweighted least squares in y, from a = first − last, b = ½, c = 0.9 · least.</summary>
    /// <param name="x">Shape [N], N ≥ 3; positive.</param>
    /// <param name="y">Shape [N].</param>
    /// <remarks>For laws of loss over size or compute (Kaplan et al., 2020; Hoffmann et al., 2022 with another objective).</remarks>
    /// <exception cref="ArgumentException">The shapes differ, there are fewer than three points, or an x is not positive.</exception>
    public static PowerLaw Fit(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.Length != y.Length || x.Length < 3)
        {
            throw new ArgumentException($"There are {x.Length} x and {y.Length} y; give at least three points.", nameof(y));
        }
        double[] logX = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            if (!(x[i] > 0))
            {
                throw new ArgumentException($"x[{i}] is {x[i]}; it must be positive.", nameof(x));
            }
            logX[i] = Math.Log(x[i]);
        }
        double[] observed = y.ToArray();
        double first = observed[Array.IndexOf(logX, logX.Min())];
        double last = observed[Array.IndexOf(logX, logX.Max())];
        LeastSquaresFit fit = LeastSquares.Minimise(
            (parameters, residuals, jacobian) =>
            {
                for (int i = 0; i < logX.Length; i++)
                {
                    double power = Math.Exp(-parameters[1] * logX[i]);
                    residuals[i] = parameters[0] * power + parameters[2] - observed[i];
                    jacobian[3 * i] = power;
                    jacobian[3 * i + 1] = -parameters[0] * logX[i] * power;
                    jacobian[3 * i + 2] = 1;
                }
            },
            logX.Length, [first - last, 0.5, 0.9 * observed.Min()]);
        return new PowerLaw(fit.Parameters[0], fit.Parameters[1], fit.Parameters[2], fit.SumOfSquares, fit.StandardErrors);
    }
}
