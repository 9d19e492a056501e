using MathNet.Numerics.LinearAlgebra.Double;

namespace Winnow.Numerics;

/// <summary>The directions in which points vary most, and the points seen along them.</summary>
/// <param name="Projected">Shape [N][C]; coordinates along the directions, the mean taken off.</param>
/// <param name="Explained">Share of the variance that the C directions hold; 0..1.</param>
public sealed record PrincipalComponents(double[][] Projected, double Explained)
{
    /// <summary>Keeps as many directions as hold a share of the variance.</summary>
    /// <param name="points">Shape [N ≥ 1][D].</param>
    /// <param name="share">Share of the variance to hold, in (0, 1].</param>
    /// <remarks>Source: Pearson (1901); Hotelling (1933). By the eigenvectors of the covariance. Cost: O(N·D² + D³).</remarks>
    /// <exception cref="ArgumentException">There are no points, dimensions differ, or the share lies outside its range.</exception>
    public static PrincipalComponents Of(IReadOnlyList<double[]> points, double share)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (!(share is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, $"The share of the variance is {share}; it must lie in (0, 1].");
        }
        if (points.Count == 0 || points.Any(point => point.Length != points[0].Length || point.Length == 0))
        {
            throw new ArgumentException($"There are {points.Count} points; give at least one, all of one dimension of at least 1.", nameof(points));
        }
        var centred = DenseMatrix.OfRowArrays(points);
        var mean = centred.ColumnSums() / points.Count;
        for (int i = 0; i < points.Count; i++)
        {
            centred.SetRow(i, centred.Row(i) - mean);
        }
        var eigen = (centred.TransposeThisAndMultiply(centred) / points.Count).Evd(MathNet.Numerics.LinearAlgebra.Symmetricity.Symmetric);
        int dimensions = points[0].Length;
        double[] variances = [.. Enumerable.Range(0, dimensions).Select(d => Math.Max(0, eigen.EigenValues[dimensions - 1 - d].Real))];
        double total = variances.Sum();
        int kept = 1;
        double held = variances[0];
        while (kept < dimensions && held < share * total)
        {
            held += variances[kept++];
        }
        // Eigenvalues ascend: the last columns are the directions wanted.
        var directions = eigen.EigenVectors.SubMatrix(0, dimensions, dimensions - kept, kept);
        double[][] projected = (centred * directions).ToRowArrays();
        foreach (double[] point in projected)
        {
            Array.Reverse(point);
        }
        return new PrincipalComponents(projected, total > 0 ? held / total : 1);
    }
}
