namespace Winnow.Metrics;

/// <summary>distinct-n: the share of different n-grams among all those of a collection of texts.</summary>
/// <remarks>
/// Sources: Li et al. (2016), "A Diversity-Promoting Objective Function for Neural Conversation Models"; the adjusted form
/// is Liu et al. (2022), "Rethinking and Refining the Distinct Metric". Longer collections have a lower share: compare
/// equal numbers of tokens, or the adjusted form. Not thread-safe. Cost: O(n) a token; memory grows with distinct n-grams.
/// </remarks>
public sealed class DistinctNGrams
{
    private readonly NGramTrie _trie = new();
    private readonly int _order;

    /// <summary>Starts with no text.</summary>
    /// <param name="order">n ≥ 1.</param>
    public DistinctNGrams(int order)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        _order = order;
    }

    /// <summary>N-grams so far.</summary>
    public long Total { get; private set; }

    /// <summary>Different n-grams so far.</summary>
    public int Unique { get; private set; }

    /// <summary>Unique over total, 0..1; 0 where there are none.</summary>
    public double Share => Total == 0 ? 0 : (double)Unique / Total;

    /// <summary>Adds a text; no n-gram reaches over its ends.</summary>
    /// <param name="tokens">Token ids.</param>
    public void Add(ReadOnlySpan<int> tokens)
    {
        for (int start = 0; start + _order <= tokens.Length; start++)
        {
            int node = NGramTrie.Root;
            int before = 0;
            foreach (int token in tokens.Slice(start, _order))
            {
                before = _trie.Count;
                node = _trie.FindOrAdd(node, token);
            }
            if (node == before)
            {
                Unique++;
            }
            Total++;
        }
    }

    /// <summary>EAD: unique over the number expected from as many draws, all alike, from a vocabulary.</summary>
    /// <param name="vocabulary">Possible n-grams V ≥ 1; for n = 1 the vocabulary of the tokens.</param>
    /// <returns>Unique / (V · (1 − ((V − 1) / V)^Total)); 0 where there are no n-grams.</returns>
    public double ExpectationAdjusted(long vocabulary)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabulary, 1);
        // 1 − (1 − 1/V)^C by logarithms, which keeps its digits where V is large.
        double reached = -double.ExpM1(Total * double.LogP1(-1.0 / vocabulary));
        return Total == 0 ? 0 : Unique / (vocabulary * reached);
    }
}
