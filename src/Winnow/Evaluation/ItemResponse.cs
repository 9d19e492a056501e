using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;
using Winnow.Numerics;

namespace Winnow.Evaluation;

/// <summary>The likelihood of a person's responses at an ability, with its derivatives.</summary>
/// <param name="LogLikelihood">ln L.</param>
/// <param name="GradientTheta">Derivative by ability.</param>
/// <param name="Information">Fisher information of ability; its negative is the second derivative.</param>
/// <param name="GradientA">Shape [N]; derivative by each item's discrimination.</param>
/// <param name="GradientB">Shape [N]; derivative by each item's difficulty.</param>
public sealed record ItemResponseLikelihood(
    double LogLikelihood, double GradientTheta, double Information, IReadOnlyList<double> GradientA, IReadOnlyList<double> GradientB);

/// <summary>The two-parameter logistic model of item responses: P = 1 / (1 + exp(−a(θ − b))).</summary>
/// <remarks>Source: Birnbaum (1968); Lalor et al. (2016) for models as persons. Abilities have a standard normal prior where one is used.</remarks>
public sealed class ItemResponse
{
    private readonly double[] a;
    private readonly double[] b;

    /// <summary>A set of items.</summary>
    /// <param name="discriminations">Shape [N]; a.</param>
    /// <param name="difficulties">Shape [N]; b.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public ItemResponse(ReadOnlySpan<double> discriminations, ReadOnlySpan<double> difficulties)
    {
        if (discriminations.Length != difficulties.Length)
        {
            throw new ArgumentException($"There are {discriminations.Length} discriminations and {difficulties.Length} difficulties; give both for each item.", nameof(difficulties));
        }
        a = discriminations.ToArray();
        b = difficulties.ToArray();
    }

    /// <summary>The likelihood of responses and its derivatives.</summary>
    /// <param name="theta">Ability.</param>
    /// <param name="responses">Shape [N]; whether each item was answered rightly.</param>
    /// <exception cref="ArgumentException">There are not as many responses as items.</exception>
    public ItemResponseLikelihood Likelihood(double theta, ReadOnlySpan<bool> responses)
    {
        Check(responses);
        double logLikelihood = 0;
        double gradient = 0;
        double information = 0;
        double[] gradientA = new double[a.Length];
        double[] gradientB = new double[a.Length];
        for (int i = 0; i < a.Length; i++)
        {
            double score = a[i] * (theta - b[i]);
            // The probability of the response that was not given: no cancellation for the extremes.
            double signed = responses[i] ? score : -score;
            double miss = signed >= 0 ? Math.Exp(-signed) / (1 + Math.Exp(-signed)) : 1 / (1 + Math.Exp(signed));
            double residual = responses[i] ? miss : -miss;
            logLikelihood -= Math.Max(-signed, 0) + Math.Log(1 + Math.Exp(-Math.Abs(signed)));
            gradient += a[i] * residual;
            information += a[i] * a[i] * miss * (1 - miss);
            gradientA[i] = residual * (theta - b[i]);
            gradientB[i] = -a[i] * residual;
        }
        return new ItemResponseLikelihood(logLikelihood, gradient, information, gradientA, gradientB);
    }

    /// <summary>The most probable ability under a standard normal prior, by Newton's method.</summary>
    /// <param name="responses">Shape [N].</param>
    /// <returns>The ability, and its standard error from the curvature of the posterior.</returns>
    /// <exception cref="ArgumentException">There are not as many responses as items.</exception>
    public (double Theta, double StandardError) MaximumAPosteriori(ReadOnlySpan<bool> responses)
    {
        double theta = 0;
        for (int step = 0; step < 100; step++)
        {
            ItemResponseLikelihood at = Likelihood(theta, responses);
            double move = (at.GradientTheta - theta) / (at.Information + 1);
            theta += Math.Clamp(move, -1, 1);
            if (Math.Abs(move) < 1e-14)
            {
                break;
            }
        }
        return (theta, 1 / Math.Sqrt(Likelihood(theta, responses).Information + 1));
    }

    /// <summary>The mean ability under a standard normal prior, by Gauss-Hermite quadrature.</summary>
    /// <param name="responses">Shape [N].</param>
    /// <param name="nodes">Quadrature nodes, at least 1.</param>
    /// <returns>The mean, the standard deviation of the posterior, and the log of the marginal likelihood.</returns>
    /// <exception cref="ArgumentException">There are not as many responses as items.</exception>
    public (double Theta, double StandardDeviation, double LogMarginal) ExpectedAPosteriori(ReadOnlySpan<bool> responses, int nodes = 21)
    {
        (double[] points, double[] weights) = StandardNormalNodes(nodes);
        double[] logs = new double[nodes];
        for (int j = 0; j < nodes; j++)
        {
            logs[j] = Math.Log(weights[j]) + Likelihood(points[j], responses).LogLikelihood;
        }
        double[] posterior = new double[nodes];
        double logMarginal = LogWeights.Normalise(logs, posterior);
        double mean = points.Zip(posterior).Sum(p => p.First * p.Second);
        double variance = points.Zip(posterior).Sum(p => (p.First - mean) * (p.First - mean) * p.Second);
        return (mean, Math.Sqrt(variance), logMarginal);
    }

    /// <summary>How hard each item is and how well it agrees with the rest.</summary>
    /// <param name="outcomes">Shape [persons][items]; 0 or 1.</param>
    /// <returns>Share of right answers; and the correlation of each item with the sum of the other items, NaN where one is constant.</returns>
    /// <exception cref="ArgumentException">There are no persons, or rows of different lengths.</exception>
    public static (double[] Difficulty, double[] Discrimination) Classical(IReadOnlyList<double[]> outcomes)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        if (outcomes.Count == 0 || outcomes.Any(row => row.Length != outcomes[0].Length))
        {
            throw new ArgumentException("Give at least one person, with one outcome for each item.", nameof(outcomes));
        }
        int items = outcomes[0].Length;
        double[] difficulty = new double[items];
        double[] discrimination = new double[items];
        for (int i = 0; i < items; i++)
        {
            double[] item = [.. outcomes.Select(row => row[i])];
            double[] rest = [.. outcomes.Select(row => row.Sum() - row[i])];
            difficulty[i] = item.Average();
            bool isConstant = item.Distinct().Count() < 2 || rest.Distinct().Count() < 2;
            discrimination[i] = isConstant ? double.NaN : Correlation.Pearson(item, rest);
        }
        return (difficulty, discrimination);
    }

    /// <summary>Nodes and weights that integrate against the standard normal, by Golub and Welsch (1969).</summary>
    private static (double[] Points, double[] Weights) StandardNormalNodes(int nodes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 1);
        Matrix<double> jacobi = DenseMatrix.Create(nodes, nodes, (i, j) => Math.Abs(i - j) == 1 ? Math.Sqrt(Math.Max(i, j)) : 0);
        var eigen = jacobi.Evd(Symmetricity.Symmetric);
        return ([.. eigen.EigenValues.Select(value => value.Real)], [.. eigen.EigenVectors.Row(0).Select(first => first * first)]);
    }

    private void Check(ReadOnlySpan<bool> responses)
    {
        if (responses.Length != a.Length)
        {
            throw new ArgumentException($"There are {responses.Length} responses to {a.Length} items; give one for each.", nameof(responses));
        }
    }
}
