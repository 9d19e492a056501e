using Winnow.Evaluation;
using Winnow.Testing.Conformance;

namespace Winnow.Tests.Conformance;

/// <summary>Bootstrap with given indices, and permutation tests.</summary>
public sealed class EvaluationResamplingRows : IConformanceRows
{
    public string Family => "evaluation";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["bootstrap_given_indices"] = GivenIndices,
        ["paired_bootstrap_given_indices"] = Paired,
        ["cluster_bootstrap_given_indices"] = Clustered,
        ["bca_acceleration"] = Acceleration,
        ["paired_permutation_exact"] = PermutationExact,
        ["paired_permutation_clustered_exact"] = PermutationClustered,
        ["paired_permutation_given_signs"] = row => new
        {
            p_value = PermutationTest.WithSigns(row.Input.Doubles("differences"), row.Input.IntMatrix("signs")),
        },
    };

    private static double Mean(ReadOnlySpan<double> sample)
    {
        double sum = 0;
        foreach (double value in sample)
        {
            sum += value;
        }
        return sum / sample.Length;
    }

    private static SampleStatistic Statistic(ConformanceRow row) => row.Params.Text("statistic") switch
    {
        "mean" => Mean,
        "median" => Winnow.Numerics.Quantiles.Median,
        var other => throw new InvalidDataException($"no statistic {other}"),
    };

    private static object GivenIndices(ConformanceRow row)
    {
        double[] values = row.Input.Doubles("values");
        SampleStatistic statistic = Statistic(row);
        BootstrapResult result = Bootstrap.FromReplicates(
            statistic(values), Bootstrap.ReplicatesAt(values, row.Input.IntMatrix("indices"), statistic),
            Bootstrap.LeaveOneOut(values, statistic), row.Params.Number("alpha"));
        return new
        {
            estimate = result.Estimate,
            replicates_sd = result.StandardError,
            percentile = Pair(result.Percentile),
            basic = Pair(result.Basic),
            z0 = result.BiasCorrection,
            acceleration = result.Acceleration,
            bca_levels = Pair(result.BcaLevels),
            bca = Pair(result.Bca),
        };
    }

    private static object Paired(ConformanceRow row)
    {
        double[] differences = [.. row.Input.Doubles("b").Zip(row.Input.Doubles("a"), (b, a) => b - a)];
        BootstrapResult result = Bootstrap.FromReplicates(
            Mean(differences), Bootstrap.ReplicatesAt(differences, row.Input.IntMatrix("indices"), Mean), [], row.Params.Number("alpha"));
        return new { difference = result.Estimate, standard_error = result.StandardError, percentile = Pair(result.Percentile) };
    }

    private static object Clustered(ConformanceRow row)
    {
        double[][] clusters = row.Input.Matrix("clusters");
        int[][] indices = row.Input.IntMatrix("indices");
        double[] values = [.. clusters.SelectMany(c => c)];
        int[] of = [.. clusters.SelectMany((c, i) => c.Select(_ => i))];
        double[] replicates = Bootstrap.ClusteredReplicatesAt(values, of, indices);
        double[] inOrder = [.. replicates];
        BootstrapResult result = Bootstrap.FromReplicates(Mean(values), replicates, [], row.Params.Number("alpha"));
        return new { replicates = inOrder, standard_error = result.StandardError, percentile = Pair(result.Percentile) };
    }

    private static object Acceleration(ConformanceRow row)
    {
        double acceleration = Bootstrap.Acceleration(Bootstrap.LeaveOneOut(row.Input.Doubles("values"), Statistic(row)));
        return double.IsNaN(acceleration) ? new { error = "undefined" } : new { acceleration };
    }

    private static object PermutationExact(ConformanceRow row)
    {
        (double twoSided, double greater) = PermutationTest.Exact(row.Input.Doubles("differences"));
        return new { p_value = twoSided, p_greater = greater };
    }

    private static object PermutationClustered(ConformanceRow row)
    {
        double[] sums = PermutationTest.ClusterDifferences(row.Input.Doubles("differences"), row.Input.Ints("clusters"));
        return new { cluster_sums = sums, p_value = PermutationTest.Exact(sums).TwoSided };
    }

    internal static double[] Pair(Interval interval) => [interval.Low, interval.High];
}
