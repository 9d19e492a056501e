namespace Winnow.Metrics;

/// <summary>
/// Clipped n-gram matches of a text against references: an n-gram of the text counts as often as it stands in the
/// reference that has it most. Used again from segment to segment without allocating.
/// </summary>
/// <remarks>
/// The text's n-grams are never stored: each occurrence uses up one of the references' count, and a missing n-gram ends the
/// walk, since no longer one can match. Cost: O(order × tokens).
/// </remarks>
internal sealed class ClippedMatches
{
    private readonly NGramTrie _trie = new();
    private int[] _most = new int[128];
    private int[] _current = new int[128];
    private int[] _reference = new int[128];
    private int _references;

    /// <summary>Forgets the references.</summary>
    public void Clear()
    {
        _trie.Clear();
        _references = 0;
    }

    /// <summary>Adds a reference.</summary>
    /// <param name="tokens">Its tokens.</param>
    /// <param name="maxOrder">Longest n-gram.</param>
    public void AddReference(ReadOnlySpan<int> tokens, int maxOrder)
    {
        _references++;
        for (int start = 0; start < tokens.Length; start++)
        {
            int node = NGramTrie.Root;
            int end = Math.Min(tokens.Length, start + maxOrder);
            for (int i = start; i < end; i++)
            {
                int before = _trie.Count;
                node = _trie.FindOrAdd(node, tokens[i]);
                if (node == before)
                {
                    Start(node);
                }
                if (_reference[node] != _references)
                {
                    (_reference[node], _current[node]) = (_references, 0);
                }
                _most[node] = Math.Max(_most[node], ++_current[node]);
            }
        }
    }

    /// <summary>Adds the matches of a text to counters and uses the references up: one text after each <see cref="Clear"/>.</summary>
    /// <param name="tokens">Its tokens.</param>
    /// <param name="matches">Shape [order]; matches of n-grams are added at n − 1.</param>
    public void Take(ReadOnlySpan<int> tokens, Span<long> matches)
    {
        for (int start = 0; start < tokens.Length; start++)
        {
            int node = NGramTrie.Root;
            int length = Math.Min(matches.Length, tokens.Length - start);
            for (int n = 0; n < length; n++)
            {
                node = _trie.Find(node, tokens[start + n]);
                if (node < 0)
                {
                    break;
                }
                if (_most[node] > 0)
                {
                    _most[node]--;
                    matches[n]++;
                }
            }
        }
    }

    /// <summary>The number of n-grams in a text of that many tokens.</summary>
    public static int Total(int tokens, int order) => Math.Max(0, tokens - order + 1);

    private void Start(int node)
    {
        if (node >= _most.Length)
        {
            Array.Resize(ref _most, 2 * node);
            Array.Resize(ref _current, 2 * node);
            Array.Resize(ref _reference, 2 * node);
        }
        (_most[node], _current[node], _reference[node]) = (0, 0, 0);
    }
}
