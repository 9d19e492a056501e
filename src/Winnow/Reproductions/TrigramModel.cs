namespace Winnow.Reproductions;

/// <summary>An interpolated trigram model of token sequences: the smallest language model that generalises from examples.</summary>
/// <remarks>Source: Jelinek and Mercer (1980). A context that was never seen gives its weight to the shorter one.</remarks>
internal sealed class TrigramModel
{
    private const double TrigramWeight = 0.9;
    private const double BigramWeight = 0.95;
    private const int Start = -1;

    private readonly int _vocabulary;
    private readonly double[] _single;
    private readonly Dictionary<int, double[]> _pairs = [];
    private readonly Dictionary<(int, int), double[]> _triples = [];

    /// <summary>Counts n-grams.</summary>
    /// <param name="sequences">Token ids, the end token included.</param>
    /// <param name="vocabulary">V.</param>
    public TrigramModel(IEnumerable<int[]> sequences, int vocabulary)
    {
        _vocabulary = vocabulary;
        _single = new double[vocabulary];
        foreach (int[] sequence in sequences)
        {
            (int before, int last) = (Start, Start);
            foreach (int token in sequence)
            {
                _single[token]++;
                Counts(_pairs, last)[token]++;
                Counts(_triples, (before, last))[token]++;
                (before, last) = (last, token);
            }
        }
    }

    /// <summary>The distribution after some tokens.</summary>
    public void Probabilities(IReadOnlyList<int> tokens, Span<double> probabilities)
    {
        int last = tokens.Count > 0 ? tokens[^1] : Start;
        int before = tokens.Count > 1 ? tokens[^2] : Start;
        probabilities.Clear();
        double left = 1;
        if (_triples.TryGetValue((before, last), out double[]? triples))
        {
            Add(triples, left * TrigramWeight, probabilities);
            left *= 1 - TrigramWeight;
        }
        if (_pairs.TryGetValue(last, out double[]? pairs))
        {
            Add(pairs, left * BigramWeight, probabilities);
            left *= 1 - BigramWeight;
        }
        Add(_single, left, probabilities);
    }

    private double[] Counts<TKey>(Dictionary<TKey, double[]> table, TKey key)
        where TKey : notnull
    {
        if (!table.TryGetValue(key, out double[]? counts))
        {
            table.Add(key, counts = new double[_vocabulary]);
        }
        return counts;
    }

    private static void Add(double[] counts, double weight, Span<double> probabilities)
    {
        double scale = weight / counts.Sum();
        for (int token = 0; token < counts.Length; token++)
        {
            probabilities[token] += scale * counts[token];
        }
    }
}
