using System.Buffers;
using System.Text;

namespace Winnow.Metrics.Corpora;

/// <summary>Exact match or token F1 of short answers, 0..100; of several references the best of each text.</summary>
/// <param name="isExact">Exact match; else F1 over tokens.</param>
/// <remarks>
/// Source: Rajpurkar et al. (2016), "SQuAD: 100,000+ Questions for Machine Comprehension of Text": lower case, without
/// ASCII punctuation and the articles a, an, the; tokens between white space, counted as often as both sides have them.
/// Two texts without tokens agree.
/// </remarks>
public sealed class AnswerMean(bool isExact) : MeanMetric
{
    private static readonly SearchValues<char> Punctuation = SearchValues.Create("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");

    /// <inheritdoc/>
    public override string Name => isExact ? "exact-match" : "token-f1";

    /// <inheritdoc/>
    public override string Signature(int references = 1) => MetricSignature.Of(references, ("case", "lc"), ("tok", "squad"));

    /// <inheritdoc/>
    protected override double Score(string hypothesis, IReadOnlyList<string> references)
    {
        string[] words = Words(hypothesis);
        double best = 0;
        foreach (string reference in references)
        {
            string[] expected = Words(reference);
            best = Math.Max(best, isExact ? words.AsSpan().SequenceEqual(expected) ? 1 : 0 : F1(words, expected));
        }
        return 100 * best;
    }

    private static double F1(string[] words, string[] expected)
    {
        if (words.Length == 0 || expected.Length == 0)
        {
            return words.Length == expected.Length ? 1 : 0;
        }
        Dictionary<string, int> left = expected.CountBy(word => word, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        int common = 0;
        foreach (string word in words)
        {
            if (left.TryGetValue(word, out int count) && count > 0)
            {
                left[word] = count - 1;
                common++;
            }
        }
        return 2.0 * common / (words.Length + expected.Length);
    }

    private static string[] Words(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var plain = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (!Punctuation.Contains(c))
            {
                plain.Append(char.ToLowerInvariant(c));
            }
        }
        return [.. plain.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Where(word => word is not ("a" or "an" or "the"))];
    }
}
