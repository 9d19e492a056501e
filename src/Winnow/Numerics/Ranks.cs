namespace Winnow.Numerics;

/// <summary>Ranks of values.</summary>
public static class Ranks
{
    /// <summary>Ranks from 1, equal values sharing the average of theirs.</summary>
    /// <param name="values">Shape [N]; no NaN.</param>
    /// <returns>Shape [N].</returns>
    /// <remarks>Cost: O(N log N).</remarks>
    public static double[] Average(ReadOnlySpan<double> values)
    {
        double[] sorted = values.ToArray();
        int[] order = [.. Enumerable.Range(0, sorted.Length)];
        Array.Sort(sorted, order);
        double[] ranks = new double[sorted.Length];
        for (int i = 0; i < sorted.Length;)
        {
            int end = i + 1;
            while (end < sorted.Length && sorted[end] == sorted[i])
            {
                end++;
            }
            for (int j = i; j < end; j++)
            {
                ranks[order[j]] = 0.5 * (i + 1 + end);
            }
            i = end;
        }
        return ranks;
    }

    /// <summary>How many values share each value that occurs more than once.</summary>
    /// <param name="values">Shape [N]; no NaN.</param>
    public static double[] TieSizes(ReadOnlySpan<double> values) =>
        [.. values.ToArray().CountBy(value => value).Where(group => group.Value > 1).Select(group => (double)group.Value)];
}
