using Winnow.Evaluation;
using Winnow.Numerics;
using Winnow.Scaling;
using Winnow.Testing.Conformance;

namespace Winnow.Tests.Conformance;

/// <summary>Means with their errors, paired differences, power, effect sizes, pass-until, votes, curves over size.</summary>
public sealed class EvaluationEstimateRows : IConformanceRows
{
    public string Family => "evaluation";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["mean_standard_error"] = MeanStandardError,
        ["cluster_standard_error"] = ClusterStandardError,
        ["question_and_answer_noise"] = QuestionAndAnswerNoise,
        ["paired_difference"] = Paired,
        ["seed_standard_deviation"] = row =>
        {
            SeedNoise noise = SeedNoise.Of(row.Input.Doubles("scores"), row.Params.Number("alpha"));
            return new { mean = noise.Mean, sd = noise.StandardDeviation, low = noise.Interval.Low, high = noise.Interval.High, snr = noise.SignalToNoise };
        },
        ["snr_difference"] = row => new
        {
            snr = SeedNoise.Separation(row.Input.Number("mean_a"), row.Input.Number("mean_b"), row.Input.Number("sd")),
        },
        ["monotonicity"] = row =>
        {
            double[] taus = SeedNoise.Monotonicity(row.Input.Matrix("scores"));
            return new { tau_per_seed = taus, mean = taus.Average() };
        },
        ["paired_sample_size"] = row => Rounded(PowerAnalysis.PairedItems(
            row.Input.Number("disagreement"), row.Input.Number("difference"), row.Params.Number("alpha"), row.Params.Number("power"))),
        ["paired_sample_size_repeats"] = row => Rounded(PowerAnalysis.PairedItemsWithRepeats(
            row.Input.Number("omega2"), row.Input.Number("sigma2_a"), row.Input.Whole("k_a"), row.Input.Number("sigma2_b"), row.Input.Whole("k_b"),
            row.Input.Number("difference"), row.Params.Number("alpha"), row.Params.Number("power"))),
        ["independent_sample_size"] = row => Rounded(PowerAnalysis.IndependentItems(
            row.Input.Number("p1"), row.Input.Number("p2"), row.Params.Number("alpha"), row.Params.Number("power"))),
        ["minimum_detectable_difference"] = row =>
        {
            (double difference, double simple) = PowerAnalysis.DetectableDifference(
                row.Input.Whole("n"), row.Input.Number("disagreement"), row.Params.Number("alpha"), row.Params.Number("power"));
            return new { difference, difference_simple = simple };
        },
        ["design_effect"] = row => new
        {
            design_effect = PowerAnalysis.DesignEffect(row.Input.Number("mean_cluster_size"), row.Input.Number("icc")),
        },
        ["optimal_repeats"] = row => new
        {
            k_optimal = PowerAnalysis.OptimalRepeats(
                row.Input.Number("sigma2"), row.Input.Number("omega2"), row.Input.Number("cost_item"), row.Input.Number("cost_sample")),
        },
        ["t_test_power"] = row => new
        {
            power = PowerAnalysis.OneSampleTPower(row.Input.Number("effect_size"), row.Input.Number("n"), row.Params.Number("alpha")),
        },
        ["t_test_sample_size"] = TTestSampleSize,
        ["effect_size"] = row =>
        {
            var sizes = EffectSizes.Of(row.Input.Doubles("a"), row.Input.Doubles("b"));
            return new
            {
                cohen_d = sizes.CohenD,
                hedges_g_exact = sizes.HedgesG,
                hedges_g_approximate = sizes.HedgesGApproximate,
                cliffs_delta = sizes.CliffsDelta,
                probability_of_superiority = sizes.ProbabilityOfSuperiority,
            };
        },
        ["cohens_h"] = row => new { h = EffectSizes.CohensH(row.Input.Number("p1"), row.Input.Number("p2")) },
        ["pass_until"] = row =>
        {
            var estimate = PassUntil.Stopped(row.Input.Whole("successes"), row.Input.Whole("draws"), row.Params.Number("alpha"));
            return new { mle = estimate.MaximumLikelihood, unbiased = estimate.Unbiased, low = estimate.Interval.Low, high = estimate.Interval.High };
        },
        ["pass_until_censored"] = row =>
        {
            (double estimate, Interval interval, double? upper) = PassUntil.Censored(
                row.Input.Whole("successes"), row.Input.Whole("cap"), row.Params.Number("alpha"));
            return new { estimate, low = interval.Low, high = interval.High, one_sided_upper = upper };
        },
        ["pass_until_expectation"] = row =>
        {
            double p = row.Input.Number("p");
            var law = PassUntil.Expectation(row.Params.Whole("r"), p);
            return new
            {
                mean_unbiased = law.MeanUnbiased,
                mean_mle = law.MeanMaximumLikelihood,
                mle_ratio = law.MeanMaximumLikelihood / p,
                sd_unbiased = law.SdUnbiased,
                expected_draws = law.ExpectedDraws,
            };
        },
        ["pass_until_scaling_fit"] = row =>
        {
            var fit = PassUntilScaling.Fit(row.Input.Doubles("sizes"), row.Input.Doubles("pass_until"));
            return new { log_c = fit.LogC, alpha = fit.Alpha, prediction = fit.At(row.Params.Number("predict_at")) };
        },
        ["majority_vote_accuracy"] = row =>
        {
            (double accuracy, double tied) = PluralityVote.Accuracy(
                row.Input.Doubles("probabilities"), row.Params.Whole("votes"), row.Params.Whole("correct_answer"));
            return new { accuracy, tie_probability = tied };
        },
        ["scaling_shape"] = row =>
        {
            var shape = ScalingShape.Of(row.Input.Doubles("scores"));
            return new { improvement = shape.Improvement, linearity = shape.Linearity, breakthroughness = shape.Breakthroughness };
        },
        ["gini"] = row => new { gini = Diversity.Gini(row.Input.Doubles("values")) },
        ["shannon_entropy"] = row =>
        {
            double nats = Diversity.Entropy(row.Input.Doubles("counts"));
            return new { nats, bits = nats / Math.Log(2), effective_number = Math.Exp(nats) };
        },
        ["simpson"] = row =>
        {
            double concentration = Diversity.Concentration(row.Input.Doubles("counts"));
            return new { concentration, gini_simpson = 1 - concentration, inverse = 1 / concentration };
        },
        ["gender_parity"] = row => new { parity = Diversity.Parity(row.Input.Number("share_women"), row.Input.Number("share_men")) },
    };

    private static object MeanStandardError(ConformanceRow row)
    {
        var estimate = MeanEstimate.Of(row.Input.Doubles("values"), row.Params.Number("alpha"));
        return new
        {
            mean = estimate.Mean,
            standard_error = estimate.StandardError,
            low = estimate.Interval?.Low,
            high = estimate.Interval?.High,
            interval = estimate.Interval,
            n = estimate.Count,
        };
    }

    private static object ClusterStandardError(ConformanceRow row)
    {
        var estimate = ClusteredMeanEstimate.Of(row.Input.Doubles("scores"), row.Input.Ints("clusters"), row.Params.Number("alpha"));
        return new
        {
            mean = estimate.Mean,
            naive = estimate.Naive,
            cr0 = estimate.Cr0,
            cr1 = estimate.Cr1,
            interval = estimate.Interval,
            cr1_t_interval = estimate.Interval is { } ends ? (double[])[ends.Low, ends.High] : null,
            cluster_count = estimate.ClusterCount,
        };
    }

    private static object QuestionAndAnswerNoise(ConformanceRow row)
    {
        var noise = AnswerNoise.Of(row.Input.Matrix("scores"));
        return new
        {
            mean = noise.Mean,
            standard_error = noise.StandardError,
            variance_of_item_means = noise.VarianceOfItemMeans,
            answer_variance = noise.AnswerVariance,
            question_variance = noise.QuestionVariance,
            mean_square_between = noise.MeanSquareBetween,
            mean_square_within = noise.AnswerVariance,
            question_share_of_se2 = noise.QuestionShare,
            answer_share_of_se2 = noise.AnswerShare,
        };
    }

    private static object Paired(ConformanceRow row)
    {
        var paired = PairedDifference.Of(row.Input.Doubles("a"), row.Input.Doubles("b"), row.Input.Ints("clusters"));
        return new
        {
            difference = paired.Difference,
            gains = paired.Gains,
            losses = paired.Losses,
            paired_se = paired.StandardError,
            unpaired_se = paired.UnpairedStandardError,
            correlation = paired.Correlation,
            cr0 = paired.Clustered!.Cr0,
            cr1 = paired.Clustered.Cr1,
        };
    }

    private static object Rounded(double exact) => new { n_exact = exact, n = Math.Ceiling(exact), n_each = Math.Ceiling(exact) };

    private static object TTestSampleSize(ConformanceRow row)
    {
        (double effect, double alpha, double power) = (row.Input.Number("effect_size"), row.Params.Number("alpha"), row.Params.Number("power"));
        return row.Params.Text("design")!.StartsWith("two", StringComparison.Ordinal)
            ? new { n_per_group_exact = PowerAnalysis.TwoSampleTItems(effect, alpha, power) }
            : new { n_exact = PowerAnalysis.OneSampleTItems(effect, alpha, power) };
    }
}
