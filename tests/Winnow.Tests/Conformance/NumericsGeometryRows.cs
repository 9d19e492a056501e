using Winnow.Numerics;
using Winnow.Testing.Conformance;

namespace Winnow.Tests.Conformance;

/// <summary>Space-filling points and determinants.</summary>
public sealed class NumericsGeometryRows : IConformanceRows
{
    public string Family => "numerics";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["latin_hypercube"] = row => new { points = SpaceFilling.LatinHypercube(row.Input.IntMatrix("permutation"), row.Input.Matrix("uniforms")) },
        ["discrepancy"] = row =>
        {
            double[][] points = row.Input.Matrix("points");
            return new
            {
                centered = SpaceFilling.CentredDiscrepancy(points),
                wraparound = SpaceFilling.WrapAroundDiscrepancy(points),
                mixture = SpaceFilling.MixtureDiscrepancy(points),
                l2_star = SpaceFilling.L2StarDiscrepancy(points),
            };
        },
        ["maximin_distance"] = row =>
        {
            (double minimum, double mean) = SpaceFilling.NearestDistances(row.Input.Matrix("points"));
            return new { minimum_distance = minimum, mean_nearest_neighbour_distance = mean };
        },
        ["cholesky_log_determinant"] = row =>
        {
            (double[][] lower, double logDeterminant) = PositiveDefinite.Cholesky(row.Input.Matrix("matrix"));
            return new { log_determinant = logDeterminant, cholesky_lower = lower };
        },
        ["dpp_marginals"] = row =>
        {
            (double normaliser, double[] inclusion, double size) = PositiveDefinite.DeterminantalMarginals(row.Input.Matrix("kernel"));
            return new { normaliser, inclusion, expected_size = size };
        },
    };
}
