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
        ["exact-match"] = _ => new AnswerMean(isExact: true),
        ["token-f1"] = _ => new AnswerMean(isExact: false),
        ["length-ratio"] = s => new LengthRatio(s.Tokenizer),
        ["rep-2"] = s => new RepetitionMean(2, s.Tokenizer, s.Lowercase),
        ["rep-3"] = s => new RepetitionMean(3, s.Tokenizer, s.Lowercase),
        ["rep-4"] = s => new RepetitionMean(4, s.Tokenizer, s.Lowercase),
        ["diversity"] = s => new RepetitionMean(null, s.Tokenizer, s.Lowercase),
    };

    private static readonly Dictionary<string, Func<TextMetricSettings, ICollectionMetric>> OfCollections = new(StringComparer.Ordinal)
    {
        ["distinct-1"] = s => new PooledDistinct(1, s.Tokenizer, s.Lowercase),
        ["distinct-2"] = s => new PooledDistinct(2, s.Tokenizer, s.Lowercase),
        ["distinct-3"] = s => new PooledDistinct(3, s.Tokenizer, s.Lowercase),
        ["self-bleu"] = s => new PooledSelfBleu(BleuOf(s)),
        ["zipf"] = s => new PooledZipf(s.Tokenizer, s.Lowercase),
    };

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. OfCorpora.Keys, .. OfCollections.Keys];

    /// <summary>A metric that sums over texts; null where there is none of that name.</summary>
    public static ICorpusMetric? Corpus(string name, TextMetricSettings settings) => OfCorpora.TryGetValue(name, out var make) ? make(settings) : null;

    /// <summary>A metric of a collection as a whole; null where there is none of that name.</summary>
    public static ICollectionMetric? Collection(string name, TextMetricSettings settings) => OfCollections.TryGetValue(name, out var make) ? make(settings) : null;

    private static BleuOptions BleuOf(TextMetricSettings settings) =>
        new() { Tokenizer = settings.Tokenizer, Lowercase = settings.Lowercase, Smoothing = settings.Smoothing };
}
