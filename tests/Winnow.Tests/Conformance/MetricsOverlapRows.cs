using System.Text.Json;
using Winnow.Metrics;
using Winnow.Metrics.Tokenizers;
using Winnow.Testing.Conformance;

namespace Winnow.Tests.Conformance;

/// <summary>Tokenizers and the n-gram metrics of machine translation.</summary>
public sealed class MetricsOverlapRows : IConformanceRows
{
    public string Family => "metrics";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["tokenize"] = row => new { tokens = TextTokenizer.Named(row.Params.Text("tokenizer")!).Tokenize(row.Input.Text("text")!) },
        ["bleu"] = row => Report(new Bleu(Options(row.Params)).Corpus(row.Input.Strings("hypotheses"), Streams(row))),
        ["sentence_bleu"] = row => Report(new Bleu(Options(row.Params)).Sentence(row.Input.Text("hypothesis")!, row.Input.Strings("references"))),
        ["bleu_statistics"] = row =>
        {
            var options = Options(row.Params) with { Tokenizer = WhitespaceTokenizer.Instance };
            BleuStatistics counts = new Bleu(options).Count(row.Input.Strings("hypotheses"), Streams(row));
            return new { matches = counts.Matches, totals = counts.Totals };
        },
        ["bleu_from_statistics"] = row => Report(BleuScore.Of(
            new BleuStatistics(Longs(row, "matches"), Longs(row, "totals"), row.Input.Whole("hyp_len"), row.Input.Whole("ref_len")),
            Options(row.Params))),
        ["modified_precision"] = ModifiedPrecisionOf,
        ["chrf"] = row => new
        {
            score = new Chrf(new ChrfOptions
            {
                CharacterOrder = row.Params.Whole("char_order"),
                WordOrder = row.Params.Whole("word_order"),
                Beta = row.Params.Number("beta"),
                Lowercase = row.Params.Flag("lowercase"),
                KeepWhitespace = row.Params.Flag("keep_whitespace"),
                EpsilonSmoothing = row.Params.Flag("eps_smoothing"),
            }).Corpus(row.Input.Strings("hypotheses"), Streams(row)),
        },
        ["ter"] = row => new
        {
            score = new Ter(new TerOptions
            {
                Normalized = row.Params.Flag("normalized"),
                NoPunctuation = row.Params.Flag("no_punct"),
                AsianSupport = row.Params.Flag("asian_support"),
                CaseSensitive = row.Params.Flag("case_sensitive"),
            }).Corpus(row.Input.Strings("hypotheses"), Streams(row)).Score,
        },
    };

    internal static string[][] Streams(ConformanceRow row) =>
        [.. row.Input.GetProperty("reference_streams").EnumerateArray().Select(s => s.EnumerateArray().Select(t => t.GetString()!).ToArray())];

    private static BleuOptions Options(JsonElement parameters) => new()
    {
        MaxOrder = parameters.Whole("max_order", 4),
        Tokenizer = TextTokenizer.Named(parameters.Text("tokenize") ?? "13a"),
        Lowercase = parameters.Flag("lowercase"),
        EffectiveOrder = parameters.Flag("effective_order"),
        SmoothingValue = parameters.Has("smooth_value") ? parameters.Number("smooth_value") : null,
        Smoothing = parameters.Text("smooth") switch
        {
            "floor" => BleuSmoothing.Floor,
            "add-k" => BleuSmoothing.AddK,
            "none" => BleuSmoothing.None,
            _ => BleuSmoothing.Exponential,
        },
    };

    private static object Report(BleuScore score) => new
    {
        score = score.Score,
        precisions = score.Precisions,
        bp = score.BrevityPenalty,
        hyp_len = score.Statistics.HypothesisLength,
        ref_len = score.Statistics.ReferenceLength,
    };

    private static long[] Longs(ConformanceRow row, string name) => [.. row.Input.Ints(name).Select(v => (long)v)];

    private static object ModifiedPrecisionOf(ConformanceRow row)
    {
        var ids = new TokenIds();
        int[][] references = [.. row.Input.Strings("references").Select(Read)];
        return new { precision = ModifiedPrecision.Of(Read(row.Input.Text("hypothesis")!), references, row.Params.Whole("n")) };

        int[] Read(string text) => ids.Of(WhitespaceTokenizer.Instance.Tokenize(text));
    }
}
