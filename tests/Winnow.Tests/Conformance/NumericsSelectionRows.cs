using Winnow.Numerics;
using Winnow.Testing.Conformance;

namespace Winnow.Tests.Conformance;

/// <summary>Sparse regression, clustering, transport, leverage and greedy subsets.</summary>
public sealed class NumericsSelectionRows : IConformanceRows
{
    public string Family => "numerics";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["soft_threshold"] = row => new
        {
            result = row.Input.Doubles("values").Select(value => ElasticNet.SoftThreshold(value, row.Params.Number("lambda"))),
        },
        ["lasso"] = row => Sparse(row, 1),
        ["elastic_net"] = row => Sparse(row, row.Params.Number("l1_ratio")),
        ["lasso_alpha_max"] = row => new
        {
            alpha_max = ElasticNet.AlphaMax(row.Input.Matrix("X"), row.Input.Doubles("y"), row.Params.Flag("intercept")),
        },
        ["lasso_path"] = row =>
        {
            ElasticNetFit[] path = ElasticNet.Path(
                row.Input.Matrix("X"), row.Input.Doubles("y"), row.Params.Doubles("alphas"), intercept: row.Params.Flag("intercept"));
            return new { coefficients = path.Select(fit => fit.Coefficients), intercepts = path.Select(fit => fit.Intercept) };
        },
        ["ridge"] = row =>
        {
            ElasticNetFit fit = ElasticNet.Ridge(row.Input.Matrix("X"), row.Input.Doubles("y"), row.Params.Number("alpha"), row.Params.Flag("intercept"));
            return new { coefficients = fit.Coefficients, intercept = fit.Intercept };
        },
        ["kmeans_lloyd"] = row =>
        {
            KMeansResult result = KMeans.Lloyd(row.Input.Matrix("points"), row.Input.Matrix("initial_centres"), row.Params.Whole("max_iterations"));
            return new { centres = result.Centres, labels = result.Labels, inertia = result.Inertia, iterations = result.Iterations, sizes = result.Sizes };
        },
        ["kmeans_plus_plus_probabilities"] = row =>
        {
            (double[] squared, double[] probabilities) = KMeans.PlusPlus(row.Input.Matrix("points"), row.Input.Ints("chosen"));
            return new { squared_distances = squared, probabilities };
        },
        ["sinkhorn"] = Sinkhorn,
        ["ot_calibrated_gradient"] = row =>
        {
            double[] gradient = Plan(row).CalibratedGradient;
            return new { calibrated_gradient = gradient, order_ascending = Enumerable.Range(0, gradient.Length).OrderBy(i => gradient[i]) };
        },
        ["wasserstein_1d"] = row => new
        {
            distance = OptimalTransport.Wasserstein(
                row.Input.Doubles("x"), row.Input.Doubles("y"), row.Input.Doubles("x_weights"), row.Input.Doubles("y_weights"), row.Params.Number("p")),
        },
        ["leverage_scores"] = row =>
        {
            (double[] leverage, int rank) = LeverageScores.Of(row.Input.Matrix("A"));
            return new { leverage, rank, sum = leverage.Sum() };
        },
        ["ridge_leverage_scores"] = row =>
        {
            double[] leverage = LeverageScores.Ridge(row.Input.Matrix("A"), row.Params.Number("lambda"));
            return new { leverage, effective_dimension = leverage.Sum() };
        },
        ["lewis_weights"] = row =>
        {
            double[] weights = LeverageScores.Lewis(row.Input.Matrix("A"), row.Params.Number("p"));
            return new { weights, sum = weights.Sum() };
        },
        ["facility_location_greedy"] = row =>
        {
            double[][] similarity = row.Input.Matrix("similarity");
            GreedyResult result = GreedySelection.FacilityLocation(similarity, row.Params.Whole("k"));
            return new
            {
                chosen = result.Chosen,
                gains = result.Gains,
                value = result.Value,
                optimal_value = Subsets(similarity.Length, result.Chosen.Count).Max(set => similarity.Sum(to => set.Max(i => to[i]))),
            };
        },
        ["concave_over_modular_greedy"] = row =>
        {
            GreedyResult result = GreedySelection.ConcaveOverModular(
                row.Input.Matrix("features"), row.Params.Text("phi")!.StartsWith("sqrt", StringComparison.Ordinal) ? Math.Sqrt : x => Math.Log(1 + x), row.Params.Whole("k"));
            return new { chosen = result.Chosen, gains = result.Gains, value = result.Value };
        },
        ["logdet_greedy"] = row =>
        {
            double[][] kernel = row.Input.Matrix("kernel");
            GreedyResult result = GreedySelection.LogDeterminant(kernel, row.Params.Whole("k"));
            (int[] best, double value) = Subsets(kernel.Length, result.Chosen.Count)
                .Select(set => (set, GreedySelection.LogDeterminant([.. set.Select(i => set.Select(j => kernel[i][j]).ToArray())], set.Length).Value))
                .MaxBy(candidate => candidate.Value);
            return new { chosen = result.Chosen, gains = result.Gains, log_determinant = result.Value, optimal_set = best, optimal_log_determinant = value };
        },
        ["farthest_point_greedy"] = row =>
        {
            GreedyResult result = GreedySelection.FarthestPoint(row.Input.Matrix("points"), row.Params.Whole("k"), row.Params.Whole("start"));
            return new { chosen = result.Chosen, distances = result.Gains };
        },
    };

    private static object Sparse(ConformanceRow row, double l1Ratio)
    {
        ElasticNetFit fit = ElasticNet.Fit(
            row.Input.Matrix("X"), row.Input.Doubles("y"), row.Params.Number("alpha"), l1Ratio, row.Params.Flag("intercept"));
        return new { coefficients = fit.Coefficients, intercept = fit.Intercept, objective = fit.Objective };
    }

    private static SinkhornPlan Plan(ConformanceRow row) => OptimalTransport.Sinkhorn(
        row.Input.Doubles("a"), row.Input.Doubles("b"), row.Input.Matrix("cost"), row.Params.Number("epsilon"));

    private static object Sinkhorn(ConformanceRow row)
    {
        SinkhornPlan plan = Plan(row);
        double cost = plan.TransportCost(row.Input.Matrix("cost"));
        return new
        {
            plan = plan.Plan,
            transport_cost = cost,
            kl_to_product = plan.KullbackLeiblerToProduct,
            objective_kl = cost + row.Params.Number("epsilon") * plan.KullbackLeiblerToProduct,
            plan_entropy = plan.Entropy,
            potential_f_mean_zero = plan.F,
            potential_g = plan.G,
        };
    }

    private static IEnumerable<int[]> Subsets(int n, int k, int from = 0) => k == 0
        ? [[]]
        : Enumerable.Range(from, Math.Max(0, n - from)).SelectMany(i => Subsets(n, k - 1, i + 1).Select(rest => (int[])[i, .. rest]));
}
