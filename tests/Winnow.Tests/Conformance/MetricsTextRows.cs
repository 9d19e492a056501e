using Winnow.Metrics;
using Winnow.Metrics.Tokenizers;
using Winnow.Numerics;
using Winnow.Testing.Conformance;

namespace Winnow.Tests.Conformance;

/// <summary>Summaries, diversity, surprise, and distances between collections.</summary>
public sealed class MetricsTextRows : IConformanceRows
{
    public string Family => "metrics";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["rouge"] = RougeOf,
        ["meteor"] = row =>
        {
            var meteor = new Meteor(row.Params.Number("alpha"), row.Params.Number("beta"), row.Params.Number("gamma"));
            MeteorScore score = meteor.Sentence(row.Input.Text("hypothesis")!, row.Input.Text("reference")!);
            return new { score = score.Score, matches = score.Matches, chunks = score.Chunks };
        },
        ["rep_n"] = row => new { value = Repetition.OfNGrams(Document(row), row.Params.Whole("n")) },
        ["rep_window"] = row => new { value = Repetition.InWindow(Document(row), row.Params.Whole("l")) },
        ["diversity_product"] = row => new { value = Repetition.Diversity(Document(row), row.Params.Ints("orders")) },
        ["distinct_n"] = row =>
        {
            var ids = new TokenIds();
            var distinct = new DistinctNGrams(row.Params.Whole("n"));
            foreach (var document in row.Input.GetProperty("documents").EnumerateArray())
            {
                distinct.Add(ids.Of([.. document.EnumerateArray().Select(t => t.GetString()!)]));
            }
            return new { value = distinct.Share };
        },
        ["zipf_coefficient"] = row => new
        {
            value = ZipfCoefficient.Of(
                [.. row.Input.Ints("counts").Select(c => (long)c)], row.Params.Has("max_rank") ? row.Params.Whole("max_rank") : null),
        },
        ["self_bleu"] = row =>
        {
            SelfBleu score = SelfBleu.Of(row.Input.Strings("generations"), new BleuOptions
            {
                Tokenizer = TextTokenizer.Named(row.Params.Text("tokenize")!),
                EffectiveOrder = row.Params.Flag("effective_order"),
                MaxOrder = row.Params.Whole("max_order"),
            });
            return new { per_item = score.PerItem, value = score.Mean };
        },
        ["perplexity"] = row =>
        {
            var perplexity = Perplexity.Of(row.Input.Doubles("token_log_probs"));
            return new { nll_mean = perplexity.MeanNats, perplexity = perplexity.Value, bits_per_token = perplexity.BitsPerToken };
        },
        ["bootstrap_percentiles"] = row =>
        {
            var ends = BootstrapPercentiles.Of(row.Input.Matrix("scores"), new HashedUniforms(1), row.Params.Number("confidence"), 10_000);
            return new { low = ends.Low, mid = ends.Mid, high = ends.High };
        },
        ["mauve_from_histograms"] = row =>
        {
            MauveScore plain = Mauve(row, 0);
            MauveScore smooth = Mauve(row, 0.5);
            return new
            {
                mauve = plain.Mauve,
                frontier_integral = plain.FrontierIntegral,
                mauve_star = smooth.Mauve,
                frontier_integral_star = smooth.FrontierIntegral,
            };
        },
        ["bertscore_matching"] = row =>
        {
            var score = TokenMatching.Of(
                Vectors(row, "reference_embeddings"), Vectors(row, "hypothesis_embeddings"), Weights(row, "reference_idf"), Weights(row, "hypothesis_idf"));
            return new { precision = score.Precision, recall = score.Recall, f1 = score.F1 };
        },
        ["bertscore_idf"] = row => new
        {
            idf = row.Input.Ints("document_frequency").Select(df => TokenMatching.InverseDocumentFrequency(row.Params.Whole("documents"), df)),
        },
        ["bertscore_rescale"] = row =>
        {
            double[] raw = row.Input.Doubles("raw");
            TokenMatching baseline = TokenMatching.RobertaLargeEnglishBaseline;
            TokenMatching score = new TokenMatching(raw[0], raw[1], raw[2]).Rescaled(baseline);
            return new { baseline = Parts(baseline), rescaled = Parts(score) };
        },
    };

    private static object RougeOf(ConformanceRow row)
    {
        var rouge = new Rouge(row.Params.Flag("stemmer"));
        (string target, string prediction) = (row.Input.Text("target")!, row.Input.Text("prediction")!);
        RougeScore score = row.Params.Text("type") switch
        {
            "rougeL" => rouge.Longest(target, prediction),
            "rougeLsum" => rouge.LongestOfSummary(target, prediction),
            "rouge1" => rouge.NGrams(target, prediction, 1),
            "rouge2" => rouge.NGrams(target, prediction, 2),
            var other => throw new InvalidDataException($"\"{other}\" is no known ROUGE."),
        };
        return new { precision = score.Precision, recall = score.Recall, fmeasure = score.F1 };
    }

    private static int[] Document(ConformanceRow row) => new TokenIds().Of(row.Input.Strings("document"));

    private static MauveScore Mauve(ConformanceRow row, double smoothing) => MauveScore.OfHistograms(
        row.Input.Doubles("p_counts"), row.Input.Doubles("q_counts"), smoothing, row.Params.Number("scaling"), row.Params.Whole("grid"));

    private static float[][] Vectors(ConformanceRow row, string name) =>
        [.. row.Input.Matrix(name).Select(v => Array.ConvertAll(v, x => (float)x))];

    private static double[] Parts(TokenMatching score) => [score.Precision, score.Recall, score.F1];

    private static double[] Weights(ConformanceRow row, string name) => row.Input.Has(name) ? row.Input.Doubles(name) : [];
}
