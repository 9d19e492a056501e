namespace Winnow.Evaluation;

/// <summary>Sums and sizes of clusters.</summary>
internal static class ClusterSums
{
    /// <summary>The sum and the number of the values of each cluster, in order of first appearance.</summary>
    /// <exception cref="ArgumentException">The shapes differ, or there are fewer clusters than <paramref name="least"/>.</exception>
    public static (double[] Sums, double[] Counts) Of(ReadOnlySpan<double> values, ReadOnlySpan<int> clusters, int least = 2)
    {
        if (values.Length != clusters.Length)
        {
            throw new ArgumentException($"There are {values.Length} values and {clusters.Length} clusters; give one cluster for each value.", nameof(clusters));
        }
        var place = new Dictionary<int, int>();
        var sums = new List<double>();
        var counts = new List<double>();
        for (int i = 0; i < values.Length; i++)
        {
            if (!place.TryGetValue(clusters[i], out int at))
            {
                place[clusters[i]] = at = sums.Count;
                sums.Add(0);
                counts.Add(0);
            }
            sums[at] += values[i];
            counts[at]++;
        }
        return sums.Count >= least
            ? (sums.ToArray(), counts.ToArray())
            : throw new ArgumentException($"There are {sums.Count} clusters; an error over clusters needs at least {least}.", nameof(clusters));
    }
}
