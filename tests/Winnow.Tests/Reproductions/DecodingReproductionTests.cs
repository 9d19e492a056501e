using Winnow.Decoding.Generation;
using Winnow.Decoding.Stages;
using Winnow.Embedded;
using Winnow.Metrics.Checklists;
using Winnow.Models;
using Winnow.Reproductions;
using Winnow.Tasks;

namespace Winnow.Tests.Reproductions;

/// <summary>The parts that the decoding papers' claims are measured with.</summary>
public sealed class DecodingReproductionTests
{
    [Fact]
    public void The_question_grammar_knows_its_sentences_and_no_others()
    {
        QuestionGrammar grammar = new();
        Assert.InRange(grammar.Sentences.Count, 2_000, 5_000);
        Assert.Equal(grammar.Sentences.Count, grammar.Sentences.Select(s => string.Join(' ', s)).Distinct(StringComparer.Ordinal).Count());
        Assert.All(grammar.Sentences, s => Assert.True(s[^1] == grammar.End && s.Length <= 11 && grammar.Contains(s)));
        Assert.False(grammar.Contains(grammar.Sentences[0][..^1]));
        Assert.False(grammar.Contains([grammar.End]));
        double[] p = new double[grammar.VocabularySize];
        grammar.Admitted([], p);
        Assert.Equal(1, p.Sum(), 12);
        Assert.Throws<ArgumentException>(() => grammar.Admitted([grammar.End], p));
    }

    [Fact]
    public void A_trigram_model_is_a_distribution_that_prefers_what_it_saw()
    {
        TrigramModel model = new([[0, 1, 2, 4], [0, 1, 3, 4], [0, 1, 2, 4]], vocabulary: 5);
        double[] p = new double[5];
        foreach (int[] context in (int[][])[[], [0], [0, 1], [3, 3], [4]])
        {
            model.Probabilities(context, p);
            Assert.Equal(1, p.Sum(), 12);
        }
        model.Probabilities([0, 1], p);
        Assert.InRange(p[2], 0.6, 0.7);
        Assert.True(p[0] > 0, "what was never seen here keeps a little");
    }

    [Fact]
    public void A_Zipf_source_has_the_surprise_that_Mirostat_is_asked_for()
    {
        ZipfSource source = new(1.2, tokens: 2_000);
        Assert.Equal(source.FeasibleTarget, source.MeanSurprise(new MirostatV2(source.FeasibleTarget, 1), steps: 400, seed: 1, run: 0), 0.05);
    }

    [Fact]
    public void Matching_meets_the_wanted_surprise_between_two_members()
    {
        PromptSamples Sample(double bits, params int[] tokens) => new([0], [new GeneratedSample("", [.. tokens], [.. tokens.Select(_ => -bits * Math.Log(2))], [], FinishReason.MaxTokens)]);
        PromptSamples[][] family = [[Sample(3, 1, 2, 3, 4, 5)], [Sample(1, 1, 1, 1, 1, 1)]];
        (double[] values, double reached) = MatchedSurprise.Measure(family, 1.5, p => p.Surprise);
        Assert.Equal(1.5, values[0], 1e-9);
        Assert.Equal(1.5, reached, 1e-9);
        Assert.Equal(3, MatchedSurprise.Measure(family, 9, p => p.Surprise).Reached, 1e-9);
        Assert.Equal(1, MatchedSurprise.Measure(family, 0, p => p.Surprise).Reached, 1e-9);
        Assert.Equal(0, family[0][0].Repetition);
        Assert.Equal((3.0 / 4 + 2.0 / 3 + 1.0 / 2) / 3, family[1][0].Repetition, 1e-9);
        Assert.Equal(0, family[0][0].Slope(1), 1e-9);
    }

    [Fact]
    public void Text_goes_on_behind_the_end_and_its_own_model_agrees_on_its_surprise()
    {
        using ILanguageModel model = EmbeddedModels.Load();
        TaskSet task = EmbeddedTasks.Load();
        OpenEndedSetting setting = new(model, null, [.. task.Problems.Take(2).Select(p => p.Prompt)], IsWriter: false);
        PromptSamples[] drawn = OpenEndedText.Draw(setting, [new Typical(0.9)], new OpenEndedSize(2, 2, 60), 1, TestContext.Current.CancellationToken);
        Assert.All(drawn.SelectMany(p => p.Samples), s => Assert.Equal(60, s.Tokens.Length));
        Assert.All(drawn, p => Assert.Equal(p.Surprise, p.SurpriseUnder(model), 1e-4));
    }

    [Fact]
    public void A_model_of_lists_names_members_and_leaves_out_what_is_listed()
    {
        ListWorld world = new(3, TestContext.Current.CancellationToken);
        int right = 0;
        for (int category = 0; category < ListWorld.CategoryCount; category++)
        {
            float[] empty = world.Logits(category, []);
            int best = Array.IndexOf(empty, empty.Max());
            right += world.IsMember(category, best) ? 1 : 0;
            float[] listed = world.Logits(category, [best]);
            Assert.NotEqual(best, Array.IndexOf(listed, listed.Max()));
        }
        Assert.InRange(right, 16, 20);
    }

    [Fact]
    public void The_checklist_has_five_tasks_and_nine_challenges_and_each_says_something()
    {
        Assert.Equal(5, GenerationTask.All.Count);
        Assert.Equal(9, GenerationChallenge.All.Count);
        Assert.All(GenerationTask.All, t => Assert.True(t.Quality.Count > 0 && t.Diversity.Count > 0 && t.Faithfulness.Count > 0 && t.Pitfalls.Count > 0 && t.Forms.Count > 1));
        Assert.All(GenerationChallenge.All, c => Assert.NotEmpty(c.Questions));
        Assert.Same(GenerationTask.All[2], GenerationTask.Find("translation"));
        Assert.Null(GenerationTask.Find("poetry"));
    }

    [Fact]
    public void Volume_coding_holds_its_claims_on_the_grammar()
    {
        ArielClaims claims = new(_ => throw new InvalidOperationException("The grammar needs no model."));
        IReadOnlyList<ClaimResult> results = claims.OnGrammar(points: 2_000, repeats: 60, TestContext.Current.CancellationToken);
        Assert.Equal(7, results.Count);
        Assert.All(results, r => Assert.True(r.IsAsExpected, $"{r.Metric}: {r.Measured}"));
    }
}
