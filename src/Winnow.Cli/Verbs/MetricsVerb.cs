using System.CommandLine;
using System.CommandLine.Parsing;
using Winnow.Cli.Documents;
using Winnow.Cli.Sources;
using Winnow.Inference.Embeddings;
using Winnow.Metrics;
using Winnow.Metrics.Checklists;
using Winnow.Metrics.Corpora;
using Winnow.Metrics.Tokenizers;
using Winnow.Rendering;

namespace Winnow.Cli.Verbs;

/// <summary><c>winnow metrics HYP --ref REF</c>: scores of texts with intervals and signatures.</summary>
internal static class MetricsVerb
{
    private const string EveryTask = "";

    private static readonly Dictionary<string, BleuSmoothing> Smoothings = new(StringComparer.Ordinal)
    {
        ["exp"] = BleuSmoothing.Exponential, ["floor"] = BleuSmoothing.Floor, ["add-k"] = BleuSmoothing.AddK, ["none"] = BleuSmoothing.None,
    };

    public static Command Create(Shell shell)
    {
        Argument<string?> hypotheses = new("HYP") { Arity = ArgumentArity.ZeroOrOne, Description = "Texts to measure, one on a line, or .jsonl with a string or an object with \"text\" on a line; - is standard input." };
        Option<string[]> references = new("--ref", "-r") { Description = "Reference texts, one on a line; repeat it for several references of each text.", HelpName = "FILE", DefaultValueFactory = _ => [] };
        Option<string?> baseline = new("--baseline") { Description = "Texts of another system: each difference gets an interval and two paired tests.", HelpName = "FILE" };
        Option<string[]?> metrics = new("--metric")
        {
            Description = $"Metrics between commas: {string.Join(", ", TextMetrics.Names)}. Default: {string.Join(",", MetricsRequest.UsualWithReferences)}; without references {string.Join(",", MetricsRequest.UsualAlone)}.",
            HelpName = "A,B,…",
            CustomParser = CommonOptions.SplitList,
            Arity = ArgumentArity.OneOrMore,
        };
        metrics.CompletionSources.Add([.. TextMetrics.Names]);
        Option<string> tokenizer = new("--tokenizer") { Description = $"How BLEU, repetition and diversity split texts: {string.Join(", ", TextTokenizer.ByName.Keys)}.", HelpName = "NAME", DefaultValueFactory = _ => Tokenizer13a.Instance.Name };
        tokenizer.CompletionSources.Add([.. TextTokenizer.ByName.Keys]);
        Option<string> smoothing = new("--smooth") { Description = $"Smoothing of BLEU: {string.Join(", ", Smoothings.Keys)}.", HelpName = "NAME", DefaultValueFactory = _ => "exp" };
        Option<bool> lowercase = new("--lowercase") { Description = "Ignore case." };
        Option<bool> stem = new("--stem") { Description = "Stem words for ROUGE." };
        Option<string?> encoder = new("--encoder") { Description = "Folder of an encoder of the BERT family, for bertscore and mauve; mauve also takes a decoder's folder or GGUF file.", HelpName = "FOLDER" };
        Option<string?> model = new("--model", "-m") { Description = $"Model that reads texts for perplexity and surprisal: {string.Join(", ", ModelShelf.Names)}, a folder or a GGUF file.", HelpName = "MODEL" };
        Option<int> resamples = new("--bootstrap") { Description = "Corpora drawn for each 95 % interval; 0: no intervals.", HelpName = "N", DefaultValueFactory = _ => CorpusScore.DefaultResamples };
        Option<string?> checklist = new("--checklist")
        {
            Description = $"Print what to measure and to ask for a task ({string.Join(", ", GenerationTask.All.Select(task => task.Id))}; none: all) and measure nothing.",
            HelpName = "TASK",
            Arity = ArgumentArity.ZeroOrOne,
            CustomParser = result => result.Tokens is [var task] ? task.Value : EveryTask,
        };
        checklist.CompletionSources.Add([.. GenerationTask.All.Select(task => task.Id)]);
        Option<ulong> seed = CommonOptions.Seed(CompareDefaults.Current.Seed);
        Option<bool> json = CommonOptions.Json();
        Command command = new("metrics", "Scores of texts with 95 % intervals and signatures like sacrebleu's, so that numbers can be compared.")
        {
            hypotheses, references, baseline, metrics, tokenizer, smoothing, lowercase, stem, encoder, model, resamples, checklist, seed, json,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(checklist) is { } task)
            {
                return Checklist(task, parsed.GetValue(json), shell);
            }
            string[] streams = parsed.GetValue(references) ?? [];
            using TextEmbedder? opened = parsed.GetValue(encoder) is { } folder ? RequestException.Reading(() => TextEmbedder.Load(folder)) : null;
            using ModelShelf models = new();
            return Measure(
                new MetricsRequest
                {
                    Hypotheses = parsed.GetValue(hypotheses) ?? throw new RequestException("Name the file with the texts to measure, or give --checklist."),
                    References = streams,
                    Baseline = parsed.GetValue(baseline),
                    Metrics = parsed.GetValue(metrics) is { Length: > 0 } named ? [.. named.Distinct(StringComparer.Ordinal)]
                        : streams.Length > 0 ? MetricsRequest.UsualWithReferences : MetricsRequest.UsualAlone,
                    Settings = new TextMetricSettings
                    {
                        Tokenizer = RequestException.Reading(() => TextTokenizer.Named(parsed.GetRequiredValue(tokenizer))),
                        Smoothing = Smoothings.TryGetValue(parsed.GetRequiredValue(smoothing), out BleuSmoothing known)
                            ? known
                            : throw new RequestException($"There is no smoothing \"{parsed.GetValue(smoothing)}\"; choose one of {string.Join(", ", Smoothings.Keys)}."),
                        Encoder = opened,
                        Surprisals = parsed.GetValue(model) is { } name ? new TextSurprisals(models.Open(name)) : null,
                        Seed = parsed.GetValue(seed),
                        Lowercase = parsed.GetValue(lowercase),
                        Stemming = parsed.GetValue(stem),
                    },
                    Resamples = parsed.GetValue(resamples) is >= 0 and var count ? count : throw new RequestException("--bootstrap is the number of corpora drawn, 0 or more."),
                    Seed = parsed.GetValue(seed),
                    Json = parsed.GetValue(json),
                },
                shell);
        });
        return command;
    }

    private static int Measure(MetricsRequest request, Shell shell)
    {
        MetricsDocument document = MetricsMeasurement.Run(request, shell);
        if (request.Json)
        {
            JsonOutput.Write(shell.Output, document);
        }
        else
        {
            MetricsView.Write(document, shell);
        }
        return ExitCodes.Done;
    }

    private static int Checklist(string id, bool json, Shell shell)
    {
        IReadOnlyList<GenerationTask> tasks = id == EveryTask ? GenerationTask.All
            : GenerationTask.Find(id) is { } task ? [task]
            : throw new RequestException($"There is no task \"{id}\" in the checklist; there are {string.Join(", ", GenerationTask.All.Select(t => t.Id))}.");
        if (json)
        {
            JsonOutput.Write(shell.Output, new ChecklistDocument { Tasks = tasks, Challenges = GenerationChallenge.All });
        }
        else
        {
            MetricsView.Write(tasks, shell.Output);
        }
        return ExitCodes.Done;
    }
}
