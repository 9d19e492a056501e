using Winnow.Inference.Embeddings;
using Winnow.Metrics.Tokenizers;

namespace Winnow.Metrics.Corpora;

/// <summary>Settings that metrics share when they are made by name; each takes what it knows and its signature says which.</summary>
public sealed record TextMetricSettings
{
    /// <summary>Splits texts for BLEU, repetition, diversity and lengths; default <c>13a</c>.</summary>
    public TextTokenizer Tokenizer { get; init; } = Tokenizer13a.Instance;

    /// <summary>Ignores case where a metric can; default false.</summary>
    public bool Lowercase { get; init; }

    /// <summary>Stems words for ROUGE; default false.</summary>
    public bool Stemming { get; init; }

    /// <summary>Makes the vectors of BERTScore, which must be an <see cref="EncoderEmbedder"/>, and of MAUVE; neither can be made without one.</summary>
    public TextEmbedder? Encoder { get; init; }

    /// <summary>Reads texts for perplexity and surprisal, which cannot be made without it.</summary>
    public TextSurprisals? Surprisals { get; init; }

    /// <summary>Seed of the clusterings of MAUVE; default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Smoothing of BLEU.</summary>
    public BleuSmoothing Smoothing { get; init; } = BleuSmoothing.Exponential;
}

/// <summary>The metrics of texts by name.</summary>
public static class TextMetrics
{
    private static readonly Dictionary<string, Func<TextMetricSettings, ICorpusMetric>> OfCorpora = new(StringComparer.Ordinal)
    {
        ["bleu"] = s => new Bleu(BleuOf(s)),
        ["chrf"] = s => new Chrf(new ChrfOptions { Lowercase = s.Lowercase }),
        ["chrf++"] = s => new Chrf(new ChrfOptions { Lowercase = s.Lowercase, WordOrder = 2 }),
        ["ter"] = _ => new Ter(),
        ["rouge-1"] = s => new RougeMean(RougeKind.One, s.Stemming),
        ["rouge-2"] = s => new RougeMean(RougeKind.Two, s.Stemming),
        ["rouge-l"] = s => new RougeMean(RougeKind.Longest, s.Stemming),
        ["rouge-lsum"] = s => new RougeMean(RougeKind.LongestOfSummary, s.Stemming),
        ["meteor"] = _ => new MeteorMean(),
        ["bertscore"] = s => new BertScore(EncoderOf(s)),
        ["exact-match"] = _ => new AnswerMean(isExact: true),
        ["token-f1"] = _ => new AnswerMean(isExact: false),
        ["length-ratio"] = s => new LengthRatio(s.Tokenizer),
        ["rep-2"] = s => new RepetitionMean(2, s.Tokenizer, s.Lowercase),
        ["rep-3"] = s => new RepetitionMean(3, s.Tokenizer, s.Lowercase),
        ["rep-4"] = s => new RepetitionMean(4, s.Tokenizer, s.Lowercase),
        ["diversity"] = s => new RepetitionMean(null, s.Tokenizer, s.Lowercase),
        ["perplexity"] = s => new ModelSurprise(SurprisalsOf(s), SurpriseKind.Perplexity),
        ["surprisal"] = s => new ModelSurprise(SurprisalsOf(s), SurpriseKind.BitsPerToken),
        ["surprisal-deviation"] = s => new ModelSurprise(SurprisalsOf(s), SurpriseKind.DeviationOfBits),
        ["bits-per-byte"] = s => new ModelSurprise(SurprisalsOf(s), SurpriseKind.BitsPerByte),
    };

    private static readonly Dictionary<string, Func<TextMetricSettings, ICollectionMetric>> OfCollections = new(StringComparer.Ordinal)
    {
        ["distinct-1"] = s => new PooledDistinct(1, s.Tokenizer, s.Lowercase),
        ["distinct-2"] = s => new PooledDistinct(2, s.Tokenizer, s.Lowercase),
        ["distinct-3"] = s => new PooledDistinct(3, s.Tokenizer, s.Lowercase),
        ["self-bleu"] = s => new PooledSelfBleu(BleuOf(s)),
        ["zipf"] = s => new PooledZipf(s.Tokenizer, s.Lowercase),
    };

    private static readonly Dictionary<string, Func<TextMetricSettings, ICollectionComparison>> OfPairs = new(StringComparer.Ordinal)
    {
        ["mauve"] = s => new CollectionMauve(s.Encoder ?? throw Missing("an encoder"), s.Seed),
    };

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. OfCorpora.Keys, .. OfCollections.Keys, .. OfPairs.Keys];

    /// <summary>Names of those that compare with references.</summary>
    public static IReadOnlyList<string> OfReferences { get; } =
        ["bleu", "chrf", "chrf++", "ter", "rouge-1", "rouge-2", "rouge-l", "rouge-lsum", "meteor", "bertscore", "exact-match", "token-f1", "length-ratio", "mauve"];

    /// <summary>Names of those that compare collections as wholes, so that texts and references need not belong together.</summary>
    public static IReadOnlyList<string> OfWholes { get; } = [.. OfPairs.Keys];

    /// <summary>Names of those that need <see cref="TextMetricSettings.Encoder"/>.</summary>
    public static IReadOnlyList<string> OfEncoders { get; } = ["bertscore", "mauve"];

    /// <summary>Names of those that need <see cref="TextMetricSettings.Surprisals"/>.</summary>
    public static IReadOnlyList<string> OfModels { get; } = ["perplexity", "surprisal", "surprisal-deviation", "bits-per-byte"];

    /// <summary>A metric that sums over texts; null where there is none of that name.</summary>
    /// <exception cref="ArgumentException">The settings lack what it needs.</exception>
    public static ICorpusMetric? Corpus(string name, TextMetricSettings settings) => OfCorpora.TryGetValue(name, out var make) ? make(settings) : null;

    /// <summary>A metric of a collection as a whole; null where there is none of that name.</summary>
    public static ICollectionMetric? Collection(string name, TextMetricSettings settings) => OfCollections.TryGetValue(name, out var make) ? make(settings) : null;

    /// <summary>A metric that compares two collections as wholes; null where there is none of that name.</summary>
    /// <exception cref="ArgumentException">The settings lack what it needs.</exception>
    public static ICollectionComparison? Comparison(string name, TextMetricSettings settings) => OfPairs.TryGetValue(name, out var make) ? make(settings) : null;

    private static EncoderEmbedder EncoderOf(TextMetricSettings settings) => settings.Encoder switch
    {
        EncoderEmbedder encoder => encoder,
        null => throw Missing("an encoder"),
        _ => throw new ArgumentException($"BERTScore compares the tokens of an encoder of the BERT family, and {settings.Encoder.Name} is a decoder. Name an encoder.", nameof(settings)),
    };

    private static TextSurprisals SurprisalsOf(TextMetricSettings settings) => settings.Surprisals ?? throw Missing("a model that reads texts");

    private static ArgumentException Missing(string what) => new($"The metric needs {what}, and the settings name none.");

    private static BleuOptions BleuOf(TextMetricSettings settings) =>
        new() { Tokenizer = settings.Tokenizer, Lowercase = settings.Lowercase, Smoothing = settings.Smoothing };
}
