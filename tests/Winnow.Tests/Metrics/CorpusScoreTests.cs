using CsCheck;
using Winnow.Decoding;
using Winnow.Inference;
using Winnow.Inference.Embeddings;
using Winnow.Metrics;
using Winnow.Metrics.Corpora;
using Winnow.Metrics.Tokenizers;
using Winnow.Models;
using Winnow.Numerics;
using Winnow.Tests.Cli;

namespace Winnow.Tests.Metrics;

public sealed class CorpusScoreTests
{
    private static readonly string[] Words = ["a", "b", "cat", "dog", "runs", "far", "away."];

    private static readonly Gen<string> Text = Gen.OneOf([.. Words.Select(Gen.Const)]).Array[1, 12].Select(words => string.Join(' ', words));

    private static IEnumerable<string> NeedNoModel => TextMetrics.Names.Except(TextMetrics.OfEncoders.Concat(TextMetrics.OfModels));

    public static TheoryData<string> CorpusMetrics => [.. NeedNoModel.Where(name => TextMetrics.Corpus(name, new TextMetricSettings()) is not null)];

    [Theory]
    [MemberData(nameof(CorpusMetrics))]
    public void A_corpus_equal_to_its_references_has_the_best_score(string name)
    {
        ICorpusMetric metric = TextMetrics.Corpus(name, new TextMetricSettings())!;
        string[] texts = ["the cat sat on the mat", "a dog runs far away from here", "nobody saw what happened then"];
        CorpusScore score = CorpusScore.Of(metric, metric.Rows(texts, metric.NeedsReferences ? [texts] : []), new HashedUniforms(1), 50);
        double best = name switch { "ter" => 0, "length-ratio" => 1, "rep-2" or "rep-3" or "rep-4" => 0, _ => 100 };
        Assert.Equal(best, score.Score, name == "meteor" ? 1 : 1e-9);
        Assert.InRange(score.Score, score.Low - 1e-9, score.High + 1e-9);
    }

    [Fact]
    public void Sums_of_rows_give_the_score_of_the_corpus() =>
        Gen.Select(Text, Text, Text).Array[1, 8].Sample(rows =>
        {
            string[] texts = [.. rows.Select(r => r.Item1)];
            string[][] references = [[.. rows.Select(r => r.Item2)], [.. rows.Select(r => r.Item3)]];
            var bleu = new Bleu(new BleuOptions { Tokenizer = WhitespaceTokenizer.Instance });
            Assert.Equal(bleu.Corpus(texts, references).Score, CorpusScore.Of(bleu, bleu.Rows(texts, references), new HashedUniforms(1), 0).Score, 1e-9);
            var chrf = new Chrf();
            Assert.Equal(chrf.Corpus(texts, references), CorpusScore.Of(chrf, chrf.Rows(texts, references), new HashedUniforms(1), 0).Score, 1e-9);
        }, iter: 200);

    [Fact]
    public void The_interval_of_a_mean_is_that_of_the_normal_approximation()
    {
        var metric = new AnswerMean(isExact: true);
        string[] texts = [.. Enumerable.Range(0, 400).Select(i => i % 4 == 0 ? "right" : "wrong")];
        string[] references = [.. Enumerable.Repeat("right", 400)];
        CorpusScore score = CorpusScore.Of(metric, metric.Rows(texts, [references]), new HashedUniforms(3), 4000);
        double half = 100 * 1.96 * Math.Sqrt(0.25 * 0.75 / 400);
        Assert.Equal(25, score.Score, 1e-9);
        Assert.InRange(score.Low, 25 - 1.1 * half, 25 - 0.9 * half);
        Assert.InRange(score.High, 25 + 0.9 * half, 25 + 1.1 * half);
    }

    [Fact]
    public void A_system_does_not_differ_from_itself_and_a_much_better_one_does()
    {
        var metric = new AnswerMean(isExact: true);
        string[] references = [.. Enumerable.Repeat("right", 60)];
        double[][] half = metric.Rows([.. Enumerable.Range(0, 60).Select(i => i % 2 == 0 ? "right" : "wrong")], [references]);
        double[][] all = metric.Rows(references, [references]);
        CorpusDifference same = CorpusDifference.Of(metric, half, half, new HashedUniforms(1), 200, 500);
        CorpusDifference better = CorpusDifference.Of(metric, all, half, new HashedUniforms(1), 200, 500);
        Assert.Equal((0.0, 1.0, 1.0), (same.Difference, same.PRandomization, same.PBootstrap));
        Assert.Equal(50, better.Difference, 1e-9);
        Assert.True(better.Low > 30);
        Assert.Equal(1.0 / 501, better.PRandomization, 1e-12);
        Assert.Equal(1.0 / 201, better.PBootstrap, 1e-12);
    }

    [Fact]
    public void The_randomization_test_is_rarely_wrong_where_nothing_differs()
    {
        // 300 pairs of systems that answer at random with one rate: p at most 0.05 in 5 % of them, so 15 ± 4.1; five standard deviations are 36.
        var metric = new AnswerMean(isExact: true);
        HashedUniforms uniforms = new(9);
        string[] references = [.. Enumerable.Repeat("right", 40)];
        int rejected = 0;
        for (int run = 0; run < 300; run++)
        {
            double[][] Rows(string system) => metric.Rows([.. Enumerable.Range(0, 40).Select(i => uniforms.Next(system, run, i, 0) < 0.5 ? "right" : "wrong")], [references]);
            rejected += CorpusDifference.Of(metric, Rows("a"), Rows("b"), HashedUniforms.For(5, "test", run), 1, 200).PRandomization <= 0.05 ? 1 : 0;
        }
        Assert.InRange(rejected, 1, 36);
    }

    [Theory]
    [InlineData("The Cat, sat!", "cat sat", 100, 100)]
    [InlineData("a cat sat down", "the cat sat", 0, 80)]
    [InlineData("the a an", "", 100, 100)]
    [InlineData("the a an", "cat", 0, 0)]
    [InlineData("cat cat cat", "cat dog", 0, 40)]
    public void Answers_are_compared_as_in_SQuAD(string text, string reference, double exact, double f1)
    {
        Assert.Equal(exact, Score(new AnswerMean(isExact: true)), 1e-9);
        Assert.Equal(f1, Score(new AnswerMean(isExact: false)), 1e-9);

        double Score(AnswerMean metric) => metric.ScoreOf(metric.Rows([text], [[reference]])[0]);
    }

    [Fact]
    public void Collections_are_scored_as_a_whole()
    {
        string[] texts = ["a b a b", "a b c d"];
        TextMetricSettings settings = new() { Tokenizer = WhitespaceTokenizer.Instance };
        Assert.Equal(100.0 * 4 / 8, TextMetrics.Collection("distinct-1", settings)!.Score(texts), 1e-9);
        Assert.Equal(100.0 * 4 / 6, TextMetrics.Collection("distinct-2", settings)!.Score(texts), 1e-9);
        Assert.Equal(SelfBleu.Of(texts, new BleuOptions { Tokenizer = WhitespaceTokenizer.Instance, EffectiveOrder = true }).Mean, TextMetrics.Collection("self-bleu", settings)!.Score(texts), 1e-9);
        Assert.Equal(ZipfCoefficient.Of([3, 3, 1, 1]), TextMetrics.Collection("zipf", settings)!.Score(texts), 1e-9);
    }

    [Fact]
    public void Contextual_embeddings_find_a_paraphrase_closer_than_another_text()
    {
        using EncoderEmbedder encoder = EncoderEmbedder.Load(SharedFolder.FindOrSkip(Path.Combine("models", "all-minilm-l6-v2")));
        foreach (bool weighs in (bool[])[false, true])
        {
            var metric = new BertScore(encoder, weighs);
            string[] references = ["The cat sat on the mat.", "It rained all day."];
            double Score(params string[] texts) => CorpusScore.Of(metric, metric.Rows(texts, [references]), new HashedUniforms(1), 0).Score;
            Assert.Equal(100, Score(references), 1e-3);
            double paraphrase = Score("A cat was sitting on a mat.", "The rain did not stop all day.");
            Assert.InRange(paraphrase, Score("Prices of crude oil rose sharply.", "She sold seven old bicycles.") + 10, 99);
            Assert.Contains("model:all-minilm-l6-v2|layer:last", metric.Signature(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_name_makes_one_kind_of_metric_with_a_signature()
    {
        foreach (string name in NeedNoModel)
        {
            ICorpusMetric? corpus = TextMetrics.Corpus(name, new TextMetricSettings());
            ICollectionMetric? collection = TextMetrics.Collection(name, new TextMetricSettings());
            Assert.NotEqual(corpus is null, collection is null);
            Assert.Equal(corpus?.NeedsReferences == true, TextMetrics.OfReferences.Contains(name));
            Assert.Matches(@"^nrefs:\d\|.*\|version:winnow-\d", corpus?.Signature(corpus.NeedsReferences ? 1 : 0) ?? collection!.Signature);
        }
        foreach (string name in TextMetrics.OfEncoders.Concat(TextMetrics.OfModels))
        {
            Assert.Contains(name, TextMetrics.Names);
            Assert.Contains("needs", Assert.Throws<ArgumentException>(() =>
                (object?)TextMetrics.Corpus(name, new TextMetricSettings()) ?? TextMetrics.Comparison(name, new TextMetricSettings())).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Words_met_before_are_read_as_they_were_split_the_first_time()
    {
        string[] pieces = [" ", " ", "  ", "\t", "\n", "a", "b.", ".5", "5,000", "-", "3-4", "x-\n", "&amp;lt;", "&", "<skipped>", "'s", "(", "…", "\u00a0", "😀", "A,B"];
        Gen.OneOf([.. pieces.Select(Gen.Const)]).Array[0, 15].Array[1, 6].Sample(rows =>
        {
            foreach (TextTokenizer tokenizer in TextTokenizer.ByName.Values)
            {
                var reader = new SegmentReader(tokenizer, lowercase: false);
                var ids = new TokenIds();
                int[] buffer = [];
                foreach (string text in rows.Select(row => string.Concat(row)))
                {
                    // Ids are given in the order of appearance by both.
                    Assert.Equal(ids.Of(tokenizer.Tokenize(text.TrimEnd())), reader.Read(text, ref buffer).ToArray());
                }
            }
        }, iter: 2000);
    }

    [Fact]
    public void Surprise_is_that_of_the_model_whatever_the_window()
    {
        using var folder = new TinyModelFolder();
        using DecoderModel model = DecoderModel.Load(folder.Path);
        string text = "a text of some length, of which a model knows nothing";
        double[] whole = new TextSurprisals(model).Of(text);
        int[] tokens = model.Vocabulary.Encode(text, addSpecialTokens: true);
        Assert.Equal(tokens.Length - 1, whole.Length);
        using ISession session = model.Open(new SessionOptions { MaxRows = 1 });
        for (int i = 1; i < tokens.Length; i++)
        {
            int row = session.Add(tokens.AsSpan(0, i));
            Assert.Equal(-TokenSampler.LogProb(session.Logits(row, i - 1), tokens[i]), whole[i - 1], 1e-4);
            session.Reorder([]);
        }
        var windowed = new TextSurprisals(model, window: 16);
        double[] parts = windowed.Of(text);
        Assert.Equal(whole.Length, parts.Length);
        Assert.Equal(whole[..15], parts[..15]);
        Assert.Empty(windowed.Of(""));
        string[] texts = [text, "", "another"];
        double[] all = [.. windowed.Of(texts, TestContext.Current.CancellationToken).SelectMany(t => t)];
        Perplexity expected = Perplexity.Of(Array.ConvertAll(all, nats => -nats));
        double Score(SurpriseKind kind)
        {
            var metric = new ModelSurprise(windowed, kind);
            return CorpusScore.Of(metric, metric.Rows(texts, []), new HashedUniforms(1), 0).Score;
        }
        Assert.Equal(expected.Value, Score(SurpriseKind.Perplexity), 1e-6 * expected.Value);
        Assert.Equal(expected.BitsPerToken, Score(SurpriseKind.BitsPerToken), 1e-9);
        Assert.Equal(expected.DeviationNats / Math.Log(2), Score(SurpriseKind.DeviationOfBits), 1e-9);
        Assert.Equal(expected.BitsPerByte(text.Length + "another".Length), Score(SurpriseKind.BitsPerByte), 1e-9);
        Assert.Throws<ArgumentException>(() => new ModelSurprise(windowed, SurpriseKind.Perplexity).Rows([""], []));
    }

    [Fact]
    public void Collections_are_compared_as_wholes()
    {
        using TextEmbedder encoder = TextEmbedder.Load(SharedFolder.FindOrSkip(Path.Combine("models", "all-minilm-l6-v2")));
        string[] animals = [.. Enumerable.Range(0, 24).Select(i => $"The {Words[i % 4]} number {i} ran over the field.")];
        string[] others = [.. Enumerable.Range(24, 24).Select(i => $"The {Words[i % 4]} number {i} ran over the field.")];
        string[] prices = [.. Enumerable.Range(0, 30).Select(i => $"Oil cost {i} dollars a barrel in 19{i + 50}.")];
        ICollectionComparison mauve = TextMetrics.Comparison("mauve", new TextMetricSettings { Encoder = encoder })!;
        double close = mauve.Score(animals, others), far = mauve.Score(animals, prices);
        Assert.InRange(close, far + 30, 100);
        Assert.Contains("model:all-minilm-l6-v2|pool:mean", mauve.Signature, StringComparison.Ordinal);
    }
}
