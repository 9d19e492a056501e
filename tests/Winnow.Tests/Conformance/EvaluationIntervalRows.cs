using Winnow.Evaluation;
using Winnow.Numerics;
using Winnow.Testing.Conformance;

namespace Winnow.Tests.Conformance;

/// <summary>Distribution functions, intervals of proportions, McNemar, multiple comparisons, pass@k.</summary>
public sealed class EvaluationIntervalRows : IConformanceRows
{
    public string Family => "evaluation";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["distribution"] = row => new { value = Distribution(row) },
        ["wilson_interval"] = row => Ends(row, BinomialIntervals.Wilson),
        ["clopper_pearson_interval"] = row => Ends(row, BinomialIntervals.ClopperPearson),
        ["agresti_coull_interval"] = row => Ends(row, BinomialIntervals.AgrestiCoull),
        ["jeffreys_interval"] = row => Ends(row, BinomialIntervals.Jeffreys),
        ["newcombe_difference_interval"] = Newcombe,
        ["exact_coverage"] = row => new
        {
            wilson = Coverage(row, BinomialIntervals.Wilson),
            wald = Coverage(row, BinomialIntervals.Wald),
        },
        ["mcnemar_exact"] = row => new { p_value = McNemarTest.Exact(row.Input.Whole("b"), row.Input.Whole("c")) },
        ["mcnemar_midp"] = row => new { p_value = McNemarTest.MidP(row.Input.Whole("b"), row.Input.Whole("c")) },
        ["mcnemar_chi2"] = McNemarChiSquare,
        ["mcnemar_midp_exact_size"] = row => new
        {
            size = McNemarTest.MidPSize(row.Input.Whole("n"), row.Input.Number("discordance"), row.Params.Number("alpha")),
        },
        ["bonferroni"] = row => Adjusted(row, p => MultipleComparisons.Bonferroni(p)),
        ["holm"] = row => Adjusted(row, p => MultipleComparisons.Holm(p)),
        ["benjamini_hochberg"] = row => Adjusted(row, p => MultipleComparisons.BenjaminiHochberg(p)),
        ["benjamini_yekutieli"] = row => Adjusted(row, p => MultipleComparisons.BenjaminiYekutieli(p)),
        ["pass_at_k"] = row => new { pass_at_k = PassAtK.Any(row.Input.Whole("n"), row.Input.Whole("correct"), row.Params.Whole("k")) },
        ["pass_hat_k"] = row => new { pass_hat_k = PassAtK.All(row.Input.Whole("n"), row.Input.Whole("correct"), row.Params.Whole("k")) },
        ["pass_at_k_mean"] = row => new { mean = PassAtK.Mean(row.Input.Ints("n"), row.Input.Ints("correct"), row.Params.Whole("k")) },
    };

    private static double Distribution(ConformanceRow row)
    {
        double X() => row.Input.Number("x");
        double P() => row.Input.Number("p");
        double Df() => row.Input.Number("df");
        return row.Params.Text("function") switch
        {
            "normal_quantile" => Distributions.NormalQuantile(P()),
            "normal_cdf" => Distributions.NormalCdf(X()),
            "normal_log_cdf" => Distributions.NormalLogCdf(X()),
            "t_quantile" => Distributions.StudentQuantile(P(), Df()),
            "t_cdf" => Distributions.StudentCdf(X(), Df()),
            "chi2_quantile" => Distributions.ChiSquareQuantile(P(), Df()),
            "chi2_survival" => Distributions.ChiSquareSurvival(X(), Df()),
            "beta_quantile" => Distributions.BetaQuantile(P(), row.Input.Number("a"), row.Input.Number("b")),
            "beta_cdf" => Distributions.BetaCdf(X(), row.Input.Number("a"), row.Input.Number("b")),
            "binomial_cdf" => Distributions.BinomialCdf(row.Input.Whole("k"), row.Input.Whole("n"), P()),
            "binomial_log_cdf" => Distributions.BinomialLogCdf(row.Input.Whole("k"), row.Input.Whole("n"), P()),
            var other => throw new InvalidDataException($"no distribution function {other}"),
        };
    }

    private static object Ends(ConformanceRow row, Func<int, int, double, Interval> interval)
    {
        Interval ends = interval(row.Input.Whole("k"), row.Input.Whole("n"), row.Params.Number("alpha"));
        return new { low = ends.Low, high = ends.High };
    }

    private static double Coverage(ConformanceRow row, Func<int, int, double, Interval> interval) =>
        BinomialIntervals.ExactCoverage((k, n) => interval(k, n, row.Params.Number("alpha")), row.Input.Number("p"), row.Input.Whole("n"));

    private static object Newcombe(ConformanceRow row)
    {
        (int k1, int n1, int k2, int n2) = (row.Input.Whole("k1"), row.Input.Whole("n1"), row.Input.Whole("k2"), row.Input.Whole("n2"));
        Interval ends = BinomialIntervals.NewcombeDifference(k1, n1, k2, n2, row.Params.Number("alpha"));
        return new { difference = (double)k1 / n1 - (double)k2 / n2, low = ends.Low, high = ends.High };
    }

    private static object McNemarChiSquare(ConformanceRow row)
    {
        (double statistic, double p) = McNemarTest.ChiSquare(row.Input.Whole("b"), row.Input.Whole("c"), row.Params.Flag("continuity"));
        return new { statistic, p_value = p };
    }

    private static object Adjusted(ConformanceRow row, Func<double[], double[]> adjust)
    {
        double[] adjusted = adjust(row.Input.Doubles("p_values"));
        return new { adjusted, rejected = adjusted.Select(p => p <= row.Params.Number("alpha")).ToArray() };
    }
}
