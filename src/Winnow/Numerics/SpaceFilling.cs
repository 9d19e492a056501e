namespace Winnow.Numerics;

/// <summary>Points spread evenly over the unit cube, and how evenly given points are spread.</summary>
public static class SpaceFilling
{
    /// <summary>Points that fill the unit cube evenly, moved together by a random shift so that each alone is uniform.</summary>
    /// <param name="count">N, at least 1.</param>
    /// <param name="shift">Shape [D ≥ 1]; uniform numbers in [0, 1).</param>
    /// <returns>Shape [N][D]: the first axis is cut into N equal parts with one point in each; the others follow the
    /// additive recurrence of the root of x^D = x + 1, whose one-dimensional case is the golden ratio.</returns>
    /// <remarks>Sources: Cranley and Patterson (1976) for the shift; Roberts (2018), "The Unreasonable Effectiveness of Quasirandom Sequences". Cost: O(N·D).</remarks>
    public static double[][] ShiftedLattice(int count, ReadOnlySpan<double> shift)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (shift.IsEmpty)
        {
            throw new ArgumentException("The shift is empty; give one number for each axis, at least one.", nameof(shift));
        }
        double root = 2;
        for (int i = 0; i < 64; i++)
        {
            root = Math.Pow(1 + root, 1.0 / shift.Length);
        }
        var points = new double[count][];
        for (int i = 0; i < count; i++)
        {
            points[i] = new double[shift.Length];
            for (int d = 0; d < shift.Length; d++)
            {
                double at = shift[d] + i * (d == 0 ? 1.0 / count : Math.Pow(root, -d));
                points[i][d] = at - Math.Floor(at);
            }
        }
        return points;
    }

    /// <summary>A Latin hypercube: in every dimension each of N equal slices holds one point.</summary>
    /// <param name="permutations">Shape [N][D]; each column holds 0 … N−1 in some order: the slice of each point.</param>
    /// <param name="uniforms">Shape [N][D]; each in [0, 1): the place inside the slice.</param>
    /// <returns>Shape [N][D], in [0, 1).</returns>
    /// <remarks>Source: McKay, Beckman and Conover (1979).</remarks>
    /// <exception cref="ArgumentException">The shapes differ, or a column is no permutation.</exception>
    public static double[][] LatinHypercube(IReadOnlyList<int[]> permutations, IReadOnlyList<double[]> uniforms)
    {
        ArgumentNullException.ThrowIfNull(permutations);
        ArgumentNullException.ThrowIfNull(uniforms);
        int n = permutations.Count;
        if (n == 0 || uniforms.Count != n || Enumerable.Range(0, n).Any(i => permutations[i].Length != permutations[0].Length || uniforms[i].Length != permutations[0].Length))
        {
            throw new ArgumentException($"There are {n} rows of slices and {uniforms.Count} of uniforms; give as many of each, at least one, of one length.", nameof(uniforms));
        }
        for (int d = 0; d < permutations[0].Length; d++)
        {
            if (!permutations.Select(row => row[d]).Order().SequenceEqual(Enumerable.Range(0, n)))
            {
                throw new ArgumentException($"Column {d} is no permutation of 0 … {n - 1}.", nameof(permutations));
            }
        }
        return [.. permutations.Zip(uniforms, (slices, within) => slices.Zip(within, (slice, u) => (slice + u) / n).ToArray())];
    }

    /// <summary>The squared centred L2 discrepancy; 0 would be perfectly even.</summary>
    /// <param name="points">Shape [N][D], in [0, 1].</param>
    /// <remarks>Source: Hickernell (1998). Cost: O(N²·D).</remarks>
    /// <exception cref="ArgumentException">There are no points, rows of different lengths, or a coordinate lies outside [0, 1].</exception>
    public static double CentredDiscrepancy(IReadOnlyList<double[]> points) => Discrepancy(
        points, 13.0 / 12, 2,
        x => 1 + 0.5 * Math.Abs(x - 0.5) - 0.5 * (x - 0.5) * (x - 0.5),
        (x, y) => 1 + 0.5 * Math.Abs(x - 0.5) + 0.5 * Math.Abs(y - 0.5) - 0.5 * Math.Abs(x - y));

    /// <summary>The squared wrap-around L2 discrepancy, which does not change when points are shifted modulo 1.</summary>
    /// <param name="points">Shape [N][D], in [0, 1].</param>
    /// <remarks>Source: Hickernell (1998). Cost: O(N²·D).</remarks>
    /// <exception cref="ArgumentException">As for <see cref="CentredDiscrepancy"/>.</exception>
    public static double WrapAroundDiscrepancy(IReadOnlyList<double[]> points)
    {
        double pairs = Discrepancy(points, 0, 0, _ => 1, (x, y) => 1.5 - Math.Abs(x - y) * (1 - Math.Abs(x - y)));
        return pairs - Math.Pow(4.0 / 3, points[0].Length);
    }

    /// <summary>The squared mixture L2 discrepancy, between the two above.</summary>
    /// <param name="points">Shape [N][D], in [0, 1].</param>
    /// <remarks>Source: Zhou, Fang and Ning (2013). Cost: O(N²·D).</remarks>
    /// <exception cref="ArgumentException">As for <see cref="CentredDiscrepancy"/>.</exception>
    public static double MixtureDiscrepancy(IReadOnlyList<double[]> points) => Discrepancy(
        points, 19.0 / 12, 2,
        x => 5.0 / 3 - 0.25 * Math.Abs(x - 0.5) - 0.25 * (x - 0.5) * (x - 0.5),
        (x, y) => 15.0 / 8 - 0.25 * Math.Abs(x - 0.5) - 0.25 * Math.Abs(y - 0.5) - 0.75 * Math.Abs(x - y) + 0.5 * (x - y) * (x - y));

    /// <summary>The L2 star discrepancy, a root.</summary>
    /// <param name="points">Shape [N][D], in [0, 1].</param>
    /// <remarks>Source: Warnock (1972). Cost: O(N²·D).</remarks>
    /// <exception cref="ArgumentException">As for <see cref="CentredDiscrepancy"/>.</exception>
    public static double L2StarDiscrepancy(IReadOnlyList<double[]> points)
    {
        Check(points);
        return Math.Sqrt(Discrepancy(points, 1.0 / 3, Math.Pow(2, 1 - points[0].Length), x => 1 - x * x, (x, y) => 1 - Math.Max(x, y)));
    }

    /// <summary>The least distance of two points, and the mean distance to the nearest other point.</summary>
    /// <param name="points">Shape [N][D], N ≥ 2.</param>
    /// <remarks>Cost: O(N²·D).</remarks>
    /// <exception cref="ArgumentException">There are fewer than two points, or rows of different lengths.</exception>
    public static (double Minimum, double MeanNearest) NearestDistances(IReadOnlyList<double[]> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (points.Count < 2 || points.Any(point => point.Length != points[0].Length))
        {
            throw new ArgumentException("Give at least two points of one dimension.", nameof(points));
        }
        double[] nearest = [.. points.Select((point, i) => Math.Sqrt(points.Where((_, j) => j != i).Min(other => KMeans.SquaredDistance(point, other))))];
        return (nearest.Min(), nearest.Average());
    }

    /// <summary>base^D − factor/N · Σ Π single + 1/N² · ΣΣ Π pair.</summary>
    private static double Discrepancy(
        IReadOnlyList<double[]> points, double constant, double factor, Func<double, double> single, Func<double, double, double> pair)
    {
        Check(points);
        double n = points.Count;
        double singles = points.Sum(point => point.Aggregate(1.0, (product, x) => product * single(x)));
        double pairs = points.Sum(a => points.Sum(b => a.Zip(b).Aggregate(1.0, (product, xy) => product * pair(xy.First, xy.Second))));
        return Math.Pow(constant, points[0].Length) - factor / n * singles + pairs / (n * n);
    }

    private static void Check(IReadOnlyList<double[]> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (points.Count == 0 || points.Any(point => point.Length != points[0].Length || point.Length == 0 || point.Any(x => !(x >= 0 && x <= 1))))
        {
            throw new ArgumentException("Give at least one point, all of one dimension, with coordinates in [0, 1].", nameof(points));
        }
    }
}
