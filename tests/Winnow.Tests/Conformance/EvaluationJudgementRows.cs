using System.Text.Json;
using Winnow.Evaluation;
using Winnow.Judging;
using Winnow.Testing.Conformance;

namespace Winnow.Tests.Conformance;

/// <summary>Calibration, ranking by confidence, agreement, ratings, item response, BIG-bench scores.</summary>
public sealed class EvaluationJudgementRows : IConformanceRows
{
    public string Family => "evaluation";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["ece_equal_width"] = row => Bins(CalibrationError.EqualWidth(row.Input.Doubles("confidence"), row.Input.Doubles("outcomes"), row.Params.Whole("bins"))),
        ["ece_equal_mass"] = row => Bins(CalibrationError.EqualMass(row.Input.Doubles("confidence"), row.Input.Doubles("outcomes"), row.Params.Whole("bins"))),
        ["reliability_curve"] = row => Bins(CalibrationError.EqualWidth(row.Input.Doubles("confidence"), row.Input.Doubles("outcomes"), row.Params.Whole("bins"))),
        ["brier_score"] = row => new { brier = ProbabilityScores.Brier(row.Input.Doubles("probabilities"), row.Input.Doubles("outcomes")) },
        ["brier_score_multiclass"] = row => new { brier = ProbabilityScores.BrierMulticlass(row.Input.Matrix("probabilities"), row.Input.Ints("labels")) },
        ["brier_decomposition"] = row =>
        {
            var parts = ProbabilityScores.Decompose(row.Input.Doubles("probabilities"), row.Input.Doubles("outcomes"));
            return new { reliability = parts.Reliability, resolution = parts.Resolution, uncertainty = parts.Uncertainty, brier = parts.Brier };
        },
        ["log_loss"] = row => new
        {
            log_loss = ProbabilityScores.LogLoss(row.Input.Doubles("probabilities"), row.Input.Doubles("outcomes"), row.Params.Number("clip", 0)),
        },
        ["platt_scaling"] = row =>
        {
            var fit = PlattScaling.Fit(row.Input.Doubles("scores"), Flags(row, "outcomes"));
            return new { a = fit.A, b = fit.B, probabilities = row.Input.Doubles("scores").Select(fit.Predict) };
        },
        ["temperature_scaling"] = row =>
        {
            var fit = TemperatureScaling.Fit(row.Input.Matrix("logits"), row.Input.Ints("labels"));
            return new { temperature = fit.Temperature, nll_before = fit.LossBefore, nll_after = fit.LossAfter };
        },
        ["auroc"] = row => new { auroc = Discrimination.Auroc(row.Input.Doubles("scores"), Flags(row, "outcomes")) },
        ["average_precision"] = row => new { average_precision = Discrimination.AveragePrecision(row.Input.Doubles("scores"), Flags(row, "outcomes")) },
        ["risk_coverage"] = row =>
        {
            RiskCoverage curve = Discrimination.RiskCoverage(row.Input.Doubles("confidence"), row.Input.Doubles("correct"));
            return new { coverage = curve.Coverage, accuracy = curve.Accuracy, area_under_risk_coverage = curve.AreaUnderCurve };
        },
        ["cohen_kappa"] = row => new
        {
            kappa = Agreement.CohenKappa(row.Input.Doubles("a"), row.Input.Doubles("b"), Enum.Parse<KappaWeights>(row.Params.Text("weights")!, ignoreCase: true)),
        },
        ["fleiss_kappa"] = row => new { kappa = Agreement.FleissKappa(row.Input.Matrix("counts")) },
        ["krippendorff_alpha"] = row => new
        {
            alpha = Agreement.KrippendorffAlpha(
                [.. row.Input.GetProperty("ratings").EnumerateArray().Select(rater => rater.EnumerateArray()
                    .Select(value => value.ValueKind == JsonValueKind.Null ? double.NaN : value.AsNumber()).ToArray())],
                Enum.Parse<MeasurementLevel>(row.Params.Text("level")!, ignoreCase: true)),
        },
        ["intraclass_correlation"] = row =>
        {
            IntraclassCorrelation icc = Agreement.Intraclass(row.Input.Matrix("ratings"));
            return new { icc1 = icc.Icc1, icc2 = icc.Icc2, icc3 = icc.Icc3, icc1k = icc.Icc1K, icc2k = icc.Icc2K, icc3k = icc.Icc3K };
        },
        ["bradley_terry"] = row =>
        {
            var fit = BradleyTerry.Fit(row.Input.Matrix("wins"));
            return new
            {
                log_strength_first_zero = fit.LogStrengths,
                log_strength_mean_zero = fit.Centred,
                standard_errors_vs_first = fit.StandardErrors.Skip(1),
                log_likelihood = fit.LogLikelihood,
                win_probability_0_over_1 = fit.WinProbability(0, 1),
            };
        },
        ["elo"] = Elo,
        ["irt_2pl"] = ItemResponseRow,
        ["irt_eap"] = row =>
        {
            (double theta, double sd, double marginal) = new ItemResponse(row.Input.Doubles("a"), row.Input.Doubles("b"))
                .ExpectedAPosteriori(Flags(row, "responses"), row.Params.Whole("nodes"));
            return new { eap_theta = theta, posterior_sd = sd, marginal_log_likelihood = marginal };
        },
        ["item_discrimination"] = row =>
        {
            (double[] difficulty, double[] discrimination) = ItemResponse.Classical(row.Input.Matrix("outcomes"));
            return new { difficulty, discrimination };
        },
        ["bigbench_normalised_score"] = row => new
        {
            score = BigBenchScores.Normalised(row.Input.Number("raw"), row.Input.Number("low"), row.Input.Number("high")),
        },
        ["bigbench_chance_score"] = row => new
        {
            low = BigBenchScores.Chance([.. row.Input.GetProperty("target_scores").EnumerateArray()
                .Select(example => example.EnumerateObject().Select(choice => choice.Value.AsNumber()).ToArray())]),
        },
        ["multiple_choice_grade"] = row =>
        {
            var grade = BigBenchScores.MultipleChoice(row.Input.Doubles("log_probabilities"), row.Input.Doubles("target_scores"));
            return new { score = grade.Score, choice_probabilities = grade.ChoiceProbabilities, confidence = grade.Confidence, brier = grade.Brier };
        },
        ["exact_str_match"] = row =>
        {
            var match = BigBenchScores.ExactStringMatch(
                row.Input.Text("output")!, row.Input.Strings("targets"), row.Params.Text("stop_string"), row.Params.Text("output_regex"));
            return new { score = match.Score, postprocessed = match.PostProcessed, strict_score = match.StrictScore };
        },
    };

    private static bool[] Flags(ConformanceRow row, string name) => [.. row.Input.Doubles(name).Select(value => value != 0)];

    private static object Bins(CalibrationError error) => new
    {
        ece = error.Expected,
        mce = error.Maximum,
        rms = error.RootMeanSquare,
        bins = error.Bins.Select(bin => bin.Index),
        counts = error.Bins.Select(bin => bin.Count),
        mean_confidence = error.Bins.Select(bin => bin.MeanConfidence),
        accuracy = error.Bins.Select(bin => bin.Accuracy),
        debiased_squared = error.DebiasedSquared,
    };

    private static object Elo(ConformanceRow row)
    {
        var ratings = new EloRatings(row.Input.Doubles("start"), row.Params.Number("k"), row.Params.Number("scale"));
        var history = new List<double[]>();
        foreach (double[] game in row.Input.Matrix("games"))
        {
            ratings.Add((int)game[0], (int)game[1], game[2]);
            history.Add(ratings.Ratings.ToArray());
        }
        return new { history, final = ratings.Ratings.ToArray() };
    }

    private static object ItemResponseRow(ConformanceRow row)
    {
        var items = new ItemResponse(row.Input.Doubles("a"), row.Input.Doubles("b"));
        bool[] responses = Flags(row, "responses");
        ItemResponseLikelihood at = items.Likelihood(row.Input.Number("theta"), responses);
        (double theta, double error) = items.MaximumAPosteriori(responses);
        return new
        {
            log_likelihood = at.LogLikelihood,
            gradient_theta = at.GradientTheta,
            hessian_theta = -at.Information,
            information = at.Information,
            gradient_a = at.GradientA,
            gradient_b = at.GradientB,
            map_theta = theta,
            map_standard_error = error,
        };
    }
}
