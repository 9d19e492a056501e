namespace Winnow.Decoding.Navigation;

/// <summary>Middle-ranked tokens, split by whether their key lies in a cluster of a top-ranked one.</summary>
/// <param name="MainClusters">Clusters of the top tokens, ascending.</param>
/// <param name="InClusterShare">Share of middle-ranked tokens in those clusters; 0 … 1.</param>
/// <param name="InClusterAccuracy">Share of them that lead to a correct answer; NaN where there are none.</param>
/// <param name="OtherAccuracy">The same of the other middle-ranked tokens; NaN where there are none.</param>
/// <param name="InClusterMeanRank">Mean rank, from 1, of those in the clusters; NaN where there are none.</param>
/// <param name="OtherMeanRank">Mean rank of the others; NaN where there are none.</param>
public sealed record KeySpaceSplit(
    IReadOnlyList<int> MainClusters, double InClusterShare, double InClusterAccuracy, double OtherAccuracy, double InClusterMeanRank, double OtherMeanRank)
{
    /// <summary>Whether tokens rank well because their keys are near the top ones, not because they are right.</summary>
    public bool IsSpurious => InClusterMeanRank < OtherMeanRank && InClusterAccuracy < OtherAccuracy;
}

/// <summary>Measures how far tokens rank in the middle only because their output keys resemble those of the top tokens.</summary>
/// <remarks>Source: Peng, An and Shang, "Correlation and Navigation in the Vocabulary Key Representation Space" (ICLR 2025).</remarks>
public static class KeySpaceProbe
{
    /// <summary>Splits the middle ranks.</summary>
    /// <param name="rankedTokens">Tokens, the most probable first; at least <paramref name="probed"/>.</param>
    /// <param name="clusterOf">Cluster of a token's output key.</param>
    /// <param name="isCorrect">Whether the completion that starts with a token is correct.</param>
    /// <param name="top">Ranks that make the main clusters; at least 1; 10 in the paper.</param>
    /// <param name="probed">Last rank looked at; more than <paramref name="top"/>; 100 in the paper.</param>
    public static KeySpaceSplit Split(ReadOnlySpan<int> rankedTokens, Func<int, int> clusterOf, Func<int, bool> isCorrect, int top = 10, int probed = 100)
    {
        ArgumentNullException.ThrowIfNull(clusterOf);
        ArgumentNullException.ThrowIfNull(isCorrect);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        if (probed <= top || probed > rankedTokens.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(probed), probed, $"The last rank looked at must be above {top} and at most {rankedTokens.Length}, the number of tokens given.");
        }
        SortedSet<int> main = [];
        foreach (int token in rankedTokens[..top])
        {
            main.Add(clusterOf(token));
        }
        Group inside = new(), outside = new();
        for (int rank = top; rank < probed; rank++)
        {
            Group group = main.Contains(clusterOf(rankedTokens[rank])) ? inside : outside;
            group.Add(rank + 1, isCorrect(rankedTokens[rank]));
        }
        return new KeySpaceSplit(
            [.. main], (double)inside.Count / (probed - top), inside.Accuracy, outside.Accuracy, inside.MeanRank, outside.MeanRank);
    }

    private sealed class Group
    {
        private int _correct;
        private long _ranks;

        public int Count { get; private set; }

        public double Accuracy => Count == 0 ? double.NaN : (double)_correct / Count;

        public double MeanRank => Count == 0 ? double.NaN : (double)_ranks / Count;

        public void Add(int rank, bool isCorrect)
        {
            Count++;
            _ranks += rank;
            _correct += isCorrect ? 1 : 0;
        }
    }
}
