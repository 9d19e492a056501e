namespace Winnow.Metrics;

/// <summary>How much a text repeats itself.</summary>
/// <remarks>Source: Welleck et al. (2020), "Neural Text Generation with Unlikelihood Training"; the product is Su et al. (2022), "A Contrastive Framework for Neural Text Generation".</remarks>
public static class Repetition
{
    /// <summary>rep-n: the share of a text's n-grams that stood in it before, 0..1; 0 where it is too short.</summary>
    /// <param name="tokens">Token ids.</param>
    /// <param name="order">n ≥ 1.</param>
    /// <remarks>Cost: O(n × tokens).</remarks>
    public static double OfNGrams(ReadOnlySpan<int> tokens, int order)
    {
        var distinct = new DistinctNGrams(order);
        distinct.Add(tokens);
        return distinct.Total == 0 ? 0 : 1 - (double)distinct.Unique / distinct.Total;
    }

    /// <summary>rep/l: the share of tokens that are among the l before them, 0..1; 0 where there are none.</summary>
    /// <param name="tokens">Token ids.</param>
    /// <param name="window">l ≥ 1.</param>
    /// <remarks>Cost: O(tokens).</remarks>
    public static double InWindow(ReadOnlySpan<int> tokens, int window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        if (tokens.IsEmpty)
        {
            return 0;
        }
        var last = new Dictionary<int, int>();
        int repeated = 0;
        for (int i = 0; i < tokens.Length; i++)
        {
            if (last.TryGetValue(tokens[i], out int before) && i - before <= window)
            {
                repeated++;
            }
            last[tokens[i]] = i;
        }
        return (double)repeated / tokens.Length;
    }

    /// <summary>Diversity: the product of 1 − rep-n over some orders, 0..1; 1 means that nothing is repeated.</summary>
    /// <param name="tokens">Token ids.</param>
    /// <param name="orders">The n; 2, 3, 4 where none is given.</param>
    public static double Diversity(ReadOnlySpan<int> tokens, params ReadOnlySpan<int> orders)
    {
        ReadOnlySpan<int> usual = [2, 3, 4];
        double product = 1;
        foreach (int order in orders.IsEmpty ? usual : orders)
        {
            product *= 1 - OfNGrams(tokens, order);
        }
        return product;
    }
}
