using System.Buffers;
using System.Globalization;
using System.Text;
using Winnow.Metrics.Corpora;
using Winnow.Metrics.Tokenizers;

namespace Winnow.Metrics;

/// <summary>chrF and chrF++: the F-score of character n-grams, with word n-grams beside them in chrF++.</summary>
/// <remarks>
/// Sources: Popović (2015), "chrF: character n-gram F-score for automatic MT evaluation"; Popović (2017), "chrF++: words
/// helping character n-grams". Characters are code points. Of several references the one with the best F-score of the
/// segment counts. Gives sacrebleu's numbers under the same signature. Thread-safe. Cost: O(order × characters).
/// </remarks>
public sealed class Chrf : ICorpusMetric
{
    private const double Epsilon = 1e-16;

    /// <summary>Sets chrF up.</summary>
    /// <param name="options">Null means sacrebleu's defaults.</param>
    public Chrf(ChrfOptions? options = null) => Options = options ?? new ChrfOptions();

    /// <summary>The settings.</summary>
    public ChrfOptions Options { get; }

    /// <inheritdoc/>
    public string Name => $"chrF{Options.Beta.ToString(CultureInfo.InvariantCulture)}{(Options.WordOrder > 0 ? "++" : "")}";

    /// <inheritdoc/>
    public bool? IsHigherBetter => true;

    /// <inheritdoc/>
    public bool NeedsReferences => true;

    /// <summary>The score of a corpus, 0..100: counts are summed before they are divided.</summary>
    /// <param name="hypotheses">Shape [N].</param>
    /// <param name="referenceStreams">Shape [K][N]; <c>[k][i]</c> is the k-th reference of hypothesis i.</param>
    /// <exception cref="ArgumentException">There is no stream, or one differs in length.</exception>
    public double Corpus(IReadOnlyList<string> hypotheses, params IReadOnlyList<IReadOnlyList<string>> referenceStreams)
    {
        double[][] rows = Rows(hypotheses, referenceStreams);
        return rows.Length == 0 ? 0 : ScoreOf(CorpusSums.Of(rows));
    }

    /// <inheritdoc/>
    /// <remarks>For each order, characters first, then words: n-grams of the hypothesis, of its best reference, and matches.</remarks>
    public double[][] Rows(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> referenceStreams)
    {
        ReferenceStreams.Check(hypotheses, referenceStreams);
        int orders = Options.CharacterOrder + Options.WordOrder;
        var rows = new double[hypotheses.Count][];
        var current = new double[3 * orders];
        var counter = new ClippedMatches();
        var ids = new TokenIds();
        var hypothesis = new ChrfSegment(Options, ids);
        var reference = new ChrfSegment(Options, ids);
        for (int i = 0; i < hypotheses.Count; i++)
        {
            hypothesis.Read(hypotheses[i]);
            double bestScore = -1;
            for (int k = 0; k < referenceStreams.Count; k++)
            {
                reference.Read(referenceStreams[k][i]);
                Compare(counter, hypothesis.Characters, reference.Characters, current, 0, Options.CharacterOrder);
                Compare(counter, hypothesis.Words, reference.Words, current, Options.CharacterOrder, Options.WordOrder);
                double score = ScoreOf(current);
                if (score > bestScore)
                {
                    (bestScore, rows[i]) = (score, (double[])current.Clone());
                }
            }
        }
        return rows;
    }

    /// <summary>The score of one text, 0..100.</summary>
    /// <param name="hypothesis">The text.</param>
    /// <param name="references">Shape [K].</param>
    /// <exception cref="ArgumentException">There is no reference.</exception>
    public double Sentence(string hypothesis, params IReadOnlyList<string> references) =>
        Corpus([hypothesis], ReferenceStreams.OfOne(references));

    /// <summary>What a score depends on, in sacrebleu's form.</summary>
    /// <param name="references">References of each text.</param>
    public string Signature(int references = 1) => MetricSignature.Of(
        references,
        ("case", Options.Lowercase ? "lc" : "mixed"),
        ("eff", MetricSignature.YesNo(!Options.EpsilonSmoothing)),
        ("nc", Options.CharacterOrder.ToString(CultureInfo.InvariantCulture)),
        ("nw", Options.WordOrder.ToString(CultureInfo.InvariantCulture)),
        ("space", MetricSignature.YesNo(Options.KeepWhitespace)));

    private static void Compare(ClippedMatches counter, ReadOnlySpan<int> hypothesis, ReadOnlySpan<int> reference, double[] counts, int from, int orders)
    {
        Span<long> matches = stackalloc long[orders];
        matches.Clear();
        counter.Clear();
        counter.AddReference(reference, orders);
        counter.Take(hypothesis, matches);
        for (int n = 1; n <= orders; n++)
        {
            int inReference = ClippedMatches.Total(reference.Length, n);
            Span<double> order = counts.AsSpan(3 * (from + n - 1), 3);
            order[0] = inReference == 0 ? 0 : ClippedMatches.Total(hypothesis.Length, n);
            order[1] = inReference;
            order[2] = matches[n - 1];
        }
    }

    /// <inheritdoc/>
    public double ScoreOf(ReadOnlySpan<double> sums)
    {
        double factor = Options.Beta * Options.Beta;
        (double precisions, double recalls, double scores) = (0, 0, 0);
        int effective = 0;
        for (int i = 0; i < sums.Length; i += 3)
        {
            (double inHypothesis, double inReference, double matches) = (sums[i], sums[i + 1], sums[i + 2]);
            double precision = inHypothesis > 0 ? matches / inHypothesis : Epsilon;
            double recall = inReference > 0 ? matches / inReference : Epsilon;
            double denominator = factor * precision + recall;
            scores += denominator > 0 ? (1 + factor) * precision * recall / denominator : Epsilon;
            if (inHypothesis > 0 && inReference > 0)
            {
                precisions += precision;
                recalls += recall;
                effective++;
            }
        }
        if (Options.EpsilonSmoothing)
        {
            return 100 * scores / (sums.Length / 3);
        }
        if (precisions + recalls == 0)
        {
            return 0;
        }
        (precisions, recalls) = (precisions / effective, recalls / effective);
        return 100 * (1 + factor) * precisions * recalls / (factor * precisions + recalls);
    }
}

/// <summary>A text as code points and, for chrF++, as words with their edge punctuation split off.</summary>
internal sealed class ChrfSegment(ChrfOptions options, TokenIds ids)
{
    private readonly TokenList _pieces = new();
    private int[] _characters = new int[128];
    private int[] _words = new int[64];
    private int _characterCount;
    private int _wordCount;

    public ReadOnlySpan<int> Characters => _characters.AsSpan(0, _characterCount);

    public ReadOnlySpan<int> Words => _words.AsSpan(0, _wordCount);

    public void Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!options.Lowercase)
        {
            Read(text.AsSpan());
            return;
        }
        char[] lower = ArrayPool<char>.Shared.Rent(text.Length);
        Read(lower.AsSpan(0, text.AsSpan().ToLowerInvariant(lower)));
        ArrayPool<char>.Shared.Return(lower);
    }

    private void Read(ReadOnlySpan<char> text)
    {
        if (_characters.Length < text.Length)
        {
            _characters = new int[2 * text.Length];
        }
        _characterCount = 0;
        for (int i = 0; i < text.Length;)
        {
            char c = text[i];
            int width = 1;
            int value = c;
            if (char.IsSurrogate(c))
            {
                Rune.DecodeFromUtf16(text[i..], out Rune rune, out width);
                value = rune.Value;
            }
            if (options.KeepWhitespace || !TokenList.IsSpace(c))
            {
                _characters[_characterCount++] = value;
            }
            i += width;
        }
        _wordCount = 0;
        if (options.WordOrder > 0)
        {
            ReadWords(text);
        }
    }

    private void ReadWords(ReadOnlySpan<char> text)
    {
        _pieces.Clear();
        _pieces.AddWords(text);
        if (_words.Length < 2 * _pieces.Count)
        {
            _words = new int[4 * _pieces.Count];
        }
        for (int i = 0; i < _pieces.Count; i++)
        {
            ReadOnlySpan<char> word = _pieces[i];
            if (word.Length > 1 && IsPunctuation(word[^1]))
            {
                Add(word[..^1], word[^1..]);
            }
            else if (word.Length > 1 && IsPunctuation(word[0]))
            {
                Add(word[..1], word[1..]);
            }
            else
            {
                _words[_wordCount++] = ids.Of(word);
            }
        }
    }

    private void Add(ReadOnlySpan<char> first, ReadOnlySpan<char> second)
    {
        _words[_wordCount++] = ids.Of(first);
        _words[_wordCount++] = ids.Of(second);
    }

    private static bool IsPunctuation(char c) => char.IsAscii(c) && (char.IsPunctuation(c) || char.IsSymbol(c));
}
