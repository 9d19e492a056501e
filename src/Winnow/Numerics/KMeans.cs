namespace Winnow.Numerics;

/// <summary>A clustering.</summary>
/// <param name="Centres">Shape [K][D].</param>
/// <param name="Labels">Shape [N]; the nearest centre of each point, the lower one on a tie.</param>
/// <param name="Inertia">Sum of squared distances to the centres.</param>
/// <param name="Iterations">Iterations made, the one that found nothing to move included.</param>
public sealed record KMeansResult(double[][] Centres, int[] Labels, double Inertia, int Iterations)
{
    /// <summary>Points of each cluster. Shape [K].</summary>
    public int[] Sizes
    {
        get
        {
            int[] sizes = new int[Centres.Length];
            foreach (int label in Labels)
            {
                sizes[label]++;
            }
            return sizes;
        }
    }
}

/// <summary>K-means clustering under squared Euclidean distance, for points that fit in memory.</summary>
public static class KMeans
{
    /// <summary>Lloyd's iteration from given centres: assign, then move the centres.</summary>
    /// <param name="points">Shape [N][D], N ≥ K.</param>
    /// <param name="initialCentres">Shape [K][D], K ≥ 1.</param>
    /// <param name="maxIterations">At least 1.</param>
    /// <remarks>
    /// Stops where labels repeat or no centre moves; labels and inertia belong to the centres returned. A cluster that
    /// loses all its points takes the point farthest from its own centre. Source: Lloyd (1982). Cost: O(N·K·D) an iteration.
    /// </remarks>
    /// <exception cref="ArgumentException">There are no centres or fewer points than centres, or dimensions differ.</exception>
    public static KMeansResult Lloyd(IReadOnlyList<double[]> points, IReadOnlyList<double[]> initialCentres, int maxIterations = 300)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(initialCentres);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxIterations, 1);
        if (initialCentres.Count == 0 || points.Count < initialCentres.Count
            || points.Concat(initialCentres).Any(point => point.Length != points[0].Length))
        {
            throw new ArgumentException($"There are {points.Count} points and {initialCentres.Count} centres; give at least one centre, as many points, and one dimension for all.", nameof(points));
        }
        double[][] centres = [.. initialCentres.Select(centre => (double[])centre.Clone())];
        int[]? previous = null;
        int iterations = 0;
        while (iterations < maxIterations)
        {
            iterations++;
            int[] labels = Assign(points, centres).Labels;
            if (previous is not null && labels.AsSpan().SequenceEqual(previous))
            {
                break;
            }
            previous = labels;
            double[][] moved = Move(points, centres, labels);
            double shift = moved.Zip(centres).Sum(pair => SquaredDistance(pair.First, pair.Second));
            centres = moved;
            if (shift == 0)
            {
                break;
            }
        }
        (int[] final, double inertia) = Assign(points, centres);
        return new KMeansResult(centres, final, inertia, iterations);
    }

    /// <summary>K-means from centres drawn by k-means++.</summary>
    /// <param name="points">Shape [N][D], N ≥ K.</param>
    /// <param name="clusters">K, at least 1.</param>
    /// <param name="random">Draws the first centres.</param>
    /// <param name="maxIterations">At least 1.</param>
    /// <remarks>Sources: Arthur and Vassilvitskii (2007); Lloyd (1982). Cost: O(N·K·D) for the centres and for each iteration.</remarks>
    /// <exception cref="ArgumentException">There are fewer points than clusters, or dimensions differ.</exception>
    public static KMeansResult Seeded(IReadOnlyList<double[]> points, int clusters, SplitMix64 random, int maxIterations = 300)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(clusters, 1);
        if (points.Count < clusters)
        {
            throw new ArgumentException($"There are {points.Count} points for {clusters} clusters; give at least as many points.", nameof(points));
        }
        List<double[]> centres = [points[random.Below(points.Count)]];
        double[] nearest = [.. points.Select(_ => double.PositiveInfinity)];
        while (centres.Count < clusters)
        {
            double total = 0;
            for (int i = 0; i < nearest.Length; i++)
            {
                nearest[i] = Math.Min(nearest[i], SquaredDistance(points[i], centres[^1]));
                total += nearest[i];
            }
            double left = random.NextDouble() * total;
            int chosen = total > 0 ? 0 : random.Below(points.Count);
            while (total > 0 && chosen < nearest.Length - 1 && (left -= nearest[chosen]) >= 0)
            {
                chosen++;
            }
            centres.Add(points[chosen]);
        }
        return Lloyd(points, centres, maxIterations);
    }

    /// <summary>How k-means++ draws its next centre: in proportion to the squared distance to the nearest one chosen.</summary>
    /// <param name="points">Shape [N][D].</param>
    /// <param name="chosen">Indices of the points chosen so far, at least one.</param>
    /// <returns>Shape [N]: squared distances, and probabilities that sum to 1; uniform where every point is chosen already.</returns>
    /// <remarks>Source: Arthur and Vassilvitskii (2007). Cost: O(N·|chosen|·D).</remarks>
    /// <exception cref="ArgumentException">Nothing is chosen.</exception>
    public static (double[] SquaredDistances, double[] Probabilities) PlusPlus(IReadOnlyList<double[]> points, IReadOnlyList<int> chosen)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(chosen);
        if (chosen.Count == 0)
        {
            throw new ArgumentException("Nothing is chosen; the first centre is drawn uniformly.", nameof(chosen));
        }
        double[] squared = [.. points.Select(point => chosen.Min(c => SquaredDistance(point, points[c])))];
        double total = squared.Sum();
        return (squared, [.. squared.Select(d => total > 0 ? d / total : 1.0 / squared.Length)]);
    }

    internal static double SquaredDistance(double[] a, double[] b)
    {
        double distance = System.Numerics.Tensors.TensorPrimitives.Distance<double>(a, b);
        return distance * distance;
    }

    private static (int[] Labels, double Inertia) Assign(IReadOnlyList<double[]> points, double[][] centres)
    {
        int[] labels = new int[points.Count];
        double inertia = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            double best = double.PositiveInfinity;
            for (int k = 0; k < centres.Length; k++)
            {
                double squared = 0;
                for (int d = 0; d < centres[k].Length; d++)
                {
                    squared += (points[i][d] - centres[k][d]) * (points[i][d] - centres[k][d]);
                }
                if (squared < best)
                {
                    (best, labels[i]) = (squared, k);
                }
            }
            inertia += best;
        }
        return (labels, inertia);
    }

    private static double[][] Move(IReadOnlyList<double[]> points, double[][] centres, int[] labels)
    {
        int[] counts = new int[centres.Length];
        foreach (int label in labels)
        {
            counts[label]++;
        }
        int[] owners = (int[])labels.Clone();
        for (int k = 0; k < counts.Length; k++)
        {
            if (counts[k] > 0)
            {
                continue;
            }
            int farthest = Enumerable.Range(0, owners.Length)
                .Where(i => counts[owners[i]] > 1)
                .MaxBy(i => SquaredDistance(points[i], centres[owners[i]]));
            counts[owners[farthest]]--;
            owners[farthest] = k;
            counts[k] = 1;
        }
        double[][] moved = [.. centres.Select(centre => new double[centre.Length])];
        for (int i = 0; i < owners.Length; i++)
        {
            for (int d = 0; d < moved[owners[i]].Length; d++)
            {
                moved[owners[i]][d] += points[i][d] / counts[owners[i]];
            }
        }
        return moved;
    }
}
