using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Winnow.Numerics;

/// <summary>How much single rows decide a least-squares fit: the weights of importance sampling of rows.</summary>
public static class LeverageScores
{
    private const double RankTolerance = 1e-12;

    /// <summary>The leverage of each row, a_iᵀ(AᵀA)⁺a_i; they sum to the rank.</summary>
    /// <param name="rows">Shape [N][C].</param>
    /// <returns>Shape [N], each 0 … 1, and the numerical rank.</returns>
    /// <remarks>From the left singular vectors. Source: Mahoney (2011). Cost: O(N·C·min(N, C)).</remarks>
    /// <exception cref="ArgumentException">There are no rows, or rows of different lengths.</exception>
    public static (double[] Leverage, int Rank) Of(IReadOnlyList<double[]> rows)
    {
        var svd = Matrix(rows).Svd();
        int rank = svd.S.Count(value => value > RankTolerance * Math.Max(rows.Count, rows[0].Length) * svd.S[0]);
        return ([.. Enumerable.Range(0, rows.Count).Select(i => Enumerable.Range(0, rank).Sum(k => svd.U[i, k] * svd.U[i, k]))], rank);
    }

    /// <summary>Ridge leverage, a_iᵀ(AᵀA + λI)⁻¹a_i; they sum to the effective dimension.</summary>
    /// <param name="rows">Shape [N][C].</param>
    /// <param name="lambda">Greater than 0.</param>
    /// <returns>Shape [N].</returns>
    /// <remarks>Source: Alaoui and Mahoney (2015).</remarks>
    /// <exception cref="ArgumentException">There are no rows, rows of different lengths, or λ is not positive.</exception>
    public static double[] Ridge(IReadOnlyList<double[]> rows, double lambda)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(lambda);
        var svd = Matrix(rows).Svd();
        return [.. Enumerable.Range(0, rows.Count).Select(i => Enumerable.Range(0, svd.S.Count)
            .Sum(k => svd.U[i, k] * svd.U[i, k] * svd.S[k] * svd.S[k] / (svd.S[k] * svd.S[k] + lambda)))];
    }

    /// <summary>The Lewis weights of order p: the fixed point w_i = leverage_i of diag(w)^(½ − 1/p)·A.</summary>
    /// <param name="rows">Shape [N][C].</param>
    /// <param name="p">Greater than 0.</param>
    /// <returns>Shape [N]; they sum to the rank.</returns>
    /// <remarks>
    /// Source: Cohen and Peng (2015): w ← (w^(2/p − 1)·leverage)^(p/2), which contracts for p below 4; above, steps are
    /// taken in logs with half their length, which converges for any p. Cost: one decomposition a step.
    /// </remarks>
    /// <exception cref="ArgumentException">There are no rows, rows of different lengths, or p is not positive.</exception>
    public static double[] Lewis(IReadOnlyList<double[]> rows, double p)
    {
        const int MaxSteps = 2000;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(p);
        double[] w = [.. Of(rows).Leverage];
        double length = Math.Min(p / 2, 1);
        for (int step = 0; step < MaxSteps; step++)
        {
            double[][] scaled = [.. rows.Select((row, i) => row.Select(x => w[i] > 0 ? x * Math.Pow(w[i], 0.5 - 1 / p) : 0).ToArray())];
            double[] leverage = Of(scaled).Leverage;
            double largest = 0;
            for (int i = 0; i < w.Length; i++)
            {
                if (w[i] <= 0)
                {
                    continue;
                }
                double next = w[i] * Math.Pow(leverage[i] / w[i], length);
                largest = Math.Max(largest, Math.Abs(next - w[i]));
                w[i] = next;
            }
            if (largest < 1e-13)
            {
                break;
            }
        }
        return w;
    }

    private static Matrix<double> Matrix(IReadOnlyList<double[]> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return rows.Count > 0 && rows[0].Length > 0 && rows.All(row => row.Length == rows[0].Length)
            ? DenseMatrix.OfRowArrays(rows)
            : throw new ArgumentException("Give at least one row, all of one length, at least one.", nameof(rows));
    }
}
