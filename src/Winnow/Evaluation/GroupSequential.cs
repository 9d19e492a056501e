using MathNet.Numerics.Integration;
using Winnow.Numerics;

namespace Winnow.Evaluation;

/// <summary>How a declared number of looks shares the error.</summary>
public enum BoundaryKind
{
    /// <summary>The same |z| at every look.</summary>
    Pocock,

    /// <summary>|z| falling as 1/√t: hardly ever stops early, hardly costs at the end.</summary>
    OBrienFleming,

    /// <summary>Spending α·ln(1 + (e − 1)t), like Pocock.</summary>
    LanDeMetsPocock,

    /// <summary>Spending 4(1 − Φ(z_(α/4)/√t)), like O'Brien and Fleming.</summary>
    LanDeMetsOBrienFleming,
}

/// <summary>Two-sided boundaries that allow looking at results K times, at equally spaced information, for one error α.</summary>
/// <param name="Boundaries">Shape [K]; stop at look k where |z| reaches them.</param>
/// <param name="FirstCrossing">Shape [K]; probability under no difference to stop first at each look; sums to α.</param>
/// <param name="Constant">The constant of Pocock's or O'Brien and Fleming's boundary; null for spending functions.</param>
public sealed record GroupSequential(IReadOnlyList<double> Boundaries, IReadOnlyList<double> FirstCrossing, double? Constant)
{
    private const int Nodes = 96;

    /// <summary>Finds the boundaries.</summary>
    /// <param name="kind">How the error is shared.</param>
    /// <param name="looks">K, at least 1.</param>
    /// <param name="alpha">Two-sided error of all looks together, in (0, 1).</param>
    /// <remarks>
    /// By numerical integration of the density of the score process over the continuation regions (Armitage, McPherson
    /// and Rowe, 1969). Sources: Pocock (1977), O'Brien and Fleming (1979), Lan and DeMets (1983). Accurate to about 10⁻⁹.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside its range.</exception>
    public static GroupSequential Of(BoundaryKind kind, int looks, double alpha = 0.05)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(looks, 1);
        double single = Distributions.NormalCritical(alpha);
        if (kind is BoundaryKind.Pocock or BoundaryKind.OBrienFleming)
        {
            double constant = Falling(c => Crossings(Scaled(kind, looks, c)).Sum(), alpha, 0.5 * single, 4 * single);
            double[] scaled = Scaled(kind, looks, constant);
            return new GroupSequential(scaled, Crossings(scaled), constant);
        }
        double[] boundaries = new double[looks];
        double[] spent = CumulativeSpending(kind, looks, alpha);
        for (int k = 1; k <= looks; k++)
        {
            double step = spent[k - 1] - (k > 1 ? spent[k - 2] : 0);
            boundaries[k - 1] = Falling(
                c =>
                {
                    boundaries[k - 1] = c;
                    return Crossings(boundaries.AsSpan(0, k))[^1];
                },
                step, 0, 40);
        }
        return new GroupSequential(boundaries, Crossings(boundaries), null);
    }

    /// <summary>The error that may have been spent by each look.</summary>
    /// <param name="kind">One of the spending functions.</param>
    /// <param name="looks">K, at least 1.</param>
    /// <param name="alpha">Two-sided error of all looks together, in (0, 1).</param>
    /// <returns>Shape [K]; the last is α.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The kind is no spending function, or a number lies outside its range.</exception>
    public static double[] CumulativeSpending(BoundaryKind kind, int looks, double alpha = 0.05)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(looks, 1);
        double quarter = Distributions.NormalCritical(alpha / 2);
        double[] spent = new double[looks];
        for (int k = 1; k <= looks; k++)
        {
            double t = (double)k / looks;
            spent[k - 1] = kind switch
            {
                BoundaryKind.LanDeMetsPocock => alpha * Math.Log(1 + (Math.E - 1) * t),
                BoundaryKind.LanDeMetsOBrienFleming => 4 * Distributions.NormalCdf(-quarter / Math.Sqrt(t)),
                _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Only the Lan-DeMets kinds spend by a function of information."),
            };
        }
        return spent;
    }

    private static double[] Scaled(BoundaryKind kind, int looks, double constant) =>
        [.. Enumerable.Range(1, looks).Select(k => kind == BoundaryKind.Pocock ? constant : constant * Math.Sqrt((double)looks / k))];

    /// <summary>The probability to leave the continuation region first at each look.</summary>
    private static double[] Crossings(ReadOnlySpan<double> boundaries)
    {
        double[] crossings = new double[boundaries.Length];
        double[] points = [0];
        double[] masses = [1];
        for (int k = 1; k <= boundaries.Length; k++)
        {
            // The score is a sum of k standard normals; z = score / √k.
            double edge = boundaries[k - 1] * Math.Sqrt(k);
            for (int i = 0; i < points.Length; i++)
            {
                crossings[k - 1] += masses[i] * (Distributions.NormalCdf(points[i] - edge) + Distributions.NormalCdf(-points[i] - edge));
            }
            if (k == boundaries.Length || edge <= 0)
            {
                break;
            }
            var rule = new GaussLegendreRule(-edge, edge, Nodes);
            double[] next = new double[Nodes];
            for (int j = 0; j < Nodes; j++)
            {
                double density = 0;
                for (int i = 0; i < points.Length; i++)
                {
                    double gap = rule.Abscissas[j] - points[i];
                    density += masses[i] * Math.Exp(-0.5 * gap * gap);
                }
                next[j] = rule.Weights[j] * density / Math.Sqrt(2 * Math.PI);
            }
            points = rule.Abscissas;
            masses = next;
        }
        return crossings;
    }

    private static double Falling(Func<double, double> function, double value, double low, double high)
    {
        for (int step = 0; step < 100 && high - low > 1e-14 * high; step++)
        {
            double middle = 0.5 * (low + high);
            if (function(middle) > value)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }
        return 0.5 * (low + high);
    }
}
