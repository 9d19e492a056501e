using Winnow.Evaluation;
using Winnow.Numerics;
using Winnow.Testing.Conformance;

namespace Winnow.Tests.Conformance;

/// <summary>Hypothesis tests, correlations, sequential tests.</summary>
public sealed class EvaluationTestRows : IConformanceRows
{
    public string Family => "evaluation";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["one_sample_t_test"] = row => Student(StudentTests.OneSample(row.Input.Doubles("values"), row.Params.Number("mean0"))),
        ["paired_t_test"] = PairedStudent,
        ["welch_t_test"] = row => Student(StudentTests.Welch(row.Input.Doubles("a"), row.Input.Doubles("b"))),
        ["two_proportion_z_test"] = row =>
        {
            (double z, double p) = ContingencyTables.TwoProportions(
                row.Input.Whole("k1"), row.Input.Whole("n1"), row.Input.Whole("k2"), row.Input.Whole("n2"));
            return new { z, p_value = p };
        },
        ["chi_square_independence"] = row =>
        {
            (double statistic, int df, double p, double[][] expected) = ContingencyTables.Independence(row.Input.Matrix("table"), row.Params.Flag("yates"));
            return new { statistic, df, p_value = p, expected };
        },
        ["fisher_exact"] = row =>
        {
            int[][] t = row.Input.IntMatrix("table");
            (double twoSided, double greater, double less, double odds) = ContingencyTables.Fisher(t[0][0], t[0][1], t[1][0], t[1][1]);
            return new { p_value = twoSided, p_greater = greater, p_less = less, odds_ratio = odds };
        },
        ["sign_test"] = row =>
        {
            (int positive, int negative, int ties, double p) = RankTests.Sign(row.Input.Doubles("differences"));
            return new { positive, negative, ties, p_value = p };
        },
        ["wilcoxon_signed_rank"] = row =>
        {
            (double plus, double minus, double p) = RankTests.WilcoxonSignedRank(row.Input.Doubles("differences"), row.Params.Text("method") == "exact");
            return new { w_plus = plus, w_minus = minus, statistic = Math.Min(plus, minus), p_value = p };
        },
        ["mann_whitney"] = row =>
        {
            (double u, double p) = RankTests.MannWhitney(row.Input.Doubles("a"), row.Input.Doubles("b"), row.Params.Text("method") == "exact");
            return new { u_a = u, p_value = p };
        },
        ["friedman"] = row =>
        {
            (double statistic, double p) = RankTests.Friedman(row.Input.Matrix("scores"));
            return new { statistic, p_value = p };
        },
        ["cochran_q"] = row =>
        {
            (double statistic, int df, double p) = RankTests.CochranQ(row.Input.Matrix("outcomes"));
            return new { statistic, df, p_value = p };
        },
        ["pearson"] = Pearson,
        ["spearman"] = row =>
        {
            double rho = Correlation.Spearman(row.Input.Doubles("x"), row.Input.Doubles("y"));
            return new { rho, p_value = Correlation.PValue(rho, row.Input.Doubles("x").Length) };
        },
        ["kendall_tau_b"] = row => new
        {
            tau = Correlation.KendallB(row.Input.Doubles("x"), row.Input.Doubles("y")),
            p_value = Correlation.KendallPValue(row.Input.Doubles("x"), row.Input.Doubles("y")),
        },
        ["kendall_tau_c"] = row => new { tau = Correlation.KendallC(row.Input.Doubles("x"), row.Input.Doubles("y")) },
        ["pairwise_accuracy"] = row =>
        {
            (int pairs, double accuracy) = Correlation.PairwiseAccuracy(row.Input.Doubles("a"), row.Input.Doubles("b"));
            return new { pairs, accuracy };
        },
        ["sprt_bernoulli"] = Sequential,
        ["group_sequential_boundary"] = GroupBoundary,
        ["nested_logistic_models"] = Nested,
    };

    private static object Student(StudentTestResult result) =>
        new { t = result.T, df = result.DegreesOfFreedom, p_value = result.PValue, low = result.Interval.Low, high = result.Interval.High };

    private static object PairedStudent(ConformanceRow row)
    {
        double[] a = row.Input.Doubles("a");
        double[] b = row.Input.Doubles("b");
        StudentTestResult result = StudentTests.Paired(a, b);
        return new
        {
            t = result.T,
            df = result.DegreesOfFreedom,
            p_value = result.PValue,
            low = result.Interval.Low,
            high = result.Interval.High,
            dz = result.T / Math.Sqrt(a.Length),
        };
    }

    private static object Pearson(ConformanceRow row)
    {
        double[] x = row.Input.Doubles("x");
        double r = Correlation.Pearson(x, row.Input.Doubles("y"));
        (double low, double high) = x.Length > 3 ? Correlation.FisherInterval(r, x.Length) : (double.NaN, double.NaN);
        return new { r, p_value = x.Length > 2 ? Correlation.PValue(r, x.Length) : double.NaN, low, high };
    }

    private static object Sequential(ConformanceRow row)
    {
        var test = new SequentialTest(row.Params.Number("p0"), row.Params.Number("p1"), row.Params.Number("alpha"), row.Params.Number("beta"));
        var ratios = new List<double>();
        int? stopAfter = null;
        foreach (int outcome in row.Input.Ints("outcomes"))
        {
            SequentialDecision decision = test.Add(outcome == 1);
            ratios.Add(test.LogLikelihoodRatio);
            if (decision != SequentialDecision.Undecided)
            {
                stopAfter ??= ratios.Count;
            }
        }
        return new
        {
            upper = test.Upper,
            lower = test.Lower,
            log_likelihood_ratio = ratios,
            stop_after = stopAfter,
            decision = test.Decision switch
            {
                SequentialDecision.AcceptAlternative => "accept_h1",
                SequentialDecision.AcceptNull => "accept_h0",
                _ => "continue",
            },
        };
    }

    private static object GroupBoundary(ConformanceRow row)
    {
        BoundaryKind kind = row.Params.Text("type") switch
        {
            "pocock" => BoundaryKind.Pocock,
            "obrien_fleming" => BoundaryKind.OBrienFleming,
            "lan_demets_pocock" => BoundaryKind.LanDeMetsPocock,
            _ => BoundaryKind.LanDeMetsOBrienFleming,
        };
        var boundary = GroupSequential.Of(kind, row.Params.Whole("looks"), row.Params.Number("alpha"));
        return new
        {
            constant = boundary.Constant,
            boundaries = boundary.Boundaries,
            first_crossing = boundary.FirstCrossing,
            cumulative_alpha = boundary.Constant is null
                ? GroupSequential.CumulativeSpending(kind, row.Params.Whole("looks"), row.Params.Number("alpha"))
                : null,
        };
    }

    private static object Nested(ConformanceRow row)
    {
        var models = NestedLogisticModels.Fit(
            row.Input.Ints("category"), row.Input.Doubles("woman"), row.Input.Doubles("successes"), row.Input.Doubles("trials"));
        return new
        {
            coefficients_main = models.Main.Coefficients,
            standard_errors_main = models.Main.StandardErrors,
            coefficients_interaction = models.Interaction.Coefficients,
            mcfadden_r2 = (double[])[models.Categories.McFaddenRSquared, models.Main.McFaddenRSquared, models.Interaction.McFaddenRSquared],
            likelihood_ratio_gender = models.AttributeStatistic,
            p_gender = models.AttributePValue,
            likelihood_ratio_interaction = models.InteractionStatistic,
            p_interaction = models.InteractionPValue,
        };
    }
}
