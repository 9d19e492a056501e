using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Winnow.Numerics;

/// <summary>Evaluates a model's residuals and their derivatives.</summary>
/// <param name="parameters">Shape [P].</param>
/// <param name="residuals">Shape [N]; receives the (weighted) residuals.</param>
/// <param name="jacobian">Shape [N, P], row-major; receives the derivative of each residual by each parameter.</param>
public delegate void ResidualModel(ReadOnlySpan<double> parameters, Span<double> residuals, Span<double> jacobian);

/// <summary>A minimum of a sum of squares.</summary>
/// <param name="Parameters">Shape [P].</param>
/// <param name="SumOfSquares">Of the residuals there.</param>
/// <param name="StandardErrors">Shape [P]; from s²(JᵀJ)⁻¹ with s² over N − P; NaN where N = P or the fit leaves a direction open.</param>
public sealed record LeastSquaresFit(IReadOnlyList<double> Parameters, double SumOfSquares, IReadOnlyList<double> StandardErrors);

/// <summary>Non-linear least squares for few parameters.</summary>
/// <remarks>Source: Levenberg (1944), Marquardt (1963), with the diagonal scaled as Moré (1978) does.</remarks>
public static class LeastSquares
{
    private const int MaxSteps = 1000;

    /// <summary>Minimises a sum of squares from a start.</summary>
    /// <param name="model">Called once for each step tried.</param>
    /// <param name="residuals">N.</param>
    /// <param name="start">Shape [P], P ≤ N; a point where every residual is finite.</param>
    /// <remarks>Finds the minimum of the valley the start lies in. Cost: O(N·P²) a step, some tens of steps.</remarks>
    /// <exception cref="ArgumentException">There are fewer residuals than parameters, or one is not finite at the start.</exception>
    public static LeastSquaresFit Minimise(ResidualModel model, int residuals, ReadOnlySpan<double> start)
    {
        ArgumentNullException.ThrowIfNull(model);
        int p = start.Length;
        if (residuals < p || p == 0)
        {
            throw new ArgumentException($"{residuals} points cannot determine {p} parameters; give at least as many points.", nameof(residuals));
        }
        double[] at = start.ToArray();
        double[] r = new double[residuals];
        double[] jacobian = new double[residuals * p];
        double[] tried = new double[p];
        double[] triedR = new double[residuals];
        double[] triedJacobian = new double[residuals * p];
        model(at, r, jacobian);
        double squares = Squares(r);
        if (!double.IsFinite(squares))
        {
            throw new ArgumentException("A residual is not finite at the start; start elsewhere.", nameof(start));
        }
        double damping = 1e-3;
        for (int step = 0; step < MaxSteps && squares > 0; step++)
        {
            (Matrix<double> normal, Vector<double> gradient) = NormalEquations(r, jacobian, p);
            Matrix<double> damped = normal.Clone();
            for (int j = 0; j < p; j++)
            {
                damped[j, j] += damping * Math.Max(normal[j, j], 1e-300);
            }
            Vector<double> move = damped.Solve(gradient);
            double size = 0;
            for (int j = 0; j < p; j++)
            {
                tried[j] = at[j] - move[j];
                size = Math.Max(size, Math.Abs(move[j]) / Math.Max(Math.Abs(at[j]), 1e-8));
            }
            model(tried, triedR, triedJacobian);
            double triedSquares = Squares(triedR);
            if (triedSquares <= squares)
            {
                (at, tried) = (tried, at);
                (r, triedR) = (triedR, r);
                (jacobian, triedJacobian) = (triedJacobian, jacobian);
                squares = triedSquares;
                damping = Math.Max(damping / 10, 1e-15);
                if (size < 1e-13)
                {
                    break;
                }
            }
            else
            {
                damping *= 10;
                if (damping > 1e20 || size < 1e-15)
                {
                    break;
                }
            }
        }
        Matrix<double> curvature = NormalEquations(r, jacobian, p).Normal;
        double variance = residuals > p ? squares / (residuals - p) : double.NaN;
        Matrix<double> covariance = curvature.Determinant() > 0 ? curvature.Inverse() : DenseMatrix.Create(p, p, double.NaN);
        return new LeastSquaresFit(at, squares, [.. Enumerable.Range(0, p).Select(j => Math.Sqrt(variance * covariance[j, j]))]);
    }

    private static (Matrix<double> Normal, Vector<double> Gradient) NormalEquations(double[] r, double[] jacobian, int p)
    {
        var normal = DenseMatrix.Create(p, p, 0);
        var gradient = DenseVector.Create(p, 0);
        for (int i = 0; i < r.Length; i++)
        {
            ReadOnlySpan<double> row = jacobian.AsSpan(i * p, p);
            for (int j = 0; j < p; j++)
            {
                gradient[j] += row[j] * r[i];
                for (int k = 0; k < p; k++)
                {
                    normal[j, k] += row[j] * row[k];
                }
            }
        }
        return (normal, gradient);
    }

    private static double Squares(double[] r)
    {
        double sum = 0;
        foreach (double value in r)
        {
            sum += value * value;
        }
        return double.IsNaN(sum) ? double.PositiveInfinity : sum;
    }
}
