using Winnow.Numerics;

namespace Winnow.Evaluation;

/// <summary>Two systems on the same items: the mean of the differences B − A and why pairing pays.</summary>
public sealed record PairedDifference
{
    /// <summary>Mean of B − A.</summary>
    public required double Difference { get; init; }

    /// <summary>Items on which B scores higher.</summary>
    public required int Gains { get; init; }

    /// <summary>Items on which A scores higher.</summary>
    public required int Losses { get; init; }

    /// <summary>Standard error of the mean difference.</summary>
    public required double StandardError { get; init; }

    /// <summary>What the standard error would be if the items were not the same.</summary>
    public required double UnpairedStandardError { get; init; }

    /// <summary>Pearson correlation of the two systems' scores; NaN where one is constant.</summary>
    public required double Correlation { get; init; }

    /// <summary>The difference with clusters taken into account; null where none were given.</summary>
    public ClusteredMeanEstimate? Clustered { get; init; }

    /// <summary>Compares two systems.</summary>
    /// <param name="a">Shape [N], N ≥ 2.</param>
    /// <param name="b">Shape [N]; the same items in the same order.</param>
    /// <param name="clusters">Shape [N]; the cluster of each item; empty where items are independent.</param>
    /// <exception cref="ArgumentException">There are fewer than two items, or the shapes differ.</exception>
    public static PairedDifference Of(ReadOnlySpan<double> a, ReadOnlySpan<double> b, ReadOnlySpan<int> clusters = default)
    {
        if (a.Length != b.Length || a.Length < 2)
        {
            throw new ArgumentException($"A has {a.Length} scores and B {b.Length}; give both for the same items, at least two.", nameof(b));
        }
        double[] differences = new double[a.Length];
        int gains = 0;
        int losses = 0;
        for (int i = 0; i < differences.Length; i++)
        {
            differences[i] = b[i] - a[i];
            gains += differences[i] > 0 ? 1 : 0;
            losses += differences[i] < 0 ? 1 : 0;
        }
        double varianceA = Moments.Variance(a);
        double varianceB = Moments.Variance(b);
        MeanEstimate estimate = MeanEstimate.Of(differences);
        return new PairedDifference
        {
            Difference = estimate.Mean,
            Gains = gains,
            Losses = losses,
            StandardError = estimate.StandardError,
            UnpairedStandardError = Math.Sqrt((varianceA + varianceB) / a.Length),
            Correlation = varianceA > 0 && varianceB > 0 ? Numerics.Correlation.Pearson(a, b) : double.NaN,
            Clustered = clusters.IsEmpty ? null : ClusteredMeanEstimate.Of(differences, clusters),
        };
    }
}
