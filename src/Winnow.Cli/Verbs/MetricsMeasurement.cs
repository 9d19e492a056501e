using Winnow.Cli.Documents;
using Winnow.Cli.Sources;
using Winnow.Metrics.Corpora;
using Winnow.Numerics;
using Winnow.Rendering;

namespace Winnow.Cli.Verbs;

/// <summary>Reads the texts of a request and scores them.</summary>
internal static class MetricsMeasurement
{
    public static MetricsDocument Run(MetricsRequest request, Shell shell)
    {
        foreach (string name in request.Metrics)
        {
            if (!TextMetrics.Names.Contains(name, StringComparer.Ordinal))
            {
                throw new RequestException(ErrorText.UnknownName("metric", name, TextMetrics.Names, "winnow metrics --help"));
            }
        }
        if (request.References.Prepend(request.Hypotheses).Append(request.Baseline).Count(path => path == TextFile.StandardInput) > 1)
        {
            throw new RequestException("Standard input can be read only once; name files for the others.");
        }
        string[] texts = TextLines.Read(request.Hypotheses, shell);
        if (texts.Length == 0)
        {
            throw new RequestException($"{request.Hypotheses}: the file is empty; give at least one text.");
        }
        bool isLineByLine = request.Metrics.Any(name => !TextMetrics.OfWholes.Contains(name, StringComparer.Ordinal));
        string[][] references = [.. request.References.Select(path => isLineByLine ? ReadAsMany(path, texts.Length, request.Hypotheses, shell) : TextLines.Read(path, shell))];
        string[]? baseline = request.Baseline is { } other ? ReadAsMany(other, texts.Length, request.Hypotheses, shell) : null;
        List<MetricDocument> results = [];
        List<MetricTestDocument> tests = [];
        List<LeftOutMetricDocument> leftOut = [];
        foreach (string name in request.Metrics)
        {
            try
            {
                if (request.Missing(name) is { } missing)
                {
                    leftOut.Add(new LeftOutMetricDocument(name, missing));
                }
                else if (TextMetrics.Corpus(name, request.Settings) is { } metric)
                {
                    Score(name, metric, texts, references, baseline, request, results, tests);
                }
                else if (TextMetrics.Collection(name, request.Settings) is { } collection)
                {
                    results.Add(new MetricDocument(name, collection.Name, collection.Score(texts), null, null, collection.IsHigherBetter, collection.Signature));
                }
                else if (TextMetrics.Comparison(name, request.Settings) is { } comparison)
                {
                    results.Add(new MetricDocument(
                        name, comparison.Name, comparison.Score(texts, [.. references.SelectMany(stream => stream)]), null, null, comparison.IsHigherBetter, comparison.Signature));
                }
            }
            catch (ArgumentException unfit)
            {
                leftOut.Add(new LeftOutMetricDocument(name, ErrorText.Of(unfit)));
            }
        }
        if (results.Count == 0)
        {
            throw new RequestException(string.Join(' ', leftOut.Select(left => $"{left.Metric}: {left.Reason}")));
        }
        return new MetricsDocument
        {
            Hypotheses = request.Hypotheses,
            References = request.References,
            Baseline = request.Baseline,
            Texts = texts.Length,
            Seed = request.Seed,
            Results = results,
            Tests = tests,
            LeftOut = leftOut,
            Warnings = [.. Warnings(request, texts)],
        };
    }

    private static void Score(
        string name, ICorpusMetric metric, string[] texts, string[][] references, string[]? baseline, MetricsRequest request,
        List<MetricDocument> results, List<MetricTestDocument> tests)
    {
        string[][] streams = metric.NeedsReferences ? references : [];
        double[][] rows = metric.Rows(texts, streams);
        CorpusScore score = CorpusScore.Of(metric, rows, HashedUniforms.For(request.Seed, "metrics"), request.Resamples);
        string signature = metric.Signature(streams.Length);
        results.Add(new MetricDocument(
            name, metric.Name, score.Score, Finite(score.Low), Finite(score.High), metric.IsHigherBetter,
            request.Resamples > 0 ? WithBootstrap(signature, request) : signature));
        if (baseline is not null)
        {
            double[][] other = metric.Rows(baseline, streams);
            CorpusDifference difference = CorpusDifference.Of(metric, rows, other, HashedUniforms.For(request.Seed, "metrics"), Math.Max(1, request.Resamples));
            tests.Add(new MetricTestDocument(
                name, score.Score - difference.Difference, difference.Difference, difference.Low, difference.High, difference.PBootstrap, difference.PRandomization));
        }
    }

    // sacrebleu writes the number of resampled corpora and the seed behind the number of references.
    private static string WithBootstrap(string signature, MetricsRequest request)
    {
        int first = signature.IndexOf('|', StringComparison.Ordinal);
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{signature[..first]}|bs:{request.Resamples}|seed:{request.Seed}{signature[first..]}");
    }

    private static IEnumerable<string> Warnings(MetricsRequest request, string[] texts)
    {
        if (request.Settings.Tokenizer.Name != "none" && MetricWarnings.AlreadyTokenized(texts) is { } tokenized)
        {
            yield return tokenized;
        }
        if (request.Metrics.Any(name => name.StartsWith("rouge", StringComparison.Ordinal)) && MetricWarnings.DroppedByRouge(texts) is { } dropped)
        {
            yield return dropped;
        }
    }

    private static string[] ReadAsMany(string path, int count, string hypotheses, Shell shell)
    {
        string[] texts = TextLines.Read(path, shell);
        return texts.Length == count
            ? texts
            : throw new RequestException($"{path} has {texts.Length} texts and {hypotheses} has {count}; line by line they must belong together.");
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
