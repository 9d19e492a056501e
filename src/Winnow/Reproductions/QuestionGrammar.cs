namespace Winnow.Reproductions;

/// <summary>A small context-free grammar of questions about a scene: about 3,000 sentences of 4 to 10 words, each end included.</summary>
internal sealed class QuestionGrammar
{
    private static readonly Dictionary<string, string[]> Rules = new(StringComparer.Ordinal)
    {
        ["Question"] = ["IsThere", "HowMany", "WhatColor", "Which"],
        ["IsThere"] = ["is there a Thing Place ?"],
        ["HowMany"] = ["how many Objects are Place ?", "how many Color Objects do you see ?"],
        ["WhatColor"] = ["what color is the Thing ?", "what color is the Thing Place ?"],
        ["Which"] = ["which Object is Size than the Thing ?"],
        ["Thing"] = ["Object", "Color Object", "Size Object"],
        ["Object"] = ["ball", "box", "cone", "lamp", "door", "chair", "cup"],
        ["Objects"] = ["balls", "boxes", "cones", "lamps", "doors", "chairs", "cups"],
        ["Color"] = ["red", "green", "blue", "white"],
        ["Size"] = ["bigger", "smaller"],
        ["Place"] = ["here", "near you", "behind the Object", "on the Object"],
    };

    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly List<Dictionary<int, int>> _trie = [[]];
    private readonly HashSet<int> _ends = [];

    /// <summary>Lists all sentences.</summary>
    public QuestionGrammar()
    {
        string[][] texts = [.. Expand("Question").Select(text => text.Split(' ')).DistinctBy(words => string.Join(' ', words), StringComparer.Ordinal)];
        foreach (string word in texts.SelectMany(words => words).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            _ids.Add(word, _ids.Count);
        }
        Sentences = [.. texts.Select(words => (int[])[.. words.Select(word => _ids[word]), End])];
        foreach (int[] sentence in Sentences)
        {
            Add(sentence);
        }
    }

    /// <summary>Sentences as token ids, the end token included.</summary>
    public IReadOnlyList<int[]> Sentences { get; }

    /// <summary>The end token, the last of the vocabulary.</summary>
    public int End => _ids.Count;

    /// <summary>Words and the end token.</summary>
    public int VocabularySize => _ids.Count + 1;

    /// <summary>Whether tokens, the end token included, are a sentence.</summary>
    public bool Contains(IReadOnlyList<int> tokens) => Node(tokens) is { } node && _ends.Contains(node);

    /// <summary>Equal probability for each token that the grammar admits.</summary>
    public void Admitted(IReadOnlyList<int> tokens, Span<double> probabilities)
    {
        probabilities.Clear();
        Dictionary<int, int> next = _trie[Node(tokens) ?? throw new ArgumentException("No sentence of the grammar begins so.", nameof(tokens))];
        foreach (int token in next.Keys)
        {
            probabilities[token] = 1.0 / next.Count;
        }
    }

    private static IEnumerable<string> Expand(string symbol)
    {
        if (!Rules.TryGetValue(symbol, out string[]? options))
        {
            return [symbol];
        }
        return options.SelectMany(option => option.Split(' ').Aggregate(
            (IEnumerable<string>)[""],
            (heads, part) => heads.SelectMany(head => Expand(part).Select(tail => head.Length == 0 ? tail : $"{head} {tail}"))));
    }

    private void Add(int[] sentence)
    {
        int node = 0;
        foreach (int token in sentence)
        {
            if (!_trie[node].TryGetValue(token, out int next))
            {
                next = _trie.Count;
                _trie[node].Add(token, next);
                _trie.Add([]);
            }
            node = next;
        }
        _ends.Add(node);
    }

    private int? Node(IReadOnlyList<int> tokens)
    {
        int node = 0;
        foreach (int token in tokens)
        {
            if (!_trie[node].TryGetValue(token, out node))
            {
                return null;
            }
        }
        return node;
    }
}
