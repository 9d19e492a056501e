namespace Winnow.Numerics;

/// <summary>Coverage of k draws as an exponentiated power law, c(k) = exp(a·k^b) with a, b &lt; 0.</summary>
/// <param name="A">ln of the coverage of one draw; negative.</param>
/// <param name="B">Exponent; negative where coverage rises.</param>
/// <remarks>Source: Brown et al. (2024), "Large Language Monkeys".</remarks>
public sealed record ExponentiatedPowerLaw(double A, double B)
{
    /// <summary>The coverage of k draws.</summary>
    /// <param name="k">Greater than 0.</param>
    public double At(double k) => Math.Exp(A * Math.Pow(k, B));

    /// <summary>Fits ln(−ln c) linearly in ln k. Points with coverage 0 or 1 carry no logarithm and are left out.</summary>
    /// <param name="k">Shape [N]; positive.</param>
    /// <param name="coverage">Shape [N]; 0 … 1.</param>
    /// <exception cref="ArgumentException">The shapes differ, a number lies outside its range, or fewer than two points have coverage in (0, 1).</exception>
    public static ExponentiatedPowerLaw FitLinear(ReadOnlySpan<double> k, ReadOnlySpan<double> coverage)
    {
        int[] usable = Usable(k, coverage);
        double[][] rows = new double[usable.Length][];
        double[] targets = new double[usable.Length];
        for (int i = 0; i < usable.Length; i++)
        {
            rows[i] = [Math.Log(k[usable[i]])];
            targets[i] = Math.Log(-Math.Log(coverage[usable[i]]));
        }
        LinearFit fit = LinearRegression.Fit(rows, targets);
        return new ExponentiatedPowerLaw(-Math.Exp(fit.Coefficients[0]), fit.Coefficients[1]);
    }

    /// <summary>Fits by least squares in coverage, starting from the linear fit, on the same points.</summary>
    /// <param name="k">Shape [N]; positive.</param>
    /// <param name="coverage">Shape [N]; 0 … 1.</param>
    /// <param name="weights">Shape [N]; of the squared residuals, as a rule inverse variances; empty means all equal.</param>
    /// <exception cref="ArgumentException">As for <see cref="FitLinear"/>, or a weight is not positive.</exception>
    public static ExponentiatedPowerLaw Fit(
        ReadOnlySpan<double> k, ReadOnlySpan<double> coverage, ReadOnlySpan<double> weights = default)
    {
        if (!weights.IsEmpty && weights.Length != k.Length)
        {
            throw new ArgumentException($"There are {k.Length} points and {weights.Length} weights; give one weight for each point.", nameof(weights));
        }
        ExponentiatedPowerLaw start = FitLinear(k, coverage);
        int[] usable = Usable(k, coverage);
        double[] logK = new double[usable.Length];
        double[] observed = new double[usable.Length];
        double[] root = new double[usable.Length];
        for (int i = 0; i < usable.Length; i++)
        {
            logK[i] = Math.Log(k[usable[i]]);
            observed[i] = coverage[usable[i]];
            double weight = weights.IsEmpty ? 1 : weights[usable[i]];
            if (!(weight > 0) || double.IsInfinity(weight))
            {
                throw new ArgumentException($"Weight {usable[i]} is {weight}; it must be positive and finite.", nameof(weights));
            }
            root[i] = Math.Sqrt(weight);
        }
        LeastSquaresFit fit = LeastSquares.Minimise(
            (parameters, residuals, jacobian) =>
            {
                for (int i = 0; i < logK.Length; i++)
                {
                    double power = Math.Exp(parameters[1] * logK[i]);
                    double fitted = Math.Exp(parameters[0] * power);
                    residuals[i] = root[i] * (fitted - observed[i]);
                    jacobian[2 * i] = root[i] * fitted * power;
                    jacobian[2 * i + 1] = root[i] * fitted * parameters[0] * power * logK[i];
                }
            },
            logK.Length, [start.A, start.B]);
        return new ExponentiatedPowerLaw(fit.Parameters[0], fit.Parameters[1]);
    }

    /// <summary>Positions of the points whose coverage lies strictly between 0 and 1.</summary>
    /// <param name="k">Shape [N]; positive.</param>
    /// <param name="coverage">Shape [N]; 0 … 1.</param>
    /// <exception cref="ArgumentException">As for <see cref="FitLinear"/>.</exception>
    public static int[] Usable(ReadOnlySpan<double> k, ReadOnlySpan<double> coverage)
    {
        if (k.Length != coverage.Length)
        {
            throw new ArgumentException($"There are {k.Length} numbers of draws and {coverage.Length} coverages; give as many of each.", nameof(coverage));
        }
        var usable = new List<int>();
        for (int i = 0; i < k.Length; i++)
        {
            if (!(k[i] > 0) || !(coverage[i] >= 0 && coverage[i] <= 1))
            {
                throw new ArgumentException($"Point {i} is k = {k[i]}, coverage = {coverage[i]}; k must be positive and coverage lie in [0, 1].", nameof(coverage));
            }
            if (coverage[i] is > 0 and < 1)
            {
                usable.Add(i);
            }
        }
        return usable.Count >= 2
            ? [.. usable]
            : throw new ArgumentException($"{usable.Count} points have a coverage strictly between 0 and 1; the fit needs two.", nameof(coverage));
    }
}
