using System.Diagnostics;
using Winnow.Decoding;
using Winnow.Decoding.Generation;
using Winnow.Decoding.Stages;
using Winnow.Evaluation;
using Winnow.Metrics;
using Winnow.Metrics.Checklists;
using Winnow.Metrics.Corpora;
using Winnow.Metrics.Tokenizers;
using Winnow.Numerics;
using Winnow.Tasks;

namespace Winnow.Reproductions;

/// <summary>
/// What "Text Generation: A Systematic Literature Review of Tasks, Evaluation, and Challenges" (Becker, Wahle, Gipp and Ruas,
/// 2024) says about metrics: they agree on how damaged a text is, and still miss whether it is right; numbers depend on the
/// tokenizer and on the references. Its checklist must be complete.
/// </summary>
/// <param name="open">Opens a model and its problems.</param>
public sealed class TextGenReviewClaims(Func<CancellationToken, Task<TaskSetting>> open) : IReproduction
{
    private const ulong Seed = 1;

    /// <summary>Hot enough that a problem has several right answers and wrong ones beside them.</summary>
    private const double DrawnAt = 1.3;

    private static readonly string[] Overlap = ["bleu", "chrf", "ter", "rouge-1", "rouge-l", "meteor"];
    private static readonly double[] Damages = [0.05, 0.1, 0.2, 0.35, 0.5, 0.7];

    /// <inheritdoc/>
    public string PaperId => "textgen-review";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ClaimResult>> RunAsync(ReproductionEffort effort, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        (int problems, int draws) = effort switch
        {
            ReproductionEffort.Quick => (60, 24),
            ReproductionEffort.Default => (300, 32),
            _ => (int.MaxValue, 128),
        };
        TaskSetting setting = await open(cancellationToken).ConfigureAwait(false);
        var watch = Stopwatch.StartNew();
        progress?.Report("metrics of damaged texts");
        string[] texts = [.. setting.Task.Problems.Take(problems).Select(problem => problem.Question)];
        List<ClaimResult> claims = [Checklist(watch), SeesDamage(texts, watch), Agrees(texts, watch), DependsOnTokenizer(texts, watch)];
        progress?.Report($"right and wrong answers of {setting.Model.Info.Name}");
        claims.AddRange(MissesCorrectness(setting, problems, draws, effort, watch, cancellationToken));
        return claims;
    }

    private ClaimResult Checklist(Stopwatch watch)
    {
        int complete = GenerationTask.All.Count(task => task.Quality.Count > 0 && task.Diversity.Count > 0 && task.Faithfulness.Count > 0 && task.Pitfalls.Count > 0);
        return Measurement.Exact(
            PaperId, "Quality, diversity and faithfulness must be measured together, for five tasks under nine challenges.",
            "tasks of the checklist with all three, and challenges with questions (5 and 9: 14)",
            complete + GenerationChallenge.All.Count(challenge => challenge.Questions.Count > 0), complete == 5 && GenerationChallenge.All.Count == 9, expected: true, watch);
    }

    /// <summary>Spearman correlation of each metric with the share of words that were replaced, text by text.</summary>
    private ClaimResult SeesDamage(string[] texts, Stopwatch watch)
    {
        double[][] scores = [.. Overlap.Select(name => Damages.SelectMany((damage, d) => ScoresOf(name, Damaged(texts, damage, d), texts)).ToArray())];
        double[] damage = [.. Damages.SelectMany(d => texts.Select(_ => -d))];
        double worst = scores.Min(column => Correlation.Spearman(column, damage));
        return Measurement.Exact(
            PaperId, "Overlap metrics see how much of a text was damaged.", $"least rank correlation with the share of words kept, of {string.Join(", ", Overlap)} (holds above 0.6)", worst, worst > 0.6, expected: true, watch);
    }

    private ClaimResult Agrees(string[] texts, Stopwatch watch)
    {
        double[][] scores = [.. Overlap.Select(name => Damages.SelectMany((damage, d) => ScoresOf(name, Damaged(texts, damage, d), texts)).ToArray())];
        double least = Enumerable.Range(0, scores.Length).SelectMany(a => Enumerable.Range(0, a).Select(b => Correlation.Spearman(scores[a], scores[b]))).Min();
        return Measurement.Exact(PaperId, "Overlap metrics agree with one another.", "least rank correlation between two of them on damaged texts (holds above 0.7)", least, least > 0.7, expected: true, watch);
    }

    private ClaimResult DependsOnTokenizer(string[] texts, Stopwatch watch)
    {
        string[] damaged = Damaged(texts, 0.2, 99);
        double[] scores = [.. new TextTokenizer[] { Tokenizer13a.Instance, InternationalTokenizer.Instance, WhitespaceTokenizer.Instance, CharacterTokenizer.Instance }
            .Select(tokenizer => new Bleu(new BleuOptions { Tokenizer = tokenizer }).Corpus(damaged, [texts]).Score)];
        double range = scores.Max() - scores.Min();
        return Measurement.Exact(
            PaperId, "A score means nothing without its signature: the same texts differ by points between tokenizers.", "BLEU points between the highest and the lowest of four tokenizers (holds above 1)", range, range > 1, expected: true, watch, scores[0]);
    }

    /// <summary>The model's right and wrong answers beside a right one: how often a right one scores higher.</summary>
    private IReadOnlyList<ClaimResult> MissesCorrectness(TaskSetting setting, int problems, int draws, ReproductionEffort effort, Stopwatch watch, CancellationToken cancellationToken)
    {
        Dictionary<string, List<double>> areas = Overlap.ToDictionary(name => name, _ => new List<double>(), StringComparer.Ordinal);
        Dictionary<string, List<double>> copies = Overlap.ToDictionary(name => name, _ => new List<double>(), StringComparer.Ordinal);
        List<double> gains = [];
        foreach (Problem problem in setting.Task.Problems.Take(problems))
        {
            int[] prompt = setting.Model.Vocabulary.Encode(problem.Prompt, addSpecialTokens: true);
            GenerationOptions options = new() { Samples = draws, MaxTokens = setting.Task.MaxAnswerTokens, Chain = new SamplerChain(new Temperature(DrawnAt)) };
            string[] drawn = [.. TextGenerator.Run(setting.Model, prompt, options, HashedUniforms.For(Seed, problem.Id), cancellationToken).Select(sample => sample.Text.Trim()).Distinct(StringComparer.Ordinal)];
            bool[] isRight = Array.ConvertAll(drawn, text => problem.Answers.Canonical(text) is { } answer && problem.Checker.IsCorrect(problem, answer));
            string[] right = [.. drawn.Where((_, i) => isRight[i])];
            string[] wrong = [.. drawn.Where((_, i) => !isRight[i])];
            if (right.Length < 2)
            {
                continue;
            }
            string wrongCopy = WithoutEnd(right[0]) + "nothing";
            foreach (string name in Overlap)
            {
                copies[name].Add(ScoresOf(name, [wrongCopy], [right[0]]).First() < ScoresOf(name, right[1..], [.. right[1..].Select(_ => right[0])]).Average() ? 1 : 0);
                if (wrong.Length == 0)
                {
                    continue;
                }
                double[] ofRight = [.. ScoresOf(name, right[1..], [.. right[1..].Select(_ => right[0])])];
                double[] ofWrong = [.. ScoresOf(name, wrong, [.. wrong.Select(_ => right[0])])];
                areas[name].Add(ofRight.Average(r => ofWrong.Average(w => r > w ? 1 : r == w ? 0.5 : 0)));
            }
            if (right.Length > 2)
            {
                Bleu bleu = new(new BleuOptions { EffectiveOrder = true });
                gains.Add(right[2..].Average(text => bleu.Sentence(text, right[0], right[1]).Score - bleu.Sentence(text, right[0]).Score));
            }
        }
        if (areas["bleu"].Count < 2 || gains.Count < 2)
        {
            return [];
        }
        (string best, List<double> area) = areas.MaxBy(pair => pair.Value.Average());
        (string bestOfCopies, List<double> copy) = copies.MaxBy(pair => pair.Value.Average());
        return
        [
            Measurement.Within(
                PaperId, "Overlap does not see a wrong answer in the right words: a copy of the reference with another answer beats a right answer in other words.",
                $"how often a right answer scores above such a copy, {bestOfCopies}, the best of {Overlap.Length} ({setting.Model.Info.Name}, {copy.Count} problems; holds below 0.5)", 0, 0.5, copy.ToArray(), expected: effort != ReproductionEffort.Quick /* too few problems */, baseline: 0.5, Seed, watch),
            Measurement.Within(
                PaperId, "Overlap does not tell right from wrong: even the best metric often ranks a drawn wrong answer above a right one.",
                $"how often a right answer scores above a wrong one, {best}, the best of {Overlap.Length} ({setting.Model.Info.Name}, {area.Count} problems; holds below 0.8)", 0, 0.8, area.ToArray(), expected: false, baseline: 0.5, Seed, watch),
            Measurement.Exceeds(
                PaperId, "One reference is not enough: a right answer scores higher with a second one.", $"BLEU points that a second right reference adds to a right answer ({gains.Count} problems)", 0, gains.ToArray(), expected: true, baseline: null, Seed, watch),
        ];
    }

    // All but the last word: in these texts the last word is the end of the answer.
    private static string WithoutEnd(string text) => text[..(text.LastIndexOf(' ') + 1)];

    private static IEnumerable<double> ScoresOf(string name, IReadOnlyList<string> texts, IReadOnlyList<string> references)
    {
        ICorpusMetric metric = name == "bleu" ? new Bleu(new BleuOptions { EffectiveOrder = true }) : TextMetrics.Corpus(name, new TextMetricSettings())!;
        double sign = metric.IsHigherBetter == false ? -1 : 1;
        return metric.Rows(texts, [references]).Select(row => sign * metric.ScoreOf(row));
    }

    /// <summary>Texts with a share of their words replaced by words of other texts.</summary>
    private static string[] Damaged(string[] texts, double share, int stream)
    {
        string[][] words = Array.ConvertAll(texts, text => text.Split(' '));
        SplitMix64 random = SplitMix64.For(Seed, "damage", stream);
        return Array.ConvertAll(words, own => string.Join(' ', own.Select(word => random.Chance(share) ? random.Pick(random.Pick(words)) : word)));
    }
}
