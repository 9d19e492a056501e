using Winnow.Evaluation;
using Winnow.Numerics;
using Winnow.Testing.Conformance;
using Winnow.Tests.Search;

namespace Winnow.Tests.Conformance;

/// <summary>The rows of search.json that are plain statistics: pass@k, coverage curves, pass-until.</summary>
public sealed class SearchStatisticsRows : IConformanceRows
{
    public string Family => "search";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["pass_at_k"] = row => new
        {
            pass_at_k = PassAtK.Any(row.Input.Whole("n"), row.Input.Whole("correct"), row.Params.Whole("k")),
            all_k_correct = PassAtK.All(row.Input.Whole("n"), row.Input.Whole("correct"), row.Params.Whole("k")),
        },
        ["coverage_curve"] = row => new
        {
            coverage = row.Params.Ints("k").Select(k => PassAtK.Mean(row.Input.Ints("n"), row.Input.Ints("correct"), k)),
        },
        ["coverage_exact"] = ExactCoverage,
        ["harness_summary"] = Summary,
        ["beta_coverage"] = row =>
        {
            var law = new BetaCoverage(row.Params.Number("alpha"), row.Params.Number("beta"));
            return new { coverage = row.Input.Doubles("k").Select(law.At), tail_constant = law.TailConstant };
        },
        ["power_law_fit"] = PowerLawFit,
        ["power_law_extrapolate"] = row =>
        {
            var fit = ExponentiatedPowerLaw.Fit(row.Input.Doubles("k"), row.Input.Doubles("coverage"));
            return new { nls = Coefficients(fit), predicted = fit.At(row.Params.Number("at")), truth = BetaBehind(row).At(row.Params.Number("at")) };
        },
        ["pass_until"] = row =>
        {
            var estimate = PassUntil.Stopped(row.Params.Whole("successes"), row.Input.Whole("draws"), row.Params.Number("alpha"));
            return new { mle = estimate.MaximumLikelihood, unbiased = estimate.Unbiased, low = estimate.Interval.Low, high = estimate.Interval.High };
        },
        ["pass_until_censored"] = row =>
        {
            (double estimate, Interval interval, double? upper) = PassUntil.Censored(
                row.Input.Whole("successes"), row.Params.Whole("cap"), row.Params.Number("alpha"));
            return new { estimate, upper = upper ?? interval.High, upper_kind = upper is null ? "two-sided" : "one-sided" };
        },
        ["pass_until_bias"] = row =>
        {
            double p = row.Input.Number("p");
            int r = row.Params.Whole("successes");
            var law = PassUntil.Expectation(r, p);
            return new
            {
                mle_ratio = law.MeanMaximumLikelihood / p,
                unbiased_ratio = law.MeanUnbiased / p,
                // This document states the spread from three successes on.
                unbiased_relative_sd = r >= 3 ? law.SdUnbiased / p : (double?)null,
            };
        },
    };

    private static object ExactCoverage(ConformanceRow row)
    {
        var run = new ScriptedRow(row);
        Dictionary<string, double> answers = run.Leaves.Where(leaf => run.Tree.Answers[leaf] is not null)
            .GroupBy(leaf => run.Tree.Answers[leaf]!, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Sum(leaf => Math.Exp(run.Tree.Answer(leaf).LogProb!.Value)), StringComparer.Ordinal);
        double p = answers.GetValueOrDefault(run.Gold!);
        return new
        {
            p,
            coverage = row.Params.Ints("N").Select(n => PassAtK.Exact(p, n)),
            modal_answer = answers.MaxBy(answer => answer.Value).Key,
            majority_limit = PluralityVote.Limit([.. answers.Values], answers.Keys.ToList().IndexOf(run.Gold!)),
        };
    }

    private static object Summary(ConformanceRow row)
    {
        SelectionSummary summary = SelectionSummary.Of([.. row.Input.GetProperty("problems").EnumerateArray().Select(problem => new SelectedSamples(
            [.. problem.GetProperty("texts").EnumerateArray().Select(text => text.GetString()!)],
            [.. problem.GetProperty("answers").EnumerateArray().Select(answer => answer.GetString())],
            [.. problem.Ints("correct").Select(right => right == 1)],
            problem.Whole("selected")))]);
        return new
        {
            accuracy = summary.Accuracy,
            pass_at_1 = summary.PassAt1,
            coverage = summary.Coverage,
            selector_efficiency = summary.SelectorEfficiency,
            duplicate_rate = summary.DuplicateRate,
            identical_sample_problems = summary.IdenticalSampleProblems,
            unparsed = summary.Unparsed,
            modal_wrong = summary.ModalWrong,
        };
    }

    /// <summary>The beta law whose coverages the row was made from, by its first two: of one draw and of two.</summary>
    private static BetaCoverage BetaBehind(ConformanceRow row)
    {
        double[] coverage = row.Input.Doubles("coverage");
        Assert.Equal([1.0, 2.0], row.Input.Doubles("k")[..2]);
        double miss = 1 - coverage[0];
        double ratio = (1 - coverage[1]) / miss;
        double sum = (1 - ratio) / (ratio - miss);
        return new BetaCoverage(coverage[0] * sum, miss * sum);
    }

    private static object PowerLawFit(ConformanceRow row)
    {
        double[] k = row.Input.Doubles("k");
        double[] coverage = row.Input.Doubles("coverage");
        double[] weights = row.Input.Has("weight") ? row.Input.Doubles("weight") : [];
        var fit = ExponentiatedPowerLaw.Fit(k, coverage, weights);
        int[] used = ExponentiatedPowerLaw.Usable(k, coverage);
        double[] residuals = [.. used.Select(i => fit.At(k[i]) - coverage[i])];
        int[] early = [.. Enumerable.Range(0, k.Length).Where(i => k[i] <= k.Max() / 8)];
        object? holdout = null;
        if (early.Length >= 2 && weights.Length == 0)
        {
            var first = ExponentiatedPowerLaw.Fit([.. early.Select(i => k[i])], [.. early.Select(i => coverage[i])]);
            double predicted = first.At(k.Max());
            holdout = new
            {
                fit_k_max = k.Max() / 8,
                a = first.A,
                b = first.B,
                predicted_at_K = predicted,
                error = predicted - coverage[Array.IndexOf(k, k.Max())],
            };
        }
        return new
        {
            linear = Coefficients(ExponentiatedPowerLaw.FitLinear(k, coverage)),
            nls = Coefficients(fit),
            points_used = used.Length,
            residual_mean = residuals.Average(),
            residual_sd = Moments.StandardDeviation(residuals),
            max_abs_residual = residuals.Max(Math.Abs),
            holdout,
        };
    }

    private static object Coefficients(ExponentiatedPowerLaw law) => new { a = law.A, b = law.B };
}
