using Winnow.Numerics;

namespace Winnow.Metrics;

/// <summary>Settings of MAUVE from features. The defaults are its authors'.</summary>
public sealed record MauveOptions
{
    /// <summary>Share of the variance that the components keep, in (0, 1]; default 0.9.</summary>
    public double ExplainedVariance { get; init; } = 0.9;

    /// <summary>Clusters, at least 2; null, the default: a tenth of the smaller collection.</summary>
    public int? Clusters
    {
        get;
        init
        {
            if (value is { } clusters)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(clusters, 2);
            }
            field = value;
        }
    }

    /// <summary>Starts of k-means, of which the tightest counts, at least 1; default 5.</summary>
    public int Restarts { get; init { ArgumentOutOfRangeException.ThrowIfLessThan(value, 1); field = value; } } = 5;

    /// <summary>Iterations of k-means at most, at least 1; default 500.</summary>
    public int MaxIterations { get; init { ArgumentOutOfRangeException.ThrowIfLessThan(value, 1); field = value; } } = 500;

    /// <summary>Seeds averaged, at least 1; default 5, since seeds differ by as much as models do.</summary>
    public int Seeds { get; init { ArgumentOutOfRangeException.ThrowIfLessThan(value, 1); field = value; } } = 5;

    /// <summary>c of the divergence curve; default 5.</summary>
    public double Scaling { get; init; } = 5;
}

/// <summary>MAUVE of two collections of features, averaged over seeds of the clustering.</summary>
/// <param name="Mauve">Mean over seeds, 0..1; 1 means equal.</param>
/// <param name="FrontierIntegral">Mean over seeds.</param>
/// <param name="Runs">One score for each seed.</param>
/// <param name="Dimensions">Components kept.</param>
/// <param name="Clusters">Bins.</param>
/// <remarks>
/// Source: Pillutla et al. (2021), "MAUVE: Measuring the Gap Between Neural Text and Human Text using Divergence
/// Frontiers". Features are usually the last hidden state of the last token; they are scaled to length 1, reduced to the
/// components that hold most of the variance, and clustered jointly. Numbers are comparable only with the same features,
/// text lengths and collection sizes; below about 1,000 texts they are rough.
/// </remarks>
public sealed record MauveEstimate(double Mauve, double FrontierIntegral, IReadOnlyList<MauveScore> Runs, int Dimensions, int Clusters)
{
    /// <summary>Compares two collections.</summary>
    /// <param name="p">Shape [N ≥ 4][D]; features of the first, none all 0.</param>
    /// <param name="q">Shape [M ≥ 4][D]; features of the second.</param>
    /// <param name="seed">Of the clusterings.</param>
    /// <param name="options">Null means the authors' defaults.</param>
    /// <remarks>Cost: O((N + M)·D² + D³ + seeds · restarts · iterations · (N + M) · K · C).</remarks>
    /// <exception cref="ArgumentException">A collection is too small, dimensions differ, or a feature is all 0.</exception>
    public static MauveEstimate Of(IReadOnlyList<float[]> p, IReadOnlyList<float[]> q, ulong seed, MauveOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(p);
        ArgumentNullException.ThrowIfNull(q);
        options ??= new MauveOptions();
        int clusters = options.Clusters ?? Math.Max(2, (int)Math.Round(Math.Min(p.Count, q.Count) / 10.0));
        if (Math.Min(p.Count, q.Count) < 4 || p.Count + q.Count < clusters)
        {
            throw new ArgumentException($"There are {p.Count} and {q.Count} features for {clusters} clusters; give at least 4 of each, and as many as clusters.", nameof(q));
        }
        PrincipalComponents components = PrincipalComponents.Of([.. p.Concat(q).Select(Scaled)], options.ExplainedVariance);
        var runs = new MauveScore[options.Seeds];
        for (int s = 0; s < runs.Length; s++)
        {
            SplitMix64 random = SplitMix64.For(seed, "mauve", s);
            KMeansResult best = KMeans.Seeded(components.Projected, clusters, random, options.MaxIterations);
            for (int restart = 1; restart < options.Restarts; restart++)
            {
                KMeansResult other = KMeans.Seeded(components.Projected, clusters, random, options.MaxIterations);
                best = other.Inertia < best.Inertia ? other : best;
            }
            var first = new double[clusters];
            var second = new double[clusters];
            for (int i = 0; i < best.Labels.Length; i++)
            {
                (i < p.Count ? first : second)[best.Labels[i]]++;
            }
            runs[s] = MauveScore.OfHistograms(first, second, scaling: options.Scaling);
        }
        return new MauveEstimate(
            runs.Average(run => run.Mauve), runs.Average(run => run.FrontierIntegral), runs, components.Projected[0].Length, clusters);
    }

    private static double[] Scaled(float[] feature)
    {
        double[] scaled = Array.ConvertAll(feature, x => (double)x);
        double length = Math.Sqrt(scaled.Sum(x => x * x));
        return length > 0
            ? Array.ConvertAll(scaled, x => x / length)
            : throw new ArgumentException("A feature is all 0 and has no direction.", nameof(feature));
    }
}
