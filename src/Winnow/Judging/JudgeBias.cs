using Winnow.Numerics;

namespace Winnow.Judging;

/// <summary>How far a judge's verdicts follow length.</summary>
/// <param name="Intercept">Log-odds of winning at equal length.</param>
/// <param name="Slope">Log-odds per unit of length difference.</param>
/// <param name="SlopeError">Standard error of the slope.</param>
/// <param name="SlopePValue">Two-sided Wald p-value of a slope of 0.</param>
/// <param name="LengthControlledWinRate">The win rate where both answers are equally long. Range: 0 … 1.</param>
/// <param name="RawWinRate">The win rate as it is.</param>
/// <param name="LogLikelihood">Of the verdicts.</param>
/// <remarks>Source: Dubois et al. (2024), "Length-Controlled AlpacaEval", its length term.</remarks>
public sealed record LengthBias(
    double Intercept, double Slope, double SlopeError, double SlopePValue, double LengthControlledWinRate, double RawWinRate, double LogLikelihood)
{
    /// <summary>Fits verdicts by a logistic model in the length difference.</summary>
    /// <param name="lengthDifferences">Shape [N]; length of the answer less that of its opponent, on any scale.</param>
    /// <param name="wins">Shape [N]; 1 where it won, 0 where it lost.</param>
    /// <exception cref="ArgumentException">The shapes differ, or length separates wins from losses, so that no finite maximum exists.</exception>
    public static LengthBias Fit(ReadOnlySpan<double> lengthDifferences, ReadOnlySpan<double> wins)
    {
        LogisticFit fit = LogisticRegression.Fit([.. lengthDifferences.ToArray().Select(d => new[] { d })], wins);
        return new LengthBias(
            fit.Coefficients[0], fit.Coefficients[1], fit.StandardErrors[1], fit.PValue(1), 1 / (1 + Math.Exp(-fit.Coefficients[0])), wins.ToArray().Average(), fit.LogLikelihood);
    }

    /// <summary>Accuracy where length misleads: on pairs whose worse answer is the longer one.</summary>
    /// <param name="pairs">Whether the judge was right, and the lengths of the better and the worse answer.</param>
    /// <returns>Accuracy on all pairs, on those (null where there are none), and their number.</returns>
    /// <exception cref="ArgumentException">There are no pairs.</exception>
    public static (double Accuracy, double? WhereWorseIsLonger, int Count) Accuracies(IReadOnlyCollection<(bool IsRight, double BetterLength, double WorseLength)> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        if (pairs.Count == 0)
        {
            throw new ArgumentException("There are no pairs; give at least one.", nameof(pairs));
        }
        bool[] misled = [.. pairs.Where(pair => pair.WorseLength > pair.BetterLength).Select(pair => pair.IsRight)];
        return (pairs.Average(pair => pair.IsRight ? 1.0 : 0), misled.Length == 0 ? null : misled.Average(isRight => isRight ? 1.0 : 0), misled.Length);
    }
}

/// <summary>A judge's liking for a place and for length, estimated together.</summary>
public static class JudgeBiasModel
{
    /// <summary>Fits verdicts by a logistic model in place and length difference.</summary>
    /// <param name="first">Shape [N]; 1 where the answer was shown first, −1 where second.</param>
    /// <param name="lengthDifferences">Shape [N]; length of the answer less that of its opponent.</param>
    /// <param name="wins">Shape [N]; 1 where it won, 0 where it lost.</param>
    /// <returns>Coefficients of merit, place and length, with their standard errors.</returns>
    /// <exception cref="ArgumentException">The shapes differ, or the verdicts are separated, so that no finite maximum exists.</exception>
    public static LogisticFit Fit(ReadOnlySpan<double> first, ReadOnlySpan<double> lengthDifferences, ReadOnlySpan<double> wins)
    {
        if (first.Length != lengthDifferences.Length)
        {
            throw new ArgumentException($"There are {first.Length} places and {lengthDifferences.Length} length differences; give as many of each.", nameof(lengthDifferences));
        }
        var rows = new double[first.Length][];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = [first[i], lengthDifferences[i]];
        }
        return LogisticRegression.Fit(rows, wins);
    }
}
