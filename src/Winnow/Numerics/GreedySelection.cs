namespace Winnow.Numerics;

/// <summary>A subset grown one element at a time.</summary>
/// <param name="Chosen">Indices in the order of choice.</param>
/// <param name="Gains">What each added.</param>
public sealed record GreedyResult(IReadOnlyList<int> Chosen, IReadOnlyList<double> Gains)
{
    /// <summary>The value of the subset.</summary>
    public double Value => Gains.Sum();
}

/// <summary>
/// Greedy maximisation of set functions with falling gains, by lazy evaluation: an element's old gain bounds its new
/// one, so few are computed again. The lower index wins a tie.
/// </summary>
/// <remarks>Sources: Nemhauser, Wolsey and Fisher (1978) for the guarantee 1 − 1/e of monotone functions; Minoux (1978) for laziness.</remarks>
public static class GreedySelection
{
    /// <summary>Maximises any function with falling gains.</summary>
    /// <param name="count">Number of elements.</param>
    /// <param name="k">Elements to choose, 0 … count.</param>
    /// <param name="gain">What an element adds to the elements accepted so far.</param>
    /// <param name="accept">Called with each element chosen.</param>
    /// <remarks>Cost: at least <paramref name="count"/> + k calls of <paramref name="gain"/>, at most their product.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">k lies outside 0 … count.</exception>
    public static GreedyResult Maximise(int count, int k, Func<int, double> gain, Action<int> accept)
    {
        ArgumentNullException.ThrowIfNull(gain);
        ArgumentNullException.ThrowIfNull(accept);
        if (k < 0 || k > count)
        {
            throw new ArgumentOutOfRangeException(nameof(k), k, $"k is {k}; it must lie in 0 … {count}.");
        }
        var bounds = new PriorityQueue<(int Element, int Round), (double MinusGain, int Element)>();
        for (int i = 0; i < count && k > 0; i++)
        {
            bounds.Enqueue((i, 0), (-gain(i), i));
        }
        var chosen = new List<int>(k);
        var gains = new List<double>(k);
        while (chosen.Count < k)
        {
            bounds.TryDequeue(out (int Element, int Round) best, out (double MinusGain, int Element) priority);
            if (best.Round < chosen.Count)
            {
                bounds.Enqueue((best.Element, chosen.Count), (-gain(best.Element), best.Element));
                continue;
            }
            chosen.Add(best.Element);
            gains.Add(-priority.MinusGain);
            accept(best.Element);
        }
        return new GreedyResult(chosen, gains);
    }

    /// <summary>Facility location: Σ over all elements of the largest similarity to a chosen one (0 for none).</summary>
    /// <param name="similarity">Shape [N][N]; at least 0.</param>
    /// <param name="k">0 … N.</param>
    /// <exception cref="ArgumentException">The table is not square, or k lies outside its range.</exception>
    public static GreedyResult FacilityLocation(IReadOnlyList<double[]> similarity, int k)
    {
        CheckSquare(similarity);
        double[] covered = new double[similarity.Count];
        return Maximise(
            covered.Length, k,
            element => covered.Select((c, i) => Math.Max(similarity[i][element] - c, 0)).Sum(),
            element =>
            {
                for (int i = 0; i < covered.Length; i++)
                {
                    covered[i] = Math.Max(covered[i], similarity[i][element]);
                }
            });
    }

    /// <summary>A concave function of the features' sums: Σ over features of φ(Σ over chosen of the feature).</summary>
    /// <param name="features">Shape [N][F]; at least 0.</param>
    /// <param name="concave">φ with φ(0) = 0, for example the square root.</param>
    /// <param name="k">0 … N.</param>
    /// <exception cref="ArgumentException">Rows differ in length, or k lies outside its range.</exception>
    public static GreedyResult ConcaveOverModular(IReadOnlyList<double[]> features, Func<double, double> concave, int k)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(concave);
        if (features.Count > 0 && features.Any(row => row.Length != features[0].Length))
        {
            throw new ArgumentException("Rows of features differ in length; give one length.", nameof(features));
        }
        double[] sums = new double[features.Count == 0 ? 0 : features[0].Length];
        return Maximise(
            features.Count, k,
            element => sums.Select((sum, f) => concave(sum + features[element][f]) - concave(sum)).Sum(),
            element =>
            {
                for (int f = 0; f < sums.Length; f++)
                {
                    sums[f] += features[element][f];
                }
            });
    }

    /// <summary>The log-determinant of a kernel's sub-matrix: diverse and good elements.</summary>
    /// <param name="kernel">Shape [N][N]; symmetric, positive definite.</param>
    /// <param name="k">0 … N.</param>
    /// <remarks>A gain is the log of the variance left by the chosen ones, kept by incremental Cholesky. Source: Chen, Zhang and Zhou (2018). Not lazy: every update is cheap. Cost: O(N·k²).</remarks>
    /// <exception cref="ArgumentException">The kernel is not square or not positive definite on what is chosen, or k lies outside its range.</exception>
    public static GreedyResult LogDeterminant(IReadOnlyList<double[]> kernel, int k)
    {
        CheckSquare(kernel);
        int n = kernel.Count;
        if (k < 0 || k > n)
        {
            throw new ArgumentOutOfRangeException(nameof(k), k, $"k is {k}; it must lie in 0 … {n}.");
        }
        double[] variance = [.. Enumerable.Range(0, n).Select(i => kernel[i][i])];
        double[][] factors = [.. Enumerable.Range(0, n).Select(_ => new double[k])];
        bool[] isChosen = new bool[n];
        var chosen = new List<int>(k);
        var gains = new List<double>(k);
        for (int round = 0; round < k; round++)
        {
            int best = -1;
            for (int i = 0; i < n; i++)
            {
                if (!isChosen[i] && (best < 0 || variance[i] > variance[best]))
                {
                    best = i;
                }
            }
            if (!(variance[best] > 0))
            {
                throw new ArgumentException($"After {round} elements no variance is left: the kernel is not positive definite. Choose fewer or add to its diagonal.", nameof(kernel));
            }
            double root = Math.Sqrt(variance[best]);
            isChosen[best] = true;
            chosen.Add(best);
            gains.Add(Math.Log(variance[best]));
            for (int i = 0; i < n; i++)
            {
                if (isChosen[i])
                {
                    continue;
                }
                double shared = kernel[best][i];
                for (int r = 0; r < round; r++)
                {
                    shared -= factors[best][r] * factors[i][r];
                }
                factors[i][round] = shared / root;
                variance[i] -= factors[i][round] * factors[i][round];
            }
        }
        return new GreedyResult(chosen, gains);
    }

    /// <summary>Farthest-point sampling: each next point is the one farthest from those chosen.</summary>
    /// <param name="points">Shape [N][D].</param>
    /// <param name="k">1 … N.</param>
    /// <param name="start">The first point.</param>
    /// <returns>Indices in the order of choice, and for each but the first its distance when chosen.</returns>
    /// <remarks>Source: Gonzalez (1985): at most twice the least possible covering radius. Cost: O(N·k·D).</remarks>
    /// <exception cref="ArgumentOutOfRangeException">k or the start lies outside its range.</exception>
    public static GreedyResult FarthestPoint(IReadOnlyList<double[]> points, int k, int start = 0)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (k < 1 || k > points.Count || (uint)start >= (uint)points.Count)
        {
            throw new ArgumentOutOfRangeException(nameof(k), k, $"k is {k} and the start {start}; they must lie in 1 … {points.Count} and 0 … {points.Count - 1}.");
        }
        double[] nearest = [.. Enumerable.Repeat(double.PositiveInfinity, points.Count)];
        var chosen = new List<int> { start };
        var distances = new List<double>();
        while (true)
        {
            int farthest = 0;
            for (int i = 0; i < nearest.Length; i++)
            {
                nearest[i] = Math.Min(nearest[i], KMeans.SquaredDistance(points[i], points[chosen[^1]]));
                if (nearest[i] > nearest[farthest])
                {
                    farthest = i;
                }
            }
            if (chosen.Count == k)
            {
                return new GreedyResult(chosen, distances);
            }
            chosen.Add(farthest);
            distances.Add(Math.Sqrt(nearest[farthest]));
        }
    }

    private static void CheckSquare(IReadOnlyList<double[]> table)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (table.Any(row => row.Length != table.Count))
        {
            throw new ArgumentException($"The table has {table.Count} rows of other lengths; it must be square.", nameof(table));
        }
    }
}
