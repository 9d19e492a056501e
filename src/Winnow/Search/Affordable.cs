namespace Winnow.Search;

/// <summary>Finds how much of something a budget allows.</summary>
internal static class Affordable
{
    /// <summary>The largest n in 0 … <paramref name="limit"/> that fits; 0 is taken to fit, and what fits for n fits for less. Cost: log₂(limit) questions.</summary>
    public static long Largest(long limit, Func<long, bool> fits)
    {
        long low = 0;
        long high = Math.Max(0, limit);
        while (low < high)
        {
            long middle = low + (high - low + 1) / 2;
            if (fits(middle))
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }
        return low;
    }
}
