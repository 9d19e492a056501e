namespace Winnow.Metrics;

/// <summary>Self-BLEU: how much generations resemble one another, each scored against all others; low is diverse.</summary>
/// <param name="PerItem">Shape [N]; 0..100.</param>
/// <param name="Mean">0..100.</param>
public sealed record SelfBleu(double[] PerItem, double Mean)
{
    /// <summary>Scores generations.</summary>
    /// <param name="generations">Shape [N ≥ 2].</param>
    /// <param name="options">Null means sacrebleu's defaults with effective order, as single texts need.</param>
    /// <remarks>
    /// Source: Zhu et al. (2018), "Texygen: A Benchmarking Platform for Text Generation Models". The definition compares
    /// every pair; here each n-gram remembers the text that has it most and the most of any other, which is all that
    /// leaving one text out needs. Cost: O(order × tokens + N²) with a tiny constant on the square, so that no cap or
    /// sample is needed.
    /// </remarks>
    /// <exception cref="ArgumentException">There are fewer than two generations.</exception>
    public static SelfBleu Of(IReadOnlyList<string> generations, BleuOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(generations);
        if (generations.Count < 2)
        {
            throw new ArgumentException($"There are {generations.Count} generations; comparing them needs at least 2.", nameof(generations));
        }
        options ??= new BleuOptions { EffectiveOrder = true };
        var reader = new SegmentReader(options.Tokenizer, options.Lowercase);
        var counts = new LeaveOneOutCounts(options.MaxOrder);
        var texts = new int[generations.Count][];
        int[] buffer = [];
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = reader.Read(generations[i], ref buffer).ToArray();
            counts.Add(texts[i], i);
        }
        var perItem = new double[texts.Length];
        double sum = 0;
        for (int i = 0; i < texts.Length; i++)
        {
            int closest = -1;
            for (int k = 0; k < texts.Length; k++)
            {
                if (k != i)
                {
                    closest = Bleu.Closer(texts[i].Length, closest, texts[k].Length);
                }
            }
            (var matches, var totals) = (new long[options.MaxOrder], new long[options.MaxOrder]);
            counts.Match(texts[i], i, matches);
            for (int n = 1; n <= totals.Length; n++)
            {
                totals[n - 1] = ClippedMatches.Total(texts[i].Length, n);
            }
            perItem[i] = BleuScore.Of(new BleuStatistics(matches, totals, texts[i].Length, closest), options).Score;
            sum += perItem[i];
        }
        return new SelfBleu(perItem, sum / perItem.Length);
    }

    /// <summary>For each n-gram the text that has it most, how often, and the most of any other text.</summary>
    private sealed class LeaveOneOutCounts(int maxOrder)
    {
        private readonly NGramTrie _trie = new();
        private Entry[] _entries = new Entry[128];

        public void Add(ReadOnlySpan<int> tokens, int text)
        {
            for (int start = 0; start < tokens.Length; start++)
            {
                int node = NGramTrie.Root;
                int end = Math.Min(tokens.Length, start + maxOrder);
                for (int i = start; i < end; i++)
                {
                    node = _trie.FindOrAdd(node, tokens[i]);
                    if (node >= _entries.Length)
                    {
                        Array.Resize(ref _entries, 2 * node);
                    }
                    _entries[node].Count(text);
                }
            }
        }

        public void Match(ReadOnlySpan<int> tokens, int text, Span<long> matches)
        {
            for (int start = 0; start < tokens.Length; start++)
            {
                int node = NGramTrie.Root;
                int length = Math.Min(maxOrder, tokens.Length - start);
                for (int n = 0; n < length; n++)
                {
                    node = _trie.Find(node, tokens[start + n]);
                    if (_entries[node].Use(text))
                    {
                        matches[n]++;
                    }
                }
            }
        }

        private struct Entry
        {
            private int _most;
            private int _owner;
            private int _second;
            private int _current;
            private int _currentText;

            // Texts are numbered from 1 here, so that an empty entry belongs to none.
            public void Count(int text)
            {
                if (_currentText != text + 1)
                {
                    (_currentText, _current) = (text + 1, 0);
                }
                _current++;
                if (_owner == text + 1)
                {
                    _most = _current;
                }
                else if (_current > _most)
                {
                    (_second, _most, _owner) = (_most, _current, text + 1);
                }
                else
                {
                    _second = Math.Max(_second, _current);
                }
            }

            public bool Use(int text)
            {
                if (_currentText != -text - 1)
                {
                    (_currentText, _current) = (-text - 1, _owner == text + 1 ? _second : _most);
                }
                return _current-- > 0;
            }
        }
    }
}
