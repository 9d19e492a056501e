using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Winnow.Numerics;

/// <summary>A fitted logistic model.</summary>
public sealed record LogisticFit
{
    /// <summary>Shape [P]; the intercept first where there is one.</summary>
    public required IReadOnlyList<double> Coefficients { get; init; }

    /// <summary>Shape [P]; from the inverse of the curvature at the optimum.</summary>
    public required IReadOnlyList<double> StandardErrors { get; init; }

    /// <summary>Of the 0/1 outcomes, without binomial coefficients.</summary>
    public required double LogLikelihood { get; init; }

    /// <summary>The same with nothing but a constant.</summary>
    public required double NullLogLikelihood { get; init; }

    /// <summary>Shape [N]; fitted success probability of each row.</summary>
    public required IReadOnlyList<double> Probabilities { get; init; }

    /// <summary>McFadden's 1 − ln L / ln L₀.</summary>
    public double McFaddenRSquared => 1 - LogLikelihood / NullLogLikelihood;

    /// <summary>Coefficient over standard error.</summary>
    public double Z(int coefficient) => Coefficients[coefficient] / StandardErrors[coefficient];

    /// <summary>Two-sided Wald p-value of a coefficient being 0.</summary>
    public double PValue(int coefficient) => 2 * Distributions.NormalCdf(-Math.Abs(Z(coefficient)));
}

/// <summary>Logistic regression by Newton's method.</summary>
public static class LogisticRegression
{
    private const int MaxSteps = 100;

    /// <summary>Maximises the likelihood.</summary>
    /// <param name="rows">Shape [N][C].</param>
    /// <param name="successes">Shape [N]; 0 or 1, or a number of successes.</param>
    /// <param name="trials">Shape [N]; trials of each row; empty means 1.</param>
    /// <param name="intercept">Whether a constant column comes first.</param>
    /// <remarks>Cost: O(N·P²) a step, about ten steps.</remarks>
    /// <exception cref="ArgumentException">The shapes differ, an outcome lies outside its range, columns depend on each other, or the outcomes are separated, so that no finite maximum exists.</exception>
    public static LogisticFit Fit(
        IReadOnlyList<double[]> rows, ReadOnlySpan<double> successes, ReadOnlySpan<double> trials = default, bool intercept = true) =>
        Newton(rows, successes, trials, intercept, precision: 0);

    /// <summary>Minimises ‖w‖²/2 + C · Σ log-losses; the intercept is not penalised.</summary>
    /// <param name="rows">Shape [N][C].</param>
    /// <param name="successes">Shape [N]; 0 or 1, or a number of successes.</param>
    /// <param name="c">Weight of the data against the penalty; greater than 0.</param>
    /// <param name="trials">Shape [N]; trials of each row; empty means 1.</param>
    /// <param name="intercept">Whether a constant column comes first.</param>
    /// <exception cref="ArgumentException">As for <see cref="Fit"/>, or C is not positive.</exception>
    public static LogisticFit FitRidge(
        IReadOnlyList<double[]> rows, ReadOnlySpan<double> successes, double c, ReadOnlySpan<double> trials = default, bool intercept = true)
    {
        if (!(c > 0) || double.IsInfinity(c))
        {
            throw new ArgumentOutOfRangeException(nameof(c), c, $"C is {c}; it must be positive and finite.");
        }
        return Newton(rows, successes, trials, intercept, 1 / c);
    }

    private static LogisticFit Newton(
        IReadOnlyList<double[]> rows, ReadOnlySpan<double> successes, ReadOnlySpan<double> trials, bool intercept, double precision)
    {
        ArgumentNullException.ThrowIfNull(rows);
        int n = rows.Count;
        int p = n == 0 ? 0 : rows[0].Length + (intercept ? 1 : 0);
        if (n == 0 || p == 0 || successes.Length != n || (!trials.IsEmpty && trials.Length != n))
        {
            throw new ArgumentException($"There are {n} rows, {successes.Length} outcomes and {trials.Length} trials; give as many of each, at least one.", nameof(successes));
        }
        var design = DenseMatrix.Create(n, p, 0);
        double[] k = successes.ToArray();
        double[] m = trials.IsEmpty ? [.. Enumerable.Repeat(1.0, n)] : trials.ToArray();
        for (int i = 0; i < n; i++)
        {
            if (!(k[i] >= 0 && k[i] <= m[i]))
            {
                throw new ArgumentException($"Row {i} has {k[i]} successes in {m[i]} trials; they must lie in 0 … {m[i]}.", nameof(successes));
            }
            if (rows[i].Length + (intercept ? 1 : 0) != p)
            {
                throw new ArgumentException($"Row {i} has {rows[i].Length} columns and row 0 {rows[0].Length}; give rows of one length.", nameof(rows));
            }
            if (intercept)
            {
                design[i, 0] = 1;
            }
            for (int j = 0; j < rows[i].Length; j++)
            {
                design[i, p - rows[i].Length + j] = rows[i][j];
            }
        }
        double penalty(int j) => intercept && j == 0 ? 0 : precision;
        Vector<double> beta = DenseVector.Create(p, 0);
        double objective = Objective(design, k, m, beta, penalty);
        Matrix<double> curvature;
        bool isConverged = false;
        for (int step = 0; ; step++)
        {
            Vector<double> gradient = DenseVector.Create(p, 0);
            curvature = DenseMatrix.Create(p, p, 0);
            Vector<double> scores = design * beta;
            for (int i = 0; i < n; i++)
            {
                double probability = Logistic(scores[i]);
                double weight = m[i] * probability * (1 - probability);
                Vector<double> row = design.Row(i);
                gradient += row * (m[i] * probability - k[i]);
                curvature += row.OuterProduct(row) * weight;
            }
            for (int j = 0; j < p; j++)
            {
                gradient[j] += penalty(j) * beta[j];
                curvature[j, j] += penalty(j);
            }
            if (isConverged || step == MaxSteps)
            {
                break;
            }
            Vector<double> move = curvature.Solve(gradient);
            double scale = 1;
            double next = Objective(design, k, m, beta - move, penalty);
            while (!(next <= objective + 1e-12 * Math.Abs(objective)) && scale > 1e-10)
            {
                scale /= 2;
                next = Objective(design, k, m, beta - move * scale, penalty);
            }
            beta -= move * scale;
            objective = next;
            isConverged = move.AbsoluteMaximum() * scale <= 1e-12 * (1 + beta.AbsoluteMaximum());
            if (!double.IsFinite(beta.Sum()))
            {
                break;
            }
        }
        if (!isConverged)
        {
            throw new ArgumentException("No finite maximum exists: the outcomes are separated by the columns, or the columns depend on each other. Penalise the coefficients or drop a column.", nameof(rows));
        }
        Matrix<double> covariance = curvature.Inverse();
        double[] fitted = [.. (design * beta).Select(Logistic)];
        double rate = k.Sum() / m.Sum();
        return new LogisticFit
        {
            Coefficients = beta.ToArray(),
            StandardErrors = [.. Enumerable.Range(0, p).Select(j => Math.Sqrt(covariance[j, j]))],
            LogLikelihood = -Objective(design, k, m, beta, _ => 0),
            NullLogLikelihood = XLogY(k.Sum(), rate) + XLogY(m.Sum() - k.Sum(), 1 - rate),
            Probabilities = fitted,
        };
    }

    private static double Objective(Matrix<double> design, double[] k, double[] m, Vector<double> beta, Func<int, double> penalty)
    {
        Vector<double> scores = design * beta;
        double sum = 0;
        for (int i = 0; i < k.Length; i++)
        {
            double score = scores[i];
            double softPlus = Math.Max(score, 0) + Math.Log(1 + Math.Exp(-Math.Abs(score)));
            sum += m[i] * softPlus - k[i] * score;
        }
        for (int j = 0; j < beta.Count; j++)
        {
            sum += 0.5 * penalty(j) * beta[j] * beta[j];
        }
        return sum;
    }

    private static double Logistic(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    private static double XLogY(double x, double y) => x == 0 ? 0 : x * Math.Log(y);
}
