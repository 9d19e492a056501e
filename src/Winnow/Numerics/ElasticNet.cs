namespace Winnow.Numerics;

/// <summary>A sparse linear model.</summary>
/// <param name="Coefficients">Shape [C].</param>
/// <param name="Intercept">0 where none was asked for.</param>
/// <param name="Objective">The minimum reached.</param>
public sealed record ElasticNetFit(IReadOnlyList<double> Coefficients, double Intercept, double Objective);

/// <summary>
/// Linear regression with an l1 and an l2 penalty: minimises ‖y − Xw − b‖²/(2n) + α·ρ·‖w‖₁ + α·(1 − ρ)/2·‖w‖², b free.
/// LASSO is ρ = 1; its form ½‖y − Xw‖² + λ‖w‖₁ has λ = n·α.
/// </summary>
/// <remarks>Sources: Tibshirani (1996), Zou and Hastie (2005); cyclic coordinate descent of Friedman, Hastie and Tibshirani (2010).</remarks>
public static class ElasticNet
{
    private const int MaxSweeps = 100_000;

    /// <summary>The proximal map of λ|x|: shrinks towards 0 by λ.</summary>
    /// <param name="value">Any number.</param>
    /// <param name="lambda">At least 0.</param>
    public static double SoftThreshold(double value, double lambda) =>
        value > lambda ? value - lambda : value < -lambda ? value + lambda : 0;

    /// <summary>The least α at which every coefficient of the LASSO is 0: max |xᵀ(y − ȳ)| / n.</summary>
    /// <param name="rows">Shape [N][C].</param>
    /// <param name="y">Shape [N].</param>
    /// <param name="intercept">Whether columns and targets are centred.</param>
    /// <exception cref="ArgumentException">The shapes differ, or there are no rows.</exception>
    public static double AlphaMax(IReadOnlyList<double[]> rows, ReadOnlySpan<double> y, bool intercept = true)
    {
        var data = new Centred(rows, y, intercept);
        return data.Columns.Select(column => Math.Abs(Dot(column, data.Target)) / data.Target.Length).DefaultIfEmpty(0).Max();
    }

    /// <summary>Fits by coordinate descent.</summary>
    /// <param name="rows">Shape [N][C].</param>
    /// <param name="y">Shape [N].</param>
    /// <param name="alpha">Strength of the penalty, at least 0.</param>
    /// <param name="l1Ratio">ρ, 0 … 1.</param>
    /// <param name="intercept">Whether b is fitted.</param>
    /// <param name="start">Shape [C]; coefficients to start from, for example of the next larger α on a path; null for 0.</param>
    /// <remarks>Stops where a sweep moves no coefficient by 10⁻¹³ of the largest. A column of zeros gets 0. Cost: O(N·C) a sweep.</remarks>
    /// <exception cref="ArgumentException">The shapes differ, there are no rows, α is negative, or ρ lies outside [0, 1].</exception>
    public static ElasticNetFit Fit(
        IReadOnlyList<double[]> rows, ReadOnlySpan<double> y, double alpha, double l1Ratio = 1, bool intercept = true, IReadOnlyList<double>? start = null)
    {
        if (!(alpha >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, $"Alpha is {alpha}; it must be at least 0.");
        }
        if (!(l1Ratio >= 0 && l1Ratio <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(l1Ratio), l1Ratio, $"The l1 ratio is {l1Ratio}; it must lie in [0, 1].");
        }
        var data = new Centred(rows, y, intercept);
        double n = y.Length;
        double[] w = start is null ? new double[data.Columns.Length] : [.. start];
        if (w.Length != data.Columns.Length)
        {
            throw new ArgumentException($"The start has {w.Length} coefficients for {data.Columns.Length} columns.", nameof(start));
        }
        double[] residual = [.. data.Target];
        for (int c = 0; c < w.Length; c++)
        {
            AddScaled(residual, data.Columns[c], -w[c]);
        }
        double[] norms = [.. data.Columns.Select(column => Dot(column, column) / n)];
        for (int sweep = 0; sweep < MaxSweeps; sweep++)
        {
            double largestMove = 0;
            double largest = 0;
            for (int c = 0; c < w.Length; c++)
            {
                if (norms[c] == 0)
                {
                    w[c] = 0;
                    continue;
                }
                double before = w[c];
                double gradient = Dot(data.Columns[c], residual) / n + norms[c] * before;
                w[c] = SoftThreshold(gradient, alpha * l1Ratio) / (norms[c] + alpha * (1 - l1Ratio));
                if (w[c] != before)
                {
                    AddScaled(residual, data.Columns[c], before - w[c]);
                }
                largestMove = Math.Max(largestMove, Math.Abs(w[c] - before));
                largest = Math.Max(largest, Math.Abs(w[c]));
            }
            if (largestMove <= 1e-13 * largest)
            {
                break;
            }
        }
        double objective = Dot(residual, residual) / (2 * n)
            + alpha * l1Ratio * w.Sum(Math.Abs) + alpha * (1 - l1Ratio) / 2 * Dot(w, w);
        return new ElasticNetFit(w, data.TargetMean - data.Means.Zip(w).Sum(pair => pair.First * pair.Second), objective);
    }

    /// <summary>Fits for several α, each from the last one's coefficients: give them falling.</summary>
    /// <param name="rows">Shape [N][C].</param>
    /// <param name="y">Shape [N].</param>
    /// <param name="alphas">Shape [A].</param>
    /// <param name="l1Ratio">ρ, 0 … 1.</param>
    /// <param name="intercept">Whether b is fitted.</param>
    /// <returns>Shape [A].</returns>
    /// <exception cref="ArgumentException">As for <see cref="Fit"/>.</exception>
    public static ElasticNetFit[] Path(
        IReadOnlyList<double[]> rows, ReadOnlySpan<double> y, ReadOnlySpan<double> alphas, double l1Ratio = 1, bool intercept = true)
    {
        var fits = new ElasticNetFit[alphas.Length];
        for (int i = 0; i < fits.Length; i++)
        {
            fits[i] = Fit(rows, y, alphas[i], l1Ratio, intercept, i == 0 ? null : fits[i - 1].Coefficients);
        }
        return fits;
    }

    /// <summary>Ridge regression: minimises ‖y − Xw − b‖² + α‖w‖², b free.</summary>
    /// <param name="rows">Shape [N][C].</param>
    /// <param name="y">Shape [N].</param>
    /// <param name="alpha">Greater than 0.</param>
    /// <param name="intercept">Whether b is fitted.</param>
    /// <remarks>In closed form by least squares on rows extended by √α·I. Cost: O((N + C)·C²).</remarks>
    /// <exception cref="ArgumentException">The shapes differ, there are no rows, or α is not positive.</exception>
    public static ElasticNetFit Ridge(IReadOnlyList<double[]> rows, ReadOnlySpan<double> y, double alpha, bool intercept = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(alpha);
        var data = new Centred(rows, y, intercept);
        int columns = data.Columns.Length;
        var extended = new List<double[]>();
        for (int i = 0; i < y.Length; i++)
        {
            int row = i;
            extended.Add([.. data.Columns.Select(column => column[row])]);
        }
        for (int c = 0; c < columns; c++)
        {
            double[] unit = new double[columns];
            unit[c] = Math.Sqrt(alpha);
            extended.Add(unit);
        }
        double[] target = [.. data.Target, .. new double[columns]];
        IReadOnlyList<double> w = LinearRegression.Fit(extended, target, intercept: false).Coefficients;
        double squares = 0;
        for (int i = 0; i < target.Length; i++)
        {
            double gap = target[i] - extended[i].Zip(w).Sum(pair => pair.First * pair.Second);
            squares += gap * gap;
        }
        return new ElasticNetFit(w, data.TargetMean - data.Means.Zip(w).Sum(pair => pair.First * pair.Second), squares);
    }

    private static double Dot(double[] a, double[] b) => System.Numerics.Tensors.TensorPrimitives.Dot<double>(a, b);

    private static void AddScaled(double[] sum, double[] column, double factor) =>
        System.Numerics.Tensors.TensorPrimitives.MultiplyAdd<double>(column, factor, sum, sum);

    /// <summary>Columns and targets less their means, or as they are where there is no intercept.</summary>
    private sealed class Centred
    {
        public Centred(IReadOnlyList<double[]> rows, ReadOnlySpan<double> y, bool intercept)
        {
            ArgumentNullException.ThrowIfNull(rows);
            if (rows.Count != y.Length || y.IsEmpty || rows.Any(row => row.Length != rows[0].Length))
            {
                throw new ArgumentException($"There are {rows.Count} rows and {y.Length} targets; give as many of each, at least one, with rows of one length.", nameof(y));
            }
            TargetMean = intercept ? Moments.Mean(y) : 0;
            Target = y.ToArray();
            for (int i = 0; i < Target.Length; i++)
            {
                Target[i] -= TargetMean;
            }
            Means = new double[rows[0].Length];
            Columns = new double[rows[0].Length][];
            for (int c = 0; c < Columns.Length; c++)
            {
                double[] column = [.. rows.Select(row => row[c])];
                Means[c] = intercept ? column.Average() : 0;
                Columns[c] = [.. column.Select(value => value - Means[c])];
            }
        }

        public double[][] Columns { get; }

        public double[] Means { get; }

        public double[] Target { get; }

        public double TargetMean { get; }
    }
}
