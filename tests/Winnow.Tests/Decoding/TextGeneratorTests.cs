using Winnow.Decoding;
using Winnow.Decoding.Constraints;
using Winnow.Decoding.Generation;
using Winnow.Numerics;

namespace Winnow.Tests.Decoding;

public sealed class TextGeneratorTests
{
    private static readonly ByteVocabulary Bytes = new("stop", "top", "é!");

    [Fact]
    public void A_sample_is_the_same_alone_and_among_others()
    {
        TableModel model = TableModel.Markov([0.3, 0.3, 0.3, 0.1], [[0.2, 0.4, 0.3, 0.1], [0.3, 0.3, 0.3, 0.1], [0.5, 0.2, 0.2, 0.1]]);
        GenerationOptions options = new() { MaxTokens = 12, Chain = SamplerChain.Parse("temperature:1.2,mirostat2:1.5:0.5") };
        var alone = Run(model, options);
        var among = Run(model, options with { Samples = 5 });
        Assert.Equal(alone[0].Tokens, among[0].Tokens);
        Assert.Equal(5, among.Count);
        Assert.True(among.Select(s => s.Text).Distinct().Count() > 1);
        Assert.All(among, s => Assert.Equal(s.Finish == FinishReason.EndToken, s.Tokens[^1] == 3));
        Assert.All(among, s => Assert.Equal(s.Tokens.Length, s.LogProbs.Length));
    }

    [Fact]
    public void Prompts_drawn_from_together_give_what_each_gives_alone()
    {
        TableModel model = TableModel.Markov([0.3, 0.3, 0.3, 0.1], [[0.2, 0.4, 0.3, 0.1], [0.3, 0.3, 0.3, 0.1], [0.5, 0.2, 0.2, 0.1]]);
        GenerationOptions options = new() { MaxTokens = 12, Samples = 3, Chain = SamplerChain.Parse("temperature:1.2,mirostat2:1.5:0.5") };
        int[][] prompts = [[0], [0, 1, 2], [0, 2], [0, 1]];
        var together = TextGenerator.RunAll(model, prompts, options, p => new HashedUniforms((ulong)p), TestContext.Current.CancellationToken);
        Assert.Equal(prompts.Length, together.Count);
        for (int p = 0; p < prompts.Length; p++)
        {
            var alone = TextGenerator.Run(model, prompts[p], options, new HashedUniforms((ulong)p), TestContext.Current.CancellationToken);
            Assert.Equal(alone.Select(s => string.Join(' ', s.Tokens)), together[p].Select(s => string.Join(' ', s.Tokens)));
            Assert.Equal(alone.Select(s => s.Finish), together[p].Select(s => s.Finish));
        }
        Assert.Empty(TextGenerator.RunAll(model, [], options, p => new HashedUniforms((ulong)p), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Log_probabilities_are_the_models_own_and_those_after_the_chain()
    {
        TableModel model = new(3, _ => [0, MathF.Log(2), MathF.Log(3)]);
        GeneratedSample sample = Run(model, new GenerationOptions { MaxTokens = 1, Chain = SamplerChain.Parse("top-k:1") })[0];
        Assert.Equal(2, sample.Tokens[0]);
        Assert.Equal(Math.Log(0.5), sample.LogProbs[0], 1e-6);
        Assert.Equal(0, sample.ChainLogProbs[0], 1e-6);
    }

    [Theory]
    [InlineData("abc stop def", "abc ")]
    [InlineData("abst stopx", "abst ")]
    [InlineData("ends with sto", "ends with sto")]
    [InlineData("stop", "")]
    public void A_stop_string_ends_the_text_before_it_wherever_tokens_are_cut(string said, string expected)
    {
        var tokens = Run(Saying(said), new GenerationOptions { MaxTokens = said.Length, StopStrings = ["stop", "halt"], Chain = SamplerChain.Parse("top-k:1") })[0];
        Assert.Equal(expected, tokens.Text);
        Assert.Equal(expected == said ? FinishReason.MaxTokens : FinishReason.StopString, tokens.Finish);
    }

    [Fact]
    public void Text_that_may_become_a_stop_string_or_half_a_character_is_held_back()
    {
        const string said = "xstéy";
        string[] chunks = [.. TextGenerator.Stream(Saying(said), [32], new GenerationOptions { MaxTokens = 6, StopStrings = ["stop"], Chain = SamplerChain.Parse("top-k:1") }, new HashedUniforms(1), TestContext.Current.CancellationToken).Select(t => t.Text)];
        Assert.Equal(["x", "", "", "", "sté", "y"], chunks);
    }

    [Fact]
    public void Candidates_are_reported_where_asked_for()
    {
        GenerationOptions options = new() { MaxTokens = 2, ReportedCandidates = 3, Chain = SamplerChain.Parse("top-k:2,temperature:0.5") };
        var tokens = TextGenerator.Stream(new TableModel(4, _ => [1, 2, 3, -9]), [0], options, new HashedUniforms(1), TestContext.Current.CancellationToken).ToArray();
        Assert.All(tokens, t => Assert.Equal(["model", "top-k:2", "temperature:0.5"], t.Stages!.Select(s => s.Stage)));
        Assert.All(tokens, t => Assert.Equal([3, 2, 2], t.Stages!.Select(s => s.Top.Count)));
    }

    [Fact]
    public void Constrained_text_is_in_the_language()
    {
        TokenConstraint constraint = new(Grammar.FromJsonSchema("""{"type":"object","properties":{"ok":{"type":"boolean"}},"required":["ok"]}"""), Bytes);
        TableModel model = new(Bytes.Size, _ => new float[Bytes.Size], vocabulary: Bytes);
        var samples = Run(model, new GenerationOptions { Samples = 4, MaxTokens = 200, Chain = new SamplerChain(new ConstrainedTo(constraint)) });
        Assert.All(samples.Where(s => s.Finish == FinishReason.EndToken), s => Assert.True(constraint.Grammar.Matches(s.Text), s.Text));
        Assert.Contains(samples, s => s.Finish == FinishReason.EndToken);
    }

    [Fact]
    public void A_prompt_that_leaves_no_room_is_refused() =>
        Assert.Throws<ArgumentException>(() => Run(new TableModel(3, _ => new float[3]), new GenerationOptions(), new int[4096]));

    private static TableModel Saying(string text)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        return new TableModel(Bytes.Size, tokens =>
        {
            float[] logits = new float[Bytes.Size];
            logits[bytes[Math.Min(tokens.Count - 1, bytes.Length - 1)]] = 9;
            return logits;
        }, vocabulary: Bytes);
    }

    private static IReadOnlyList<GeneratedSample> Run(TableModel model, GenerationOptions options, int[]? prompt = null) =>
        TextGenerator.Run(model, prompt ?? [0], options, new HashedUniforms(3), TestContext.Current.CancellationToken);
}
