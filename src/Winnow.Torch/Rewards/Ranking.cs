namespace Winnow.Torch.Rewards;

/// <summary>How well scores put right answers above wrong ones.</summary>
public static class Ranking
{
    /// <summary>Area under the ROC curve over all pairs: the chance that a right one scores above a wrong one, ties counting half.</summary>
    /// <param name="scores">Shape [n]; no NaN.</param>
    /// <param name="isRight">Shape [n].</param>
    /// <returns>0 … 1; null where all are right or none is.</returns>
    /// <remarks>By ranks (Mann-Whitney). Misleading when problems differ in difficulty: see <see cref="WithinProblems"/>. Cost: O(n log n).</remarks>
    public static double? Pooled(IReadOnlyList<double> scores, IReadOnlyList<bool> isRight)
    {
        (double won, long pairs) = Count(scores, isRight, [.. Enumerable.Range(0, scores.Count)]);
        return pairs == 0 ? null : won / pairs;
    }

    /// <summary>The same over the pairs within one problem only: what a scorer is worth for choosing among answers to one question.</summary>
    /// <param name="scores">Shape [n]; no NaN.</param>
    /// <param name="isRight">Shape [n].</param>
    /// <param name="problems">Shape [n]; which problem each answers.</param>
    /// <returns>0 … 1; null where no problem has both a right and a wrong answer.</returns>
    public static double? WithinProblems(IReadOnlyList<double> scores, IReadOnlyList<bool> isRight, IReadOnlyList<int> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        double won = 0;
        long pairs = 0;
        foreach (IGrouping<int, int> group in Enumerable.Range(0, scores.Count).GroupBy(i => problems[i]))
        {
            (double w, long p) = Count(scores, isRight, [.. group]);
            won += w;
            pairs += p;
        }
        return pairs == 0 ? null : won / pairs;
    }

    private static (double Won, long Pairs) Count(IReadOnlyList<double> scores, IReadOnlyList<bool> isRight, int[] members)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(isRight);
        if (scores.Count != isRight.Count)
        {
            throw new ArgumentException($"There are {scores.Count} scores and {isRight.Count} verdicts.", nameof(isRight));
        }
        Array.Sort(members, (a, b) => scores[a].CompareTo(scores[b]));
        double won = 0;
        long wrongBelow = 0;
        long right = 0;
        for (int i = 0; i < members.Length;)
        {
            int end = i;
            long tiedRight = 0;
            while (end < members.Length && scores[members[end]] == scores[members[i]])
            {
                tiedRight += isRight[members[end++]] ? 1 : 0;
            }
            long tiedWrong = end - i - tiedRight;
            won += tiedRight * (wrongBelow + tiedWrong / 2.0);
            wrongBelow += tiedWrong;
            right += tiedRight;
            i = end;
        }
        return (won, right * wrongBelow);
    }
}
