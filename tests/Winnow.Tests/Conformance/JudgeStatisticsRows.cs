using System.Text.Json;
using Winnow.Evaluation;
using Winnow.Judging;
using Winnow.Numerics;
using Winnow.Testing.Conformance;

namespace Winnow.Tests.Conformance;

/// <summary>Ratings from comparisons, the biases of judges, their agreement, and the calibration of what they say.</summary>
public sealed class JudgeStatisticsRows : IConformanceRows
{
    public string Family => "judging";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["bradley_terry"] = row =>
        {
            BradleyTerry fit = BradleyTerry.Fit(row.Input.Matrix("wins"));
            int players = fit.LogStrengths.Count;
            double[] shares = new double[players];
            LogWeights.Softmax(fit.LogStrengths.ToArray(), shares);
            return new
            {
                log_strength = fit.Centred,
                strength_sum1 = shares,
                win_probability = Enumerable.Range(0, players).Select(i => Enumerable.Range(0, players).Select(j => fit.WinProbability(i, j))),
                log_likelihood = fit.LogLikelihood,
            };
        },
        ["bradley_terry_ridge"] = row => new { log_strength = BradleyTerry.RidgeStrengths(row.Input.Matrix("wins"), row.Params.Number("penalty")) },
        ["bradley_terry_ties"] = row =>
        {
            TieModel model = row.Params.Text("model") == "davidson" ? TieModel.Davidson : TieModel.RaoKupper;
            BradleyTerryWithTies fit = BradleyTerryWithTies.Fit(row.Input.Matrix("wins"), row.Input.Matrix("ties"), model);
            return new { log_strength = fit.LogStrengths, nu = fit.Tie, eta = fit.Tie, log_likelihood = fit.LogLikelihood };
        },
        ["elo"] = Elo,
        ["trueskill_1v1"] = TrueSkillPairs,
        ["trueskill_free_for_all"] = row =>
        {
            SkillBelief[] priors = [.. row.Input.Has("prior") ? row.Input.Matrix("prior").Select(Belief) : row.Params.Matrix("prior").Select(Belief)];
            IReadOnlyList<SkillBelief> updated = Skill(row).Update(priors, row.Input.Has("ranks") ? row.Input.Ints("ranks") : row.Params.Ints("ranks"));
            return new { mu = updated.Select(player => player.Mean), sigma = updated.Select(player => player.Deviation) };
        },
        ["win_rate"] = row =>
        {
            WinRate rate = WinRate.Of(row.Input.Whole("wins"), row.Input.Whole("ties"), row.Input.Whole("losses"), 1 - row.Params.Number("confidence", 0.95));
            return new
            {
                win_rate_half_ties = rate.HalfTies,
                win_rate_ties_lose = rate.TiesLose,
                win_rate_without_ties = rate.WithoutTies,
                tie_rate = rate.TieRate,
                without_ties_low = rate.Interval?.Low,
                without_ties_high = rate.Interval?.High,
                sign_test_p = rate.SignTest,
            };
        },
        ["position_bias"] = row =>
        {
            PositionBias bias = PositionBias.Of(row.Input.Whole("first_wins"), row.Input.Whole("second_wins"), row.Input.Whole("ties"), 1 - row.Params.Number("confidence"));
            return new { first_share = bias.FirstShare, p_value = bias.PValue, position_advantage = bias.Advantage, low = bias.Interval?.Low, high = bias.Interval?.High };
        },
        ["length_bias"] = row =>
        {
            LengthBias bias = LengthBias.Fit(row.Input.Doubles("length_difference"), row.Input.Doubles("win"));
            return new
            {
                intercept = bias.Intercept,
                slope = bias.Slope,
                se_slope = bias.SlopeError,
                p_slope = bias.SlopePValue,
                length_controlled_win_rate = bias.LengthControlledWinRate,
                raw_win_rate = bias.RawWinRate,
                log_likelihood = bias.LogLikelihood,
            };
        },
        ["length_bias_subset"] = row =>
        {
            var (accuracy, misled, count) = LengthBias.Accuracies([.. row.Input.Matrix("items").Select(item => (item[0] != 0, item[1], item[2]))]);
            return new { accuracy_all = accuracy, accuracy_worse_longer = misled, count_worse_longer = count };
        },
        ["judge_bias_model"] = row =>
        {
            LogisticFit fit = JudgeBiasModel.Fit(row.Input.Doubles("first"), row.Input.Doubles("length_difference"), row.Input.Doubles("win"));
            return new { coefficients = fit.Coefficients, se = fit.StandardErrors, log_likelihood = fit.LogLikelihood };
        },
        ["cohen_kappa"] = row =>
        {
            (double[] a, double[] b) = (row.Input.Doubles("a"), row.Input.Doubles("b"));
            return new
            {
                observed = a.Zip(b).Average(pair => pair.First == pair.Second ? 1.0 : 0),
                unweighted = DefinedOr(double.NaN, () => Agreement.CohenKappa(a, b)),
                linear = DefinedOr(double.NaN, () => Agreement.CohenKappa(a, b, KappaWeights.Linear)),
                quadratic = DefinedOr(double.NaN, () => Agreement.CohenKappa(a, b, KappaWeights.Quadratic)),
            };
        },
        ["fleiss_kappa"] = row => new { kappa = DefinedOr(double.NaN, () => Agreement.FleissKappa(row.Input.Matrix("counts"))) },
        ["krippendorff_alpha"] = row => new
        {
            alpha = Agreement.KrippendorffAlpha(
                [.. row.Input.GetProperty("ratings").EnumerateArray().Select(rater => rater.EnumerateArray()
                    .Select(value => value.ValueKind == JsonValueKind.Null ? double.NaN : value.AsNumber()).ToArray())],
                Enum.Parse<MeasurementLevel>(row.Params.Text("level")!, ignoreCase: true)),
        },
        ["ranking_agreement"] = row =>
        {
            (double[] a, double[] b) = (row.Input.Doubles("a"), row.Input.Doubles("b"));
            (int pairs, double? accuracy) = DefinedOr<(int, double?)>((0, null), () => Correlation.PairwiseAccuracy(a, b));
            return new
            {
                spearman = DefinedOr<double?>(null, () => Correlation.Spearman(a, b)),
                kendall_tau_b = DefinedOr<double?>(null, () => Correlation.KendallB(a, b)),
                pearson = DefinedOr<double?>(null, () => Correlation.Pearson(a, b)),
                pairwise_accuracy = accuracy,
                pairs_counted = pairs,
            };
        },
        ["calibration"] = Calibration,
        ["selective_risk"] = row =>
        {
            RiskCoverage curve = Discrimination.RiskCoverage(row.Input.Doubles("q"), row.Input.Doubles("y"));
            var tenths = Enumerable.Range(1, 10).Select(i => curve.At(10 * i)).ToArray();
            return new { order = curve.Order, accuracy_at_coverage = tenths.Select(at => at.Accuracy), kept = tenths.Select(at => at.Kept), aurc = curve.AreaUnderCurve };
        },
        ["temperature_scaling"] = row =>
        {
            TemperatureScaling fit = TemperatureScaling.Fit(row.Input.Doubles("logit"), Flags(row, "y"));
            return new { temperature = fit.Temperature, nll_before = fit.LossBefore, nll_after = fit.LossAfter };
        },
        ["temperature_scaling_multiclass"] = row =>
        {
            TemperatureScaling fit = TemperatureScaling.Fit(row.Input.Matrix("logits"), row.Input.Ints("y"));
            return new { temperature = fit.Temperature, nll_before = fit.LossBefore, nll_after = fit.LossAfter };
        },
        ["platt"] = row =>
        {
            PlattScaling fit = PlattScaling.Fit(row.Input.Doubles("score"), Flags(row, "y"), smooth: row.Params.Text("targets") != "labels");
            return new { slope = -fit.A, intercept = -fit.B, calibrated = row.Input.Doubles("score").Select(fit.Predict) };
        },
        ["isotonic"] = row =>
        {
            IsotonicRegression fit = IsotonicRegression.Fit(row.Input.Doubles("score"), row.Input.Doubles("y"), row.Input.Has("weight") ? row.Input.Doubles("weight") : []);
            return new { fitted = row.Input.Doubles("score").Select(fit.Predict), predicted = row.Input.Doubles("query").Select(fit.Predict) };
        },
        ["p_true"] = row =>
        {
            SelfAssessment said = SelfAssessment.Of(row.Input.Doubles("logprob_true"), row.Input.Doubles("logprob_false"));
            return new { p_true = said.Probability, option_mass = said.OptionMass };
        },
        ["p_true_frequency"] = row => new { p_true = SelfAssessment.FromFrequency(row.Input.Whole("said_true"), row.Input.Whole("asked")) },
        ["p_true_swapped_average"] = row => new { p_true = SelfAssessment.OfBothOrders(Said(row, "order1"), Said(row, "order2")) },
    };

    private static T DefinedOr<T>(T otherwise, Func<T> compute)
    {
        try
        {
            return compute();
        }
        catch (ArgumentException)
        {
            return otherwise;
        }
    }

    private static bool[] Flags(ConformanceRow row, string name) => [.. row.Input.Doubles(name).Select(value => value != 0)];

    private static SelfAssessment Said(ConformanceRow row, string order) =>
        SelfAssessment.Of(row.Input.GetProperty(order).Doubles("true"), row.Input.GetProperty(order).Doubles("false"));

    private static object Elo(ConformanceRow row)
    {
        double[][] games = row.Input.Matrix("games");
        int players = 1 + (int)games.Max(game => Math.Max(game[0], game[1]));
        EloRatings ratings = new([.. Enumerable.Repeat(row.Params.Number("initial"), players)], row.Params.Number("k"), row.Params.Number("scale"));
        List<double[]> history = [];
        foreach (double[] game in games)
        {
            ratings.Add((int)game[0], (int)game[1], game[2]);
            history.Add([ratings.Ratings[(int)game[0]], ratings.Ratings[(int)game[1]]]);
        }
        return new { ratings = ratings.Ratings.ToArray(), after_each = history };
    }

    private static TrueSkill Skill(ConformanceRow row) => new()
    {
        Prior = new SkillBelief(row.Params.Number("mu"), row.Params.Number("sigma")),
        Beta = row.Params.Number("beta"),
        Tau = row.Params.Number("tau"),
        DrawProbability = row.Params.Number("draw_probability"),
    };

    private static SkillBelief Belief(double[] pair) => new(pair[0], pair[1]);

    private static object TrueSkillPairs(ConformanceRow row)
    {
        TrueSkill skill = Skill(row);
        (int A, int B, bool IsDraw)[] games = [.. row.Input.GetProperty("games").EnumerateArray().Select(game => (game[0].GetInt32(), game[1].GetInt32(), game[2].GetBoolean()))];
        SkillBelief[] players = [.. Enumerable.Repeat(skill.Prior, 1 + games.Max(game => Math.Max(game.A, game.B)))];
        List<double[]> history = [];
        foreach ((int a, int b, bool isDraw) in games)
        {
            double quality = skill.Quality(players[a], players[b]);
            (players[a], players[b]) = skill.Update(players[a], players[b], isDraw);
            history.Add([players[a].Mean, players[a].Deviation, players[b].Mean, players[b].Deviation, quality]);
        }
        return new
        {
            after_each = history,
            mu = players.Select(player => player.Mean),
            sigma = players.Select(player => player.Deviation),
            conservative = players.Select(player => player.Conservative),
        };
    }

    private static object Calibration(ConformanceRow row)
    {
        (double[] q, double[] y, int bins) = (row.Input.Doubles("q"), row.Input.Doubles("y"), row.Params.Whole("bins"));
        CalibrationError mass = CalibrationError.EqualMass(q, y, bins);
        CalibrationError width = CalibrationError.EqualWidth(q, y, bins);
        BrierDecomposition brier = ProbabilityScores.Decompose(q, y);
        return new
        {
            ece_equal_mass = mass.Expected,
            rms_equal_mass = mass.RootMeanSquare,
            debiased_squared_equal_mass = mass.DebiasedSquared,
            ece_equal_width = width.Expected,
            rms_equal_width = width.RootMeanSquare,
            brier = brier.Brier,
            auroc = DefinedOr<double?>(null, () => Discrimination.Auroc(q, Flags(row, "y"))),
            base_rate = y.Average(),
            reliability = brier.Reliability,
            resolution = brier.Resolution,
            uncertainty = brier.Uncertainty,
            log_loss = q.Any(p => p is 0 or 1) ? (double?)null : ProbabilityScores.LogLoss(q, y),
        };
    }
}
