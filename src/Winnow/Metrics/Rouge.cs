using Winnow.Metrics.Tokenizers;

namespace Winnow.Metrics;

/// <summary>ROUGE: overlap of a summary with a reference in n-grams or in common subsequences.</summary>
/// <remarks>
/// Source: Lin (2004), "ROUGE: A Package for Automatic Evaluation of Summaries". Tokens are runs of a-z and 0-9 after
/// lower-casing: other scripts vanish without a word, so do not use it for them. Gives the numbers of Google's rouge_score.
/// Thread-safe.
/// </remarks>
public sealed class Rouge
{
    private readonly RougeTokenizer _tokenizer;

    /// <summary>Sets ROUGE up.</summary>
    /// <param name="stemming">Whether tokens of more than three letters are stemmed (<see cref="PorterStemmer"/>).</param>
    public Rouge(bool stemming = false) => _tokenizer = new RougeTokenizer(stemming);

    /// <summary>ROUGE-n: clipped n-gram matches.</summary>
    /// <param name="reference">What should have been written.</param>
    /// <param name="candidate">What was written.</param>
    /// <param name="order">n ≥ 1.</param>
    /// <remarks>Cost: O(n × tokens).</remarks>
    public RougeScore NGrams(string reference, string candidate, int order)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        (int[] target, int[] prediction) = Read(reference, candidate);
        var counter = new ClippedMatches();
        counter.AddReference(target, order);
        var matches = new long[order];
        counter.Take(prediction, matches);
        return RougeScore.Of((int)matches[^1], ClippedMatches.Total(prediction.Length, order), ClippedMatches.Total(target.Length, order));
    }

    /// <summary>ROUGE-L: the longest common subsequence of the whole texts; line ends mean nothing.</summary>
    /// <param name="reference">What should have been written.</param>
    /// <param name="candidate">What was written.</param>
    /// <remarks>Cost: O(product of the lengths).</remarks>
    public RougeScore Longest(string reference, string candidate)
    {
        (int[] target, int[] prediction) = Read(reference, candidate);
        return RougeScore.Of(LongestCommonSubsequence.Length(target, prediction), prediction.Length, target.Length);
    }

    /// <summary>ROUGE-Lsum: for each sentence of the reference the union of its common subsequences with all sentences of the candidate; a line is a sentence.</summary>
    /// <param name="reference">What should have been written.</param>
    /// <param name="candidate">What was written.</param>
    /// <remarks>A token hits at most as often as it stands in both texts. Cost: O(product of the lengths).</remarks>
    public RougeScore LongestOfSummary(string reference, string candidate)
    {
        var ids = new TokenIds();
        List<int[]> targets = Sentences(reference, ids);
        List<int[]> predictions = Sentences(candidate, ids);
        (int[] inTarget, int[] inPrediction) = (new int[ids.Count], new int[ids.Count]);
        int targetLength = CountTokens(targets, inTarget);
        int predictionLength = CountTokens(predictions, inPrediction);
        int hits = 0;
        foreach (int[] sentence in targets)
        {
            var marks = new bool[sentence.Length];
            foreach (int[] prediction in predictions)
            {
                LongestCommonSubsequence.Mark(sentence, prediction, marks);
            }
            for (int i = 0; i < marks.Length; i++)
            {
                int token = sentence[i];
                if (!marks[i] || inTarget[token] == 0 || inPrediction[token] == 0)
                {
                    continue;
                }
                hits++;
                inTarget[token]--;
                inPrediction[token]--;
            }
        }
        return RougeScore.Of(hits, predictionLength, targetLength);
    }

    /// <summary>The best of several references by F1; the first of equals.</summary>
    /// <param name="references">Shape [K ≥ 1].</param>
    /// <param name="score">Scores one of them.</param>
    /// <exception cref="ArgumentException">There is no reference.</exception>
    public static RougeScore Best(IReadOnlyList<string> references, Func<string, RougeScore> score)
    {
        ArgumentNullException.ThrowIfNull(references);
        ArgumentNullException.ThrowIfNull(score);
        if (references.Count == 0)
        {
            throw new ArgumentException("There is no reference; give at least one.", nameof(references));
        }
        RougeScore best = score(references[0]);
        for (int k = 1; k < references.Count; k++)
        {
            RougeScore other = score(references[k]);
            if (other.F1 > best.F1)
            {
                best = other;
            }
        }
        return best;
    }

    /// <summary>What a score depends on.</summary>
    /// <param name="references">References of each text.</param>
    public string Signature(int references = 1) =>
        MetricSignature.Of(references, ("case", "lc"), ("tok", _tokenizer.Name), ("stem", MetricSignature.YesNo(_tokenizer.IsStemming)));

    private (int[] Target, int[] Prediction) Read(string reference, string candidate)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(candidate);
        var ids = new TokenIds();
        var tokens = new TokenList();
        _tokenizer.Tokenize(reference, tokens);
        int[] target = ids.Of(tokens);
        tokens.Clear();
        _tokenizer.Tokenize(candidate, tokens);
        return (target, ids.Of(tokens));
    }

    private List<int[]> Sentences(string text, TokenIds ids)
    {
        ArgumentNullException.ThrowIfNull(text);
        var sentences = new List<int[]>();
        var tokens = new TokenList();
        foreach (Range line in text.AsSpan().Split('\n'))
        {
            tokens.Clear();
            _tokenizer.Tokenize(text.AsSpan()[line], tokens);
            sentences.Add(ids.Of(tokens));
        }
        return sentences;
    }

    private static int CountTokens(List<int[]> sentences, int[] counts)
    {
        int total = 0;
        foreach (int[] sentence in sentences)
        {
            foreach (int token in sentence)
            {
                counts[token]++;
            }
            total += sentence.Length;
        }
        return total;
    }
}
