using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Winnow.Numerics;

/// <summary>A fitted linear model.</summary>
public sealed record LinearFit
{
    /// <summary>Shape [P]; the intercept first where there is one.</summary>
    public required IReadOnlyList<double> Coefficients { get; init; }

    /// <summary>Shape [P].</summary>
    public required IReadOnlyList<double> StandardErrors { get; init; }

    /// <summary>Rows less coefficients; the degrees of freedom of the residual.</summary>
    public required int DegreesOfFreedom { get; init; }

    /// <summary>Weighted residual sum of squares over the degrees of freedom; NaN where there are none.</summary>
    public required double ResidualVariance { get; init; }

    /// <summary>Share of variance explained; around 0 instead of the mean where there is no intercept.</summary>
    public required double RSquared { get; init; }

    /// <summary>R² with each variance over its degrees of freedom.</summary>
    public required double AdjustedRSquared { get; init; }

    /// <summary>Coefficient over standard error.</summary>
    public double T(int coefficient) => Coefficients[coefficient] / StandardErrors[coefficient];

    /// <summary>Two-sided p-value of a coefficient being 0, from Student's t.</summary>
    public double PValue(int coefficient) => Distributions.StudentTwoSided(T(coefficient), DegreesOfFreedom);

    /// <summary>Confidence interval of a coefficient.</summary>
    /// <param name="coefficient">Its index.</param>
    /// <param name="alpha">Two-sided error, in (0, 1).</param>
    public (double Low, double High) ConfidenceInterval(int coefficient, double alpha = 0.05)
    {
        double half = Distributions.StudentCritical(alpha, DegreesOfFreedom) * StandardErrors[coefficient];
        return (Coefficients[coefficient] - half, Coefficients[coefficient] + half);
    }
}

/// <summary>Ordinary and weighted least squares.</summary>
public static class LinearRegression
{
    private const double RankTolerance = 1e-12;

    /// <summary>Minimises Σ w (y − Xβ)².</summary>
    /// <param name="rows">Shape [N][C]; one observation each; C may be 0 with an intercept.</param>
    /// <param name="y">Shape [N].</param>
    /// <param name="intercept">Whether a constant column comes first.</param>
    /// <param name="weights">Shape [N]; positive, in proportion to inverse variances; empty means all equal.</param>
    /// <remarks>By Householder QR, which does not square the condition number. Cost: O(N·P²).</remarks>
    /// <exception cref="ArgumentException">The shapes differ, there are fewer rows than coefficients, a weight is not positive, or columns depend on each other.</exception>
    public static LinearFit Fit(
        IReadOnlyList<double[]> rows, ReadOnlySpan<double> y, bool intercept = true, ReadOnlySpan<double> weights = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        int n = rows.Count;
        int columns = n == 0 ? 0 : rows[0].Length;
        int p = columns + (intercept ? 1 : 0);
        if (y.Length != n || (!weights.IsEmpty && weights.Length != n) || rows.Any(row => row.Length != columns))
        {
            throw new ArgumentException($"There are {n} rows, {y.Length} targets and {weights.Length} weights; give as many of each, with rows of one length.", nameof(y));
        }
        if (p == 0 || n < p)
        {
            throw new ArgumentException($"{n} rows cannot determine {p} coefficients; give at least as many rows, and at least one column or an intercept.", nameof(rows));
        }
        var design = DenseMatrix.Create(n, p, 0);
        var target = DenseVector.Create(n, 0);
        double weightSum = 0;
        double weightedSum = 0;
        for (int i = 0; i < n; i++)
        {
            double weight = weights.IsEmpty ? 1 : weights[i];
            if (!(weight > 0) || double.IsInfinity(weight))
            {
                throw new ArgumentException($"Weight {i} is {weight}; it must be positive and finite.", nameof(weights));
            }
            double root = Math.Sqrt(weight);
            if (intercept)
            {
                design[i, 0] = root;
            }
            for (int c = 0; c < columns; c++)
            {
                design[i, p - columns + c] = root * rows[i][c];
            }
            target[i] = root * y[i];
            weightSum += weight;
            weightedSum += weight * y[i];
        }
        double centre = intercept ? weightedSum / weightSum : 0;
        double totalSquares = 0;
        for (int i = 0; i < n; i++)
        {
            double gap = y[i] - centre;
            totalSquares += (weights.IsEmpty ? 1 : weights[i]) * gap * gap;
        }
        QR<double> qr = design.QR(QRMethod.Thin);
        double largest = qr.R.Diagonal().AbsoluteMaximum();
        if (qr.R.Diagonal().AbsoluteMinimum() <= RankTolerance * largest)
        {
            throw new ArgumentException("Columns of the design depend on each other; drop one of them.", nameof(rows));
        }
        Vector<double> beta = qr.Solve(target);
        double squares = (target - design * beta).DotProduct(target - design * beta);
        double variance = n > p ? squares / (n - p) : double.NaN;
        Matrix<double> inverse = qr.R.Inverse();
        double rSquared = 1 - squares / totalSquares;
        return new LinearFit
        {
            Coefficients = beta.ToArray(),
            StandardErrors = [.. Enumerable.Range(0, p).Select(j => Math.Sqrt(variance) * inverse.Row(j).L2Norm())],
            DegreesOfFreedom = n - p,
            ResidualVariance = variance,
            RSquared = rSquared,
            AdjustedRSquared = 1 - (1 - rSquared) * (n - (intercept ? 1 : 0)) / (n - p),
        };
    }

    /// <summary>Fits y = coefficient · x^exponent by least squares of ln y on ln x.</summary>
    /// <param name="x">Shape [N], N ≥ 2; positive.</param>
    /// <param name="y">Shape [N]; positive.</param>
    /// <returns>The fit in logs: coefficient 0 is ln coefficient, coefficient 1 the exponent.</returns>
    /// <exception cref="ArgumentException">The shapes differ, a number is not positive, or all x are equal.</exception>
    public static LinearFit FitLogLog(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double[] logX = Logs(x, nameof(x));
        return Fit([.. logX.Select(value => (double[])[value])], Logs(y, nameof(y)));
    }

    private static double[] Logs(ReadOnlySpan<double> values, string name)
    {
        double[] logs = new double[values.Length];
        for (int i = 0; i < logs.Length; i++)
        {
            if (!(values[i] > 0))
            {
                throw new ArgumentException($"Value {i} of {name} is {values[i]}; it must be positive to have a logarithm.", name);
            }
            logs[i] = Math.Log(values[i]);
        }
        return logs;
    }
}
