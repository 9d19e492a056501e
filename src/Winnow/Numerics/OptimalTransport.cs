namespace Winnow.Numerics;

/// <summary>An entropic transport plan.</summary>
/// <param name="Plan">Shape [N][M]; rows sum to the first weights, columns to the second.</param>
/// <param name="F">Shape [N]; potential of the rows, of unweighted mean 0.</param>
/// <param name="G">Shape [M]; potential of the columns.</param>
public sealed record SinkhornPlan(double[][] Plan, double[] F, double[] G)
{
    /// <summary>⟨P, C⟩.</summary>
    /// <param name="cost">Shape [N][M].</param>
    public double TransportCost(IReadOnlyList<double[]> cost) => Plan.Zip(cost).Sum(rows => rows.First.Zip(rows.Second).Sum(cell => cell.First * cell.Second));

    /// <summary>KL(P | a bᵀ). Unit: nats.</summary>
    public double KullbackLeiblerToProduct
    {
        get
        {
            double[] a = [.. Plan.Select(row => row.Sum())];
            double[] b = [.. Enumerable.Range(0, Plan[0].Length).Select(j => Plan.Sum(row => row[j]))];
            return Plan.Select((row, i) => row.Select((p, j) => p > 0 ? p * Math.Log(p / (a[i] * b[j])) : 0).Sum()).Sum();
        }
    }

    /// <summary>Entropy of the plan. Unit: nats.</summary>
    public double Entropy => -Plan.Sum(row => row.Sum(p => p > 0 ? p * Math.Log(p) : 0));

    /// <summary>How the cost changes as a row gains weight at the others' expense: f_i less the mean of the other f_j.</summary>
    /// <remarks>Source: Just, Kang et al. (2023), "LAVA". Shape [N].</remarks>
    public double[] CalibratedGradient => [.. F.Select(f => f - (F.Sum() - f) / (F.Length - 1))];
}

/// <summary>Transport between weighted sets.</summary>
public static class OptimalTransport
{
    private const int MaxSweeps = 1_000_000;

    /// <summary>Minimises ⟨P, C⟩ + ε·KL(P | a bᵀ) by Sinkhorn's iteration in logs, to convergence.</summary>
    /// <param name="a">Shape [N]; positive, summing to the same as b.</param>
    /// <param name="b">Shape [M]; positive.</param>
    /// <param name="cost">Shape [N][M].</param>
    /// <param name="epsilon">Greater than 0; smaller is nearer to exact transport and slower.</param>
    /// <remarks>P_ij = a_i b_j exp((f_i + g_j − C_ij)/ε). Source: Cuturi (2013), Peyré and Cuturi (2019). Cost: O(N·M) a sweep; sweeps grow as 1/ε.</remarks>
    /// <exception cref="ArgumentException">The shapes differ, a weight is not positive, the sums differ, or ε is not positive.</exception>
    public static SinkhornPlan Sinkhorn(ReadOnlySpan<double> a, ReadOnlySpan<double> b, IReadOnlyList<double[]> cost, double epsilon)
    {
        ArgumentNullException.ThrowIfNull(cost);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epsilon);
        int n = a.Length;
        int m = b.Length;
        if (cost.Count != n || n == 0 || m == 0 || cost.Any(row => row.Length != cost[0].Length) || cost[0].Length != m)
        {
            throw new ArgumentException($"The cost has {cost.Count} rows for {n} and {m} weights; give one row for each first weight and one column for each second.", nameof(cost));
        }
        if (Math.Abs(Weights.Sum(a) - Weights.Sum(b)) > 1e-9 || a.Contains(0.0) || b.Contains(0.0))
        {
            throw new ArgumentException("The weights must be positive and have one sum; leave out weights of 0.", nameof(b));
        }
        double[] f = new double[n];
        double[] g = new double[m];
        double[] logA = new double[n];
        double[] logB = new double[m];
        for (int i = 0; i < n; i++)
        {
            logA[i] = Math.Log(a[i]);
        }
        for (int j = 0; j < m; j++)
        {
            logB[j] = Math.Log(b[j]);
        }
        double[] terms = new double[Math.Max(n, m)];
        for (int sweep = 0; sweep < MaxSweeps; sweep++)
        {
            double largest = 0;
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < m; j++)
                {
                    terms[j] = logB[j] + (g[j] - cost[i][j]) / epsilon;
                }
                double next = -epsilon * LogWeights.LogSumExp(terms.AsSpan(0, m));
                largest = Math.Max(largest, Math.Abs(next - f[i]));
                f[i] = next;
            }
            for (int j = 0; j < m; j++)
            {
                for (int i = 0; i < n; i++)
                {
                    terms[i] = logA[i] + (f[i] - cost[i][j]) / epsilon;
                }
                g[j] = -epsilon * LogWeights.LogSumExp(terms.AsSpan(0, n));
            }
            if (largest < 1e-13 * Math.Max(1, Math.Abs(f[0])))
            {
                break;
            }
        }
        double[][] plan = new double[n][];
        for (int i = 0; i < n; i++)
        {
            plan[i] = new double[m];
            for (int j = 0; j < m; j++)
            {
                plan[i][j] = Math.Exp(logA[i] + logB[j] + (f[i] + g[j] - cost[i][j]) / epsilon);
            }
        }
        double mean = f.Average();
        return new SinkhornPlan(plan, [.. f.Select(value => value - mean)], [.. g.Select(value => value + mean)]);
    }

    /// <summary>The Wasserstein distance of weighted points on a line: (∫ |F⁻¹ − G⁻¹|ᵖ)^(1/p).</summary>
    /// <param name="x">Shape [N].</param>
    /// <param name="y">Shape [M].</param>
    /// <param name="xWeights">Shape [N]; at least 0, not all 0; empty means all equal.</param>
    /// <param name="yWeights">Shape [M]; likewise.</param>
    /// <param name="p">At least 1.</param>
    /// <remarks>Weights are taken over their sums. Cost: O((N + M) log(N + M)).</remarks>
    /// <exception cref="ArgumentException">A set is empty, the shapes differ, or p is below 1.</exception>
    public static double Wasserstein(
        ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> xWeights = default, ReadOnlySpan<double> yWeights = default, double p = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(p, 1);
        (double[] points, double[] masses) = Sorted(x, xWeights);
        (double[] others, double[] otherMasses) = Sorted(y, yWeights);
        int i = 0;
        int j = 0;
        double leftX = masses[0];
        double leftY = otherMasses[0];
        double sum = 0;
        while (true)
        {
            double moved = Math.Min(leftX, leftY);
            sum += moved * Math.Pow(Math.Abs(points[i] - others[j]), p);
            leftX -= moved;
            leftY -= moved;
            if (leftX <= 0 && ++i < points.Length)
            {
                leftX = masses[i];
            }
            if (leftY <= 0 && ++j < others.Length)
            {
                leftY = otherMasses[j];
            }
            if (i == points.Length || j == others.Length)
            {
                return Math.Pow(sum, 1 / p);
            }
        }
    }

    private static (double[] Points, double[] Masses) Sorted(ReadOnlySpan<double> points, ReadOnlySpan<double> weights)
    {
        if (points.IsEmpty || (!weights.IsEmpty && weights.Length != points.Length))
        {
            throw new ArgumentException($"There are {points.Length} points and {weights.Length} weights; give at least one point, and one weight for each or none.", nameof(weights));
        }
        double[] sorted = points.ToArray();
        double[] masses = weights.IsEmpty ? [.. Enumerable.Repeat(1.0, sorted.Length)] : weights.ToArray();
        double total = Weights.Sum(masses);
        Array.Sort(sorted, masses);
        return (sorted, [.. masses.Select(mass => mass / total)]);
    }
}
