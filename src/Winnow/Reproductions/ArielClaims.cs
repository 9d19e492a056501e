using System.Diagnostics;
using Winnow.Decoding.Navigation;
using Winnow.Numerics;

namespace Winnow.Reproductions;

/// <summary>
/// The claims of "AriEL: volume coding for sentence generation" (Celotti, Brodeur and Rouat): sentences have boxes that give
/// them back, random points of the cube are valid and different sentences, and, as arithmetic sampling, evenly spread points
/// estimate more exactly than independent draws. On a small grammar whose sentences are all known, and on a language model.
/// </summary>
/// <param name="open">Opens the model that writes.</param>
public sealed class ArielClaims(Func<CancellationToken, Task<OpenEndedSetting>> open) : IReproduction
{
    private const ulong Seed = 1;
    private const int Axes = 4;
    private const int LongestSentence = 16;

    /// <summary>A next-token distribution after some tokens.</summary>
    private delegate void NextToken(IReadOnlyList<int> tokens, Span<double> probabilities);

    /// <inheritdoc/>
    public string PaperId => "ariel";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ClaimResult>> RunAsync(ReproductionEffort effort, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        (int points, int repeats, int prompts) = effort switch
        {
            ReproductionEffort.Quick => (2_000, 200, 24),
            ReproductionEffort.Default => (20_000, 2_000, 300),
            _ => (200_000, 20_000, 300),
        };
        IReadOnlyList<ClaimResult> onGrammar = OnGrammar(points, repeats, cancellationToken, progress);
        OpenEndedSetting setting = await open(cancellationToken).ConfigureAwait(false);
        // A model of English is far larger than the bundled ones.
        // Little is left of evenness behind 40 tokens, or over six axes: only many prompts of the bundled model show it.
        bool isShown = !setting.IsWriter && effort != ReproductionEffort.Quick;
        return [.. onGrammar, OnModel(setting, isShown, setting.IsWriter ? Math.Min(prompts, effort == ReproductionEffort.Quick ? 8 : int.MaxValue) : prompts, progress, cancellationToken)];
    }

    /// <summary>The claims on a grammar whose sentences are all known.</summary>
    internal IReadOnlyList<ClaimResult> OnGrammar(int points, int repeats, CancellationToken cancellationToken, IProgress<string>? progress = null)
    {
        var watch = Stopwatch.StartNew();
        QuestionGrammar grammar = new();
        return [RoundTrip(grammar, progress, watch), .. Points(grammar, points, progress, watch, cancellationToken), .. Stratified(grammar, repeats, progress, watch, cancellationToken)];
    }

    private ClaimResult RoundTrip(QuestionGrammar grammar, IProgress<string>? progress, Stopwatch watch)
    {
        progress?.Report($"{grammar.Sentences.Count} sentences there and back");
        double[] probabilities = new double[grammar.VocabularySize];
        int returned = grammar.Sentences.Count(sentence =>
        {
            VolumeEncoder encoder = new(Axes);
            for (int i = 0; i < sentence.Length; i++)
            {
                grammar.Admitted(sentence[..i], probabilities);
                encoder.Narrow(probabilities, sentence[i]);
            }
            return Decode([.. encoder.Box.Centre], grammar.End, grammar.Admitted, grammar.VocabularySize).SequenceEqual(sentence);
        });
        double share = (double)returned / grammar.Sentences.Count;
        return Measurement.Exact(
            PaperId, "The centre of a sentence's box decodes to the sentence.", $"share of the grammar's {grammar.Sentences.Count} sentences, {Axes} axes", share, share == 1, expected: true, watch);
    }

    private IReadOnlyList<ClaimResult> Points(QuestionGrammar grammar, int count, IProgress<string>? progress, Stopwatch watch, CancellationToken cancellationToken)
    {
        progress?.Report($"{count} random points");
        SplitMix64 order = SplitMix64.For(Seed, "training");
        int[][] shuffled = order.PickDistinct(grammar.Sentences, grammar.Sentences.Count);
        int[][] seen = shuffled[..(shuffled.Length * 7 / 10)];
        HashSet<string> known = [.. seen.Select(Key)];
        TrigramModel model = new(seen, grammar.VocabularySize);
        IReadOnlyList<int>[] Sentences(string name, int axes, NextToken next) => [.. Enumerable.Range(0, count).Select(i =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            HashedUniforms uniforms = HashedUniforms.For(Seed, name, i);
            return (IReadOnlyList<int>)Decode([.. Enumerable.Range(0, axes).Select(axis => uniforms.Next("point", 0, axis, 0))], grammar.End, next, grammar.VocabularySize);
        })];
        double[] Valid(IReadOnlyList<int>[] sentences) => Array.ConvertAll(sentences, s => grammar.Contains(s) ? 1.0 : 0);

        double[] exact = Valid(Sentences("grammar", Axes, grammar.Admitted));
        IReadOnlyList<int>[] coded = Sentences("model", Axes, model.Probabilities);
        double[] valid = Valid(coded);
        // One axis for each token makes every token's number independent: ancestral sampling.
        double[] ancestral = Valid(Sentences("ancestral", LongestSentence, model.Probabilities));
        double[] random = Valid(Sentences("random", Axes, (_, p) => p.Fill(1.0 / p.Length)));
        double[] unseen = Array.ConvertAll(coded, s => grammar.Contains(s) && !known.Contains(Key(s)) ? 1.0 : 0);
        double unique = (double)coded.Where(grammar.Contains).Select(Key).Distinct(StringComparer.Ordinal).Count() / count;
        return
        [
            Measurement.Exact(PaperId, "With the exact grammar every point is a valid sentence.", $"share valid of {count} random points", exact.Average(), exact.Average() == 1, expected: true, watch),
            Measurement.Exceeds(
                PaperId, "With a learned model random points are valid far more often than random codes.",
                FormattableString.Invariant($"share valid with a trigram model of 70 % of the sentences, less that of random tokens (holds above 0.5; {unique:0.00} of the points are valid and different)"),
                0.5, Measurement.Difference(valid, random), expected: true, random.Average(), Seed, watch),
            Measurement.Within(
                PaperId, "A random point is a draw from the model, no better and no worse.", "share valid of random points less that of ancestral draws (holds within ±0.05)",
                -0.05, 0.05, Measurement.Difference(valid, ancestral), expected: true, ancestral.Average(), Seed, watch),
            Measurement.Exceeds(
                PaperId, "Points reach valid sentences that the model never saw.", "share of random points that are valid and unseen", 0, unseen, expected: true, baseline: null, Seed, watch),
        ];
    }

    /// <summary>Variance of estimates from 64 evenly spread points beside 64 independent ones.</summary>
    private IReadOnlyList<ClaimResult> Stratified(QuestionGrammar grammar, int repeats, IProgress<string>? progress, Stopwatch watch, CancellationToken cancellationToken)
    {
        const int draws = 64;
        progress?.Report($"{repeats} repeats of {draws} evenly spread points");
        double[] probabilities = new double[grammar.VocabularySize];
        grammar.Admitted([], probabilities);
        int first = Array.FindIndex(probabilities, p => p > 0);
        (double First, double Length)[] Estimates(string name, Func<HashedUniforms, int, double> coordinate) => [.. Enumerable.Range(0, repeats).Select(r =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            HashedUniforms uniforms = HashedUniforms.For(Seed, name, r);
            int[][] sentences = [.. Enumerable.Range(0, draws).Select(i => Decode([coordinate(uniforms, i)], grammar.End, grammar.Admitted, grammar.VocabularySize))];
            return (sentences.Average(s => s[0] == first ? 1.0 : 0), sentences.Average(s => s.Length));
        })];

        var even = Estimates("even", (uniforms, i) => (i + uniforms.Next("shift", 0, 0, 0)) / draws);
        var independent = Estimates("independent", (uniforms, i) => uniforms.Next("point", 0, i, 0));
        return
        [
            Reduction("the share of sentences with one first word", "first word", [.. even.Select(e => e.First)], [.. independent.Select(e => e.First)], watch),
            Reduction("the mean length of sentences", "length", [.. even.Select(e => e.Length)], [.. independent.Select(e => e.Length)], watch),
        ];
    }

    /// <summary>On a language model: the mean length of texts, prompt by prompt. A writer does not end within a few tokens, so that its texts are measured in characters.</summary>
    private ClaimResult OnModel(OpenEndedSetting setting, bool isShown, int prompts, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        const int draws = 16;
        const int repeats = 6;
        // One axis carries 48 bits: two tokens of English even where both are rare, or a dozen of the bundled model's.
        (int axes, int tokens) = setting.IsWriter ? (6, 12) : (3, 40);
        var watch = Stopwatch.StartNew();
        progress?.Report($"{setting.Model.Info.Name}, {Math.Min(prompts, setting.Prompts.Count)} prompts, {repeats} repeats of {draws} points");
        VolumeCoder coder = new(setting.Model, axes);
        int[] end = setting.Model.Vocabulary.EndOfSequence is { } token ? [token] : [];
        double[] reductions = [.. setting.Prompts.Take(prompts).Select((text, p) =>
        {
            int[] prompt = setting.Model.Vocabulary.Encode(text, addSpecialTokens: true);
            double[][] points =
            [
                .. Enumerable.Range(0, repeats).SelectMany(r => SpaceFilling.ShiftedLattice(draws, Uniform(p, r, 0, axes))),
                .. Enumerable.Range(0, repeats).SelectMany(r => Enumerable.Range(1, draws).Select(i => Uniform(p, r, i, axes))),
            ];
            // All points of a prompt are read side by side; each text is what it would be alone.
            double[] lengths = [.. coder.Decode(prompt, points, tokens, end, cancellationToken)
                .Select(text => setting.IsWriter ? setting.Model.Vocabulary.Decode([.. text]).Length : (double)text.Count)];
            double[] means = [.. lengths.Chunk(draws).Select(text => text.Average())];
            (double[] even, double[] independent) = (means[..repeats], means[repeats..]);
            (double wide, double narrow) = (Moments.Variance(independent), Moments.Variance(even));
            return wide + narrow > 0 ? (wide - narrow) / (wide + narrow) : 0;
        })];
        return Measurement.Exceeds(
            PaperId, $"Evenly spread points estimate the length of a language model's {(setting.IsWriter ? "short" : "long")} texts more exactly than independent draws.",
            $"variance of the mean length of {draws} independent draws less that of {draws} even points, over their sum, mean over {reductions.Length} prompts ({setting.Model.Info.Name}, {axes} axes, {tokens} tokens, length in {(setting.IsWriter ? "characters" : "tokens")})", 0, reductions, expected: isShown, baseline: null, Seed, watch);
    }

    private static double[] Uniform(int prompt, int repeat, int point, int axes)
    {
        HashedUniforms uniforms = HashedUniforms.For(Seed, "volume", prompt);
        return [.. Enumerable.Range(0, axes).Select(axis => uniforms.Next("point", repeat, point, axis))];
    }

    private ClaimResult Reduction(string of, string name, double[] even, double[] independent, Stopwatch watch)
    {
        double centre = independent.Average();
        double variance = Moments.Variance(independent);
        double[] reductions = [.. even.Zip(independent, (e, i) => ((i - centre) * (i - centre) - (e - centre) * (e - centre)) / variance)];
        return Measurement.Exceeds(
            PaperId, $"Evenly spread points estimate {of} more exactly than independent ones.", $"share of the variance that 64 even points save: {name}", 0.2, reductions, expected: true, baseline: null, Seed, watch);
    }

    private static int[] Decode(double[] point, int end, NextToken next, int vocabulary)
    {
        VolumeDecoder decoder = new(point);
        double[] probabilities = new double[vocabulary];
        List<int> tokens = [];
        while (tokens.Count < LongestSentence && (tokens.Count == 0 || tokens[^1] != end))
        {
            next(tokens, probabilities);
            tokens.Add(decoder.Next(probabilities));
        }
        return [.. tokens];
    }

    private static string Key(IReadOnlyList<int> tokens) => string.Join(' ', tokens);
}
