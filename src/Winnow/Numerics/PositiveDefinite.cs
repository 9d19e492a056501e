using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Winnow.Numerics;

/// <summary>Determinants of positive definite matrices, and the point process they define.</summary>
public static class PositiveDefinite
{
    private const double RankTolerance = 1e-14;

    /// <summary>The Cholesky factor L of A = L·Lᵀ and ln det A.</summary>
    /// <param name="matrix">Shape [N][N]; symmetric.</param>
    /// <returns>Shape [N][N], lower triangular, and the logarithm of the determinant.</returns>
    /// <remarks>Cost: O(N³/3).</remarks>
    /// <exception cref="ArgumentException">The matrix is not square or not positive definite.</exception>
    public static (double[][] Lower, double LogDeterminant) Cholesky(IReadOnlyList<double[]> matrix)
    {
        Check(matrix);
        int n = matrix.Count;
        double[][] lower = [.. Enumerable.Range(0, n).Select(_ => new double[n])];
        double logDeterminant = 0;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double rest = matrix[i][j];
                for (int k = 0; k < j; k++)
                {
                    rest -= lower[i][k] * lower[j][k];
                }
                if (i != j)
                {
                    lower[i][j] = rest / lower[j][j];
                    continue;
                }
                if (!(rest > RankTolerance * Math.Abs(matrix[i][i])))
                {
                    throw new ArgumentException($"Pivot {i} is {rest}: the matrix is not positive definite. Add to its diagonal.", nameof(matrix));
                }
                lower[i][i] = Math.Sqrt(rest);
                logDeterminant += Math.Log(rest);
            }
        }
        return (lower, logDeterminant);
    }

    /// <summary>The determinantal point process with P[S] in proportion to det L_S: how likely each element is chosen.</summary>
    /// <param name="kernel">Shape [N][N]; L, symmetric, positive semi-definite.</param>
    /// <returns>det(L + I); the diagonal of L(L + I)⁻¹; and the mean size of the set.</returns>
    /// <remarks>Source: Kulesza and Taskar (2012). Cost: O(N³).</remarks>
    /// <exception cref="ArgumentException">The kernel is not square.</exception>
    public static (double Normaliser, double[] Inclusion, double ExpectedSize) DeterminantalMarginals(IReadOnlyList<double[]> kernel)
    {
        Check(kernel);
        Matrix<double> l = DenseMatrix.OfRowArrays(kernel);
        Matrix<double> shifted = l + DenseMatrix.CreateIdentity(kernel.Count);
        double[] inclusion = [.. shifted.Solve(l).Diagonal()];
        return (shifted.Determinant(), inclusion, inclusion.Sum());
    }

    private static void Check(IReadOnlyList<double[]> matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        if (matrix.Count == 0 || matrix.Any(row => row.Length != matrix.Count))
        {
            throw new ArgumentException($"The matrix has {matrix.Count} rows of other lengths; it must be square and not empty.", nameof(matrix));
        }
    }
}
