using Winnow.Decoding;
using Winnow.Decoding.Beams;
using Winnow.Decoding.Navigation;
using Winnow.Decoding.Speculation;
using Winnow.Numerics;

namespace Winnow.Tests.Decoding;

public sealed class SearchDecoderTests
{
    private const int Vocabulary = 4, End = 3, Steps = 3;

    private static readonly double[] Start = [0.4, 0.3, 0.25, 0.05];

    private static readonly double[][] Transition = [[0.1, 0.49, 0.2, 0.21], [0.43, 0.05, 0.41, 0.11], [0.3, 0.3, 0.1, 0.3]];

    private static readonly TableModel Model = TableModel.Markov(Start, Transition);

    [Fact]
    public void A_beam_as_wide_as_the_tree_finds_the_most_probable_sequences()
    {
        var all = Sequences().OrderByDescending(s => s.Probability).Take(5).ToArray();
        var found = Search(new BeamSearchOptions { Beams = 30, MaxTokens = Steps, LengthPenalty = 0, EndTokens = [End], Stopping = BeamStopping.WhenCertain });
        Assert.Equal(all.Select(s => string.Join(' ', s.Tokens)), found.Take(5).Select(h => string.Join(' ', h.Tokens)));
        Assert.All(all.Zip(found), pair => Assert.Equal(Math.Log(pair.First.Probability), pair.Second.LogProb, 1e-6));
    }

    [Fact]
    public void Stages_of_a_chain_act_in_beam_search()
    {
        var found = Search(new BeamSearchOptions { Beams = 4, MaxTokens = 4, EndTokens = [End], Chain = SamplerChain.Parse("no-repeat-ngram:1") });
        Assert.All(found, h => Assert.Equal(h.Tokens.Length, h.Tokens.Distinct().Count()));
        Assert.All(found, h => Assert.DoesNotContain(0, h.Tokens));
    }

    [Fact]
    public void A_strong_penalty_keeps_groups_apart()
    {
        var options = new BeamSearchOptions { Beams = 3, Groups = 3, MaxTokens = 1 };
        Assert.Equal([0, 0, 0], First(Search(options)));
        Assert.Equal([0, 1, 2], First(Search(options with { DiversityStrength = 5 })));
        Assert.Throws<ArgumentException>(() => Search(options with { Beams = 4 }));

        static int[] First(IEnumerable<BeamHypothesis> found) => [.. found.Select(h => h.Tokens[0]).Order()];
    }

    [Fact]
    public void Stochastic_beams_draw_as_sequential_draws_without_replacement_would()
    {
        var all = Sequences().ToArray();
        double[] weights = [.. all.Select(s => s.Probability)];
        double[] exact = new double[all.Length];
        for (int i = 0; i < all.Length; i++)
        {
            for (int j = i + 1; j < all.Length; j++)
            {
                double both = GumbelTopK.SetProbability(weights, [i, j]);
                exact[i] += both;
                exact[j] += both;
            }
        }
        const int runs = 3000;
        int[] included = new int[all.Length];
        double estimate = 0;
        var index = all.Select((s, i) => (Key: string.Join(' ', s.Tokens), i)).ToDictionary(p => p.Key, p => p.i, StringComparer.Ordinal);
        for (int run = 0; run < runs; run++)
        {
            var drawn = StochasticBeamSearch.Run(Model, [0], 2, Steps, [End], HashedUniforms.For(7, "run", run), TestContext.Current.CancellationToken);
            Assert.Equal(2, drawn.Select(d => string.Join(' ', d.Tokens)).Distinct().Count());
            foreach (DrawnSequence sequence in drawn)
            {
                included[index[string.Join(' ', sequence.Tokens)]]++;
                estimate += sequence.Weight / runs;
            }
        }
        Assert.All(exact.Select((p, i) => (p, i)), e =>
            Assert.True(Math.Abs(included[e.i] / (double)runs - e.p) < 4 * Math.Sqrt(e.p * (1 - e.p) / runs) + 1e-9, $"{e.i}: {included[e.i] / (double)runs} of {e.p}"));
        Assert.Equal(1, estimate, 0.1);
    }

    [Fact]
    public void Sequences_drawn_one_after_another_are_drawn_without_replacement_until_none_is_left()
    {
        var all = Sequences().ToArray();
        Dictionary<string, double> probability = all.ToDictionary(s => string.Join(' ', s.Tokens), s => s.Probability, StringComparer.Ordinal);
        const int runs = 4000;
        Dictionary<(string, string), int> firstTwo = [];
        for (int run = 0; run < runs; run++)
        {
            using UniqueSampler sampler = new(Model, [0], Steps, [End], HashedUniforms.For(9, "run", run));
            string first = string.Join(' ', sampler.Next(TestContext.Current.CancellationToken)!.Tokens);
            UniqueSequence second = sampler.Next(TestContext.Current.CancellationToken)!;
            Assert.Equal(probability[first], second.DrawnBefore, 1e-6);
            (string, string) pair = (first, string.Join(' ', second.Tokens));
            Assert.NotEqual(pair.Item1, pair.Item2);
            firstTwo[pair] = firstTwo.GetValueOrDefault(pair) + 1;
        }
        // Pearson's statistic over all pairs expected at least five times; the rest are one cell.
        double chi = 0, otherExpected = runs, otherSeen = runs;
        int cells = 0;
        foreach (string a in probability.Keys)
        {
            foreach (string b in probability.Keys.Where(b => b != a))
            {
                double expected = runs * probability[a] * probability[b] / (1 - probability[a]);
                if (expected >= 5)
                {
                    int seen = firstTwo.GetValueOrDefault((a, b));
                    chi += (seen - expected) * (seen - expected) / expected;
                    (otherExpected, otherSeen, cells) = (otherExpected - expected, otherSeen - seen, cells + 1);
                }
            }
        }
        chi += (otherSeen - otherExpected) * (otherSeen - otherExpected) / otherExpected;
        Assert.True(chi < cells + 4 * Math.Sqrt(2 * cells), $"{chi} over {cells} cells");

        using UniqueSampler exhausted = new(Model, [0], Steps, [End], new HashedUniforms(4));
        List<string> drawn = [];
        while (exhausted.Next(TestContext.Current.CancellationToken) is { } next)
        {
            Assert.Equal(Math.Log(probability[string.Join(' ', next.Tokens)]), next.LogProb, 1e-4);
            drawn.Add(string.Join(' ', next.Tokens));
        }
        Assert.Equal(all.Length, drawn.Count);
        Assert.Equal(all.Length, drawn.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(1, exhausted.DrawnMass, 1e-6);
    }

    [Theory]
    [InlineData("")]
    [InlineData("temperature:1.3,top-k:3")]
    [InlineData("no-repeat-ngram:2,top-p:0.9")]
    [InlineData("mirostat2:1.2:0.7")]
    public void Speculative_draws_are_distributed_as_the_targets_own(string text)
    {
        SamplerChain chain = SamplerChain.Parse(text);
        TableModel draft = TableModel.Markov([0.25, 0.25, 0.25, 0.25], [[0.3, 0.3, 0.2, 0.2], [0.2, 0.3, 0.4, 0.1], [0.1, 0.2, 0.3, 0.4]]);
        const int runs = 1500;
        Dictionary<string, (int Direct, int Speculative)> counts = new(StringComparer.Ordinal);
        int accepted = 0;
        for (int run = 0; run < runs; run++)
        {
            string direct = string.Join(' ', Direct(chain, run));
            SpeculativeResult result = SpeculativeDecoder.Run(Model, draft, [0], chain, Steps, draftLength: 2, [End], new HashedUniforms(2), run, TestContext.Current.CancellationToken);
            string speculative = string.Join(' ', result.Tokens);
            accepted += result.Accepted;
            counts[direct] = counts.GetValueOrDefault(direct) is var d ? (d.Direct + 1, d.Speculative) : default;
            counts[speculative] = counts.GetValueOrDefault(speculative) is var s ? (s.Direct, s.Speculative + 1) : default;
        }
        double chi = counts.Values.Sum(c => Math.Pow(c.Direct - c.Speculative, 2) / (c.Direct + c.Speculative));
        int freedom = counts.Count - 1;
        // Mean and standard deviation of a chi-square are its degrees of freedom and their double's root; 4 of these are
        // exceeded less than once in a thousand seeds, and the seed is fixed.
        Assert.True(chi < freedom + 4 * Math.Sqrt(2.0 * freedom), $"chi-square {chi} with {freedom} degrees of freedom");
        Assert.True(accepted > 0);
    }

    [Fact]
    public void A_draft_that_agrees_with_the_target_is_always_accepted()
    {
        SpeculativeResult result = SpeculativeDecoder.Run(Model, Model, [0], new SamplerChain(), 40, draftLength: 4, [], new HashedUniforms(3), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(40, result.Tokens.Count);
        Assert.Equal(result.Drafted, result.Accepted);
        Assert.Equal(8, result.Rounds);
    }

    [Fact]
    public void Longer_drafts_pay_where_the_draft_is_cheap_and_right() =>
        Assert.True(SpeculativeSampling.BestDraftLength(0.9, 0.02) > SpeculativeSampling.BestDraftLength(0.5, 0.2));

    [Fact]
    public void Every_sequence_comes_back_from_the_centre_of_its_box()
    {
        VolumeCoder coder = new(Model, dimensions: 2);
        double volume = 0;
        foreach ((int[] tokens, double probability) in Sequences())
        {
            VolumeBox box = coder.Encode([0], tokens);
            Assert.Equal(probability, box.Volume, 1e-6);
            Assert.Equal(tokens, coder.Decode([0], [.. box.Centre], Steps, [End]));
            volume += box.Volume;
        }
        Assert.Equal(1, volume, 1e-6);
    }

    [Fact]
    public void Evenly_spaced_points_give_first_tokens_in_proportion()
    {
        VolumeCoder coder = new(Model, dimensions: 1);
        const int points = 64;
        int[] counts = new int[Vocabulary];
        for (int i = 0; i < points; i++)
        {
            counts[coder.Decode([0], [(i + 0.5) / points], Steps, [End])[0]]++;
        }
        Assert.All(counts.Zip(Start), c => Assert.True(Math.Abs(c.First - points * c.Second) <= 1, $"{c.First} of {points * c.Second}"));
    }

    [Fact]
    public void Points_that_are_read_side_by_side_are_read_as_each_alone()
    {
        VolumeCoder coder = new(Model, dimensions: 2);
        double[][] points = SpaceFilling.ShiftedLattice(17, [0.3, 0.8]);
        IReadOnlyList<int>[] together = coder.Decode([0], points, Steps, [End], TestContext.Current.CancellationToken);
        Assert.All(points.Zip(together), pair => Assert.Equal(coder.Decode([0], pair.First, Steps, [End]), pair.Second));
        Assert.Throws<ArgumentException>(() => coder.Decode([0], [[0.5]], Steps, [End], TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_point_that_has_no_bits_left_says_so()
    {
        VolumeDecoder decoder = new([0.4]);
        var error = Assert.Throws<InvalidOperationException>(() =>
        {
            for (int i = 0; i < 60; i++)
            {
                decoder.Next([0.5, 0.5]);
            }
        });
        Assert.Contains("more than 1 dimensions", error.Message);
    }

    [Fact]
    public void A_box_that_gets_too_narrow_is_refused_with_the_remedy()
    {
        VolumeEncoder encoder = new(1);
        var error = Assert.Throws<ArgumentException>(() =>
        {
            for (int i = 0; i < 60; i++)
            {
                encoder.Narrow([0.5, 0.5], 1);
            }
        });
        Assert.Contains("Use more than 1 dimensions", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Contrastive_search_is_greedy_at_zero_and_turns_away_from_what_was_said_above()
    {
        // Token 0 is always the likeliest; each token has its own direction.
        TableModel model = new(3, _ => [2f, 1f, 0f], tokens => tokens[^1] switch { 0 => [1f, 0f, 0f], 1 => [0f, 1f, 0f], _ => [0f, 0f, 1f] });
        Assert.Equal([0, 0, 0], ContrastiveSearch.Run(model, [0], 0, 3, 3, [], TestContext.Current.CancellationToken).Tokens);
        Assert.Equal([1, 2], ContrastiveSearch.Run(model, [0], 0.9, 3, 2, [], TestContext.Current.CancellationToken).Tokens);
    }

    [Fact]
    public void Navigation_starts_every_answer_with_a_token_of_its_own()
    {
        TableModel model = new(6, tokens => tokens.Count >= 4 ? [0f, 0f, 0f, 0f, 0f, 9f] : [5f, 4f, 3f, 2f, 1f, -9f]);
        var answers = VocabularyNavigator.Run(model, "name a letter", "a", new NavigationOptions { Runs = 2, AnswersPerRun = 2, MaxTokens = 3 }, TestContext.Current.CancellationToken);
        Assert.Equal([0, 1, 2, 3], answers.Select(a => a.FirstToken));
        Assert.Equal([0, 0, 1, 1], answers.Select(a => a.Run));
        Assert.All(answers, a => Assert.Equal((char)('a' + a.FirstToken), a.Text[0]));
    }

    [Fact]
    public async Task A_chat_model_is_asked_again_for_an_answer_whose_first_word_was_used()
    {
        string[] script = ["Paris is one", "paris!", "Rome", "Rome again", "rome", "Oslo"];
        using ScriptedChatClient client = new((request, _) => ScriptedChatClient.Text(script[Math.Min(request, script.Length - 1)]));
        var answers = await ChatNavigator.RunAsync(client, "Name a capital.", new ChatNavigationOptions { Answers = 4, Retries = 1 }, TestContext.Current.CancellationToken);
        Assert.Equal(["Paris is one", "Rome", "", "Oslo"], answers.Select(a => a.Text));
        Assert.Equal([1, 2, 2, 1], answers.Select(a => a.Calls));
        Assert.Equal([true, true, false, true], answers.Select(a => a.IsNew));
    }

    private static IReadOnlyList<BeamHypothesis> Search(BeamSearchOptions options) => BeamSearch.Run(Model, [0], options, TestContext.Current.CancellationToken);

    private static List<int> Direct(SamplerChain chain, int run)
    {
        SamplerRow row = chain.Open([0]);
        SamplerWorkspace workspace = new();
        using var session = Model.Open(new() { MaxRows = 1 });
        session.Add([0]);
        while (row.Tokens.Length <= Steps)
        {
            SampledToken drawn = chain.Draw(session.Logits(0, row.Tokens.Length - 1), row, new StepContext(row.Tokens, 1, new HashedUniforms(1), slot: run), workspace);
            row.Accept(drawn.Token);
            if (drawn.Token == End)
            {
                break;
            }
            session.Forward(new([0], [1], [drawn.Token]), Winnow.Models.Read.LastLogits);
        }
        return [.. row.Tokens[1..]];
    }

    private static IEnumerable<(int[] Tokens, double Probability)> Sequences(int[]? prefix = null, double probability = 1)
    {
        prefix ??= [];
        double[] next = prefix.Length == 0 ? Start : Transition[prefix[^1]];
        for (int token = 0; token < Vocabulary; token++)
        {
            int[] tokens = [.. prefix, token];
            double p = probability * next[token];
            if (token == End || tokens.Length == Steps)
            {
                yield return (tokens, p);
            }
            else
            {
                foreach (var longer in Sequences(tokens, p))
                {
                    yield return longer;
                }
            }
        }
    }
}
