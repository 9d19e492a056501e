using System.Globalization;
using Winnow.Metrics.Tokenizers;

namespace Winnow.Metrics;

/// <summary>A METEOR score with what it was made of.</summary>
/// <param name="Score">0..1.</param>
/// <param name="Matches">Words aligned.</param>
/// <param name="Chunks">Runs of aligned words that are neighbours in both texts.</param>
public sealed record MeteorScore(double Score, int Matches, int Chunks);

/// <summary>METEOR by exact words and stems: a recall-heavy mean of precision and recall, less a penalty for scattered matches.</summary>
/// <remarks>
/// Sources: Lavie and Agarwal (2007), "METEOR: An Automatic Metric for MT Evaluation with High Levels of Correlation with
/// Human Judgments"; the alignment is NLTK's: first equal words, then equal stems, each greedily from the right.
/// Differs from NLTK: no WordNet synonyms, so the signature says exact+stem. Words are split at white space and lower-cased:
/// tokenize before. Thread-safe. Cost: O(product of the lengths).
/// </remarks>
public sealed class Meteor
{
    /// <summary>Sets METEOR up.</summary>
    /// <param name="alpha">Weight of precision in the denominator of the mean, in [0, 1]: near 1, recall decides.</param>
    /// <param name="beta">Power of the penalty, at least 0.</param>
    /// <param name="gamma">Largest penalty, in [0, 1].</param>
    public Meteor(double alpha = 0.9, double beta = 3, double gamma = 0.5)
    {
        if (!(alpha is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, $"Alpha is {alpha}; it must lie in [0, 1].");
        }
        if (!(gamma is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(gamma), gamma, $"Gamma is {gamma}; it must lie in [0, 1].");
        }
        ArgumentOutOfRangeException.ThrowIfNegative(beta);
        (Alpha, Beta, Gamma) = (alpha, beta, gamma);
    }

    /// <summary>Weight of precision in the denominator of the mean: near 1, recall decides.</summary>
    public double Alpha { get; }

    /// <summary>Power of the penalty.</summary>
    public double Beta { get; }

    /// <summary>Largest penalty.</summary>
    public double Gamma { get; }

    /// <summary>The score of a text; of several references the best.</summary>
    /// <param name="hypothesis">The text.</param>
    /// <param name="references">Shape [K ≥ 1].</param>
    /// <exception cref="ArgumentException">There is no reference.</exception>
    public MeteorScore Sentence(string hypothesis, params IReadOnlyList<string> references)
    {
        ArgumentNullException.ThrowIfNull(hypothesis);
        ArgumentNullException.ThrowIfNull(references);
        if (references.Count == 0)
        {
            throw new ArgumentException("There is no reference; give at least one.", nameof(references));
        }
        string[] words = Words(hypothesis);
        MeteorScore? best = null;
        foreach (string reference in references)
        {
            MeteorScore score = Score(words, Words(reference));
            if (best is null || score.Score > best.Score)
            {
                best = score;
            }
        }
        return best!;
    }

    /// <summary>What a score depends on.</summary>
    /// <param name="references">References of each text.</param>
    public string Signature(int references = 1) => MetricSignature.Of(
        references,
        ("case", "lc"),
        ("tok", WhitespaceTokenizer.Instance.Name),
        ("match", "exact+stem"),
        ("alpha", Alpha.ToString(CultureInfo.InvariantCulture)),
        ("beta", Beta.ToString(CultureInfo.InvariantCulture)),
        ("gamma", Gamma.ToString(CultureInfo.InvariantCulture)));

    private static string[] Words(string text) => WhitespaceTokenizer.Instance.Tokenize(text.ToLowerInvariant());

    private MeteorScore Score(string[] hypothesis, string[] reference)
    {
        var partner = new int[hypothesis.Length];
        partner.AsSpan().Fill(-1);
        var taken = new bool[reference.Length];
        int matches = Align(hypothesis, reference, partner, taken);
        matches += Align(Array.ConvertAll(hypothesis, static word => PorterStemmer.Stem(word)), Array.ConvertAll(reference, static word => PorterStemmer.Stem(word)), partner, taken);
        if (matches == 0)
        {
            return new MeteorScore(0, 0, 0);
        }
        int chunks = 0;
        for (int i = 0; i < partner.Length; i++)
        {
            if (partner[i] >= 0 && (i == 0 || partner[i - 1] < 0 || partner[i] != partner[i - 1] + 1))
            {
                chunks++;
            }
        }
        double precision = (double)matches / hypothesis.Length;
        double recall = (double)matches / reference.Length;
        double mean = precision * recall / (Alpha * precision + (1 - Alpha) * recall);
        double penalty = Gamma * Math.Pow((double)chunks / matches, Beta);
        return new MeteorScore((1 - penalty) * mean, matches, chunks);
    }

    private static int Align(string[] hypothesis, string[] reference, int[] partner, bool[] taken)
    {
        int matches = 0;
        for (int i = hypothesis.Length - 1; i >= 0; i--)
        {
            if (partner[i] >= 0)
            {
                continue;
            }
            for (int j = reference.Length - 1; j >= 0; j--)
            {
                if (taken[j] || !string.Equals(hypothesis[i], reference[j], StringComparison.Ordinal))
                {
                    continue;
                }
                (partner[i], taken[j]) = (j, true);
                matches++;
                break;
            }
        }
        return matches;
    }
}
