using System.Text.Json;
using Winnow.Numerics;
using Winnow.Testing.Conformance;

namespace Winnow.Tests.Conformance;

/// <summary>Linear, logistic, power-law and isotonic fits.</summary>
public sealed class NumericsFitRows : IConformanceRows
{
    public string Family => "numerics";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["ols"] = Linear,
        ["weighted_least_squares"] = Linear,
        ["log_log_ols"] = LogLog,
        ["power_law_fit"] = PowerLawFit,
        ["exponentiated_power_law_fit"] = Exponentiated,
        ["isotonic_regression"] = Isotonic,
        ["isotonic_calibration"] = Calibration,
        ["logistic_regression_mle"] = LogisticMle,
        ["logistic_regression_grouped"] = LogisticGrouped,
        ["logistic_regression_l2"] = LogisticRidge,
    };

    private static object Linear(ConformanceRow row)
    {
        double[] weights = row.Input.Has("weights") ? row.Input.Doubles("weights") : [];
        LinearFit fit = LinearRegression.Fit(row.Input.Matrix("X"), row.Input.Doubles("y"), row.Params.Flag("intercept"), weights);
        int[] all = [.. Enumerable.Range(0, fit.Coefficients.Count)];
        return new
        {
            coefficients = fit.Coefficients,
            standard_errors = fit.StandardErrors,
            t = all.Select(fit.T),
            p_values = all.Select(fit.PValue),
            r_squared = fit.RSquared,
            adjusted_r_squared = fit.AdjustedRSquared,
            residual_variance = fit.ResidualVariance,
            confidence_95 = all.Select(j => fit.ConfidenceInterval(j)).Select(ends => (double[])[ends.Low, ends.High]),
        };
    }

    private static object LogLog(ConformanceRow row)
    {
        LinearFit fit = LinearRegression.FitLogLog(row.Input.Doubles("x"), row.Input.Doubles("y"));
        return new
        {
            log_coefficient = fit.Coefficients[0],
            exponent = fit.Coefficients[1],
            coefficient = Math.Exp(fit.Coefficients[0]),
            r_squared = fit.RSquared,
            exponent_standard_error = fit.StandardErrors[1],
        };
    }

    private static object PowerLawFit(ConformanceRow row)
    {
        PowerLaw fit = PowerLaw.Fit(row.Input.Doubles("x"), row.Input.Doubles("y"));
        return new { a = fit.A, b = fit.B, c = fit.C, sse = fit.SumOfSquares, standard_errors = fit.StandardErrors };
    }

    private static object Exponentiated(ConformanceRow row)
    {
        double[] k = row.Input.Doubles("k");
        double[] coverage = row.Input.Doubles("coverage");
        double[] weights = row.Input.Has("standard_deviations")
            ? [.. row.Input.Doubles("standard_deviations").Select(sd => 1 / (sd * sd))]
            : [];
        var start = ExponentiatedPowerLaw.FitLinear(k, coverage);
        var fit = ExponentiatedPowerLaw.Fit(k, coverage, weights);
        return new
        {
            start_a = start.A,
            start_b = start.B,
            a = fit.A,
            b = fit.B,
            sse = k.Zip(coverage, (at, c) => Math.Pow(fit.At(at) - c, 2)).Sum(),
            predicted_at_4x_last = fit.At(4 * k[^1]),
        };
    }

    private static object Isotonic(ConformanceRow row)
    {
        double[] y = row.Input.Doubles("y");
        double[] weights = row.Input.Doubles("weights");
        double[] fitted = IsotonicRegression.FitSequence(y, weights, row.Params.Flag("increasing"));
        return new { fitted, sse = y.Zip(fitted, weights).Sum(v => v.Third * Math.Pow(v.First - v.Second, 2)) };
    }

    private static object Calibration(ConformanceRow row)
    {
        var fit = IsotonicRegression.Fit(row.Input.Doubles("x"), row.Input.Doubles("y"));
        return new { prediction = row.Input.Doubles("query").Select(fit.Predict) };
    }

    private static object LogisticMle(ConformanceRow row)
    {
        LogisticFit fit = LogisticRegression.Fit(row.Input.Matrix("X"), row.Input.Doubles("y"), intercept: row.Params.Flag("intercept"));
        int[] all = [.. Enumerable.Range(0, fit.Coefficients.Count)];
        return new
        {
            coefficients = fit.Coefficients,
            standard_errors = fit.StandardErrors,
            z = all.Select(fit.Z),
            p_values = all.Select(fit.PValue),
            log_likelihood = fit.LogLikelihood,
            null_log_likelihood = fit.NullLogLikelihood,
            mcfadden_r2 = fit.McFaddenRSquared,
        };
    }

    private static object LogisticGrouped(ConformanceRow row)
    {
        LogisticFit fit = LogisticRegression.Fit(
            row.Input.Matrix("design"), row.Input.Doubles("successes"), row.Input.Doubles("trials"), intercept: false);
        return new
        {
            coefficients = fit.Coefficients,
            standard_errors = fit.StandardErrors,
            row_log_likelihood = fit.LogLikelihood,
            row_null_log_likelihood = fit.NullLogLikelihood,
            mcfadden_r2 = fit.McFaddenRSquared,
        };
    }

    private static object LogisticRidge(ConformanceRow row)
    {
        bool intercept = row.Params.Flag("intercept");
        double c = row.Params.Number("C");
        LogisticFit fit = LogisticRegression.FitRidge(row.Input.Matrix("X"), row.Input.Doubles("y"), c, intercept: intercept);
        double[] slopes = [.. fit.Coefficients.Skip(intercept ? 1 : 0)];
        return new
        {
            coefficients = slopes,
            intercept = intercept ? fit.Coefficients[0] : 0,
            probabilities = fit.Probabilities,
            objective = 0.5 * slopes.Sum(w => w * w) - c * fit.LogLikelihood,
        };
    }
}
