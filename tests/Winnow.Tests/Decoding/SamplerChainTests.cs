using System.Diagnostics;
using Winnow.Decoding;
using Winnow.Decoding.Stages;
using Winnow.Numerics;

namespace Winnow.Tests.Decoding;

public sealed class SamplerChainTests
{
    [Theory]
    [InlineData("typical:0.95,temperature:0.8")]
    [InlineData("penalties:repeat=1.1:presence=0.5:last=32,dry:0.8:breaker=13+5:breaker=7,top-k:40,top-p:0.9:min-keep=2,xtc:0.5:0.2:protected=2+3")]
    [InlineData("logit-bias:5=-100:9=2,sequence-bias:1+2=-inf,no-repeat-ngram:3,no-repeat-prompt-ngram:2,min-new-tokens:4:end=0+1")]
    [InlineData("sanitize,log-softmax,repetition-penalty:1.2:last=64:scope=2:ignore-prefix=3:normalised=1,eta:0.001,epsilon:0.0003,top-n-sigma:1.5")]
    [InlineData("temperature:0.9,mirostat2:5:0.1:renormalised=1:mu=8")]
    [InlineData("mirostat1:3:1:head=50:floor=1")]
    [InlineData("allowed:3+4+9,min-length:9:end=4,forced-first:3,forced-last:4:20,end-boost:5:1.1:4")]
    [InlineData("top-h:0.4:cap=50,p-less,dynamic-temperature:1:0.5:exponent=2")]
    [InlineData("encoder-repetition-penalty:1.5,min-p:0.05,adaptive-p:0.3:0.8")]
    [InlineData("")]
    public void A_chain_prints_what_it_was_read_from(string text)
    {
        SamplerChain chain = SamplerChain.Parse(text);
        Assert.Equal(text, chain.ToString());
        Assert.Equal(chain, SamplerChain.Parse(chain.ToString()));
    }

    [Theory]
    [InlineData("llama", "top-k:40,top-p:0.95,min-p:0.05,temperature:0.8")]
    [InlineData("llama:temperature=1:typical=0.5", "top-k:40,typical:0.5,top-p:0.95,min-p:0.05")]
    [InlineData("hf:temperature=0.7:top-p=0.9", "temperature:0.7,top-k:50,top-p:0.9")]
    [InlineData("vllm:min-p=0.1:temperature=1.5:top-k=20", "temperature:1.5,min-p:0.1,top-k:20")]
    [InlineData("openai:top-p=0.9:temperature=0.5", "temperature:0.5,top-p:0.9")]
    [InlineData("winnow:temperature=1.5", "min-p:0.05,temperature:1.5")]
    public void A_preset_puts_its_settings_in_its_own_order(string text, string chain) =>
        Assert.Equal(chain, SamplerChain.Parse(text).ToString());

    [Theory]
    [InlineData("top-q:0.9", "stage 1 is \"top-q\", which is not known")]
    [InlineData("top-k:40,top-p", "stage 2: P is missing. It is written top-p:P[:min-keep=1].")]
    [InlineData("top-k:many", "\"many\" for K is not a whole number")]
    [InlineData("top-p:0.9:tau=3", "\"tau=3\" is not one of its settings")]
    [InlineData("top-p:1.4", "P is 1.4; it must lie in [0, 1]")]
    [InlineData("min-p:0.05,llama", "\"llama\" is a preset and stands alone")]
    [InlineData("openai:min-p=0.1", "The preset \"openai\" has no place for min-p")]
    [InlineData("min-new-tokens:3", "it needs the end token, and the model names none: add end=ID")]
    [InlineData("temperature:0,top-p:0.9", "\"top-p:0.9\" can never act where it stands: \"temperature:0\" leaves one token only")]
    [InlineData("top-k:40,top-p:0.9,top-k:50", "\"top-k:50\" can never act where it stands: \"top-k:40\" leaves no more than 40 tokens")]
    [InlineData("min-p:0.1,top-k:5,min-p:0.05", "\"min-p:0.05\" can never act where it stands")]
    [InlineData("adaptive-p:0.3,temperature:2", "adaptive-p replaces the logits and must be last")]
    [InlineData("temperature:2,sanitize", "\"sanitize\" can never act where it stands")]
    public void A_chain_that_cannot_be_is_refused_with_the_reason(string text, string reason)
    {
        var error = Assert.Throws<FormatException>(() => SamplerChain.Parse(text));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Neutral_stages_are_dropped_and_stages_between_which_logits_change_may_repeat()
    {
        Assert.Equal("top-k:5", new SamplerChain(new TopP(1), new Temperature(1), new TopK(5), new MinP(0), new Xtc(0)).ToString());
        Assert.Equal(3, new SamplerChain(new MinP(0.1), new Temperature(2), new MinP(0.05)).Stages.Count);
    }

    [Fact]
    public void The_end_tokens_of_the_model_serve_stages_that_name_none() =>
        Assert.Equal("min-new-tokens:3:end=7", SamplerChain.Parse("min-new-tokens:3", 7).ToString());

    [Fact]
    public void A_stage_that_leaves_nothing_is_named()
    {
        SamplerChain chain = SamplerChain.Parse("logit-bias:0=-inf:1=-inf");
        var error = Assert.Throws<NoCandidateException>(() => Draw(chain, chain.Open([]), [1f, 2f], 0));
        Assert.Equal("logit-bias:0=-inf:1=-inf", error.Stage);
    }

    [Fact]
    public void A_bias_of_a_token_that_does_not_exist_is_refused()
    {
        SamplerChain chain = SamplerChain.Parse("logit-bias:9=1");
        Assert.Throws<ArgumentException>(() => Draw(chain, chain.Open([]), [1f, 2f], 0));
    }

    [Fact]
    public void Each_stage_reports_what_it_kept()
    {
        SamplerChain chain = SamplerChain.Parse("top-k:3,temperature:0.5");
        CandidateReport report = new(top: 2);
        SamplerRow row = chain.Open([]);
        float[] logits = [0, MathF.Log(2), MathF.Log(3), MathF.Log(4)];
        chain.Draw(logits, row, new StepContext(row.Tokens, 0, new HashedUniforms(1)), new SamplerWorkspace(), report);
        Assert.Equal(["model", "top-k:3", "temperature:0.5"], report.Stages.Select(s => s.Stage));
        Assert.Equal([4, 3, 3], report.Stages.Select(s => s.Kept));
        Assert.Equal([3, 2], report.Stages[0].Top.Select(t => t.Token));
        Assert.Equal(0.4, report.Stages[0].Top[0].Probability, 6);
        Assert.Equal(4.0 / 9, report.Stages[1].Top[0].Probability, 6);
        Assert.Equal(16.0 / 29, report.Stages[2].Top[0].Probability, 6);
    }

    [Theory]
    [InlineData("mirostat2:2:0.5")]
    [InlineData("mirostat1:2:0.5")]
    [InlineData("adaptive-p:0.3")]
    [InlineData("penalties:repeat=1.3,dry:0.8,no-repeat-ngram:2")]
    public void A_fork_goes_on_as_its_parent_would_and_leaves_it_alone(string text)
    {
        SamplerChain chain = SamplerChain.Parse(text);
        SamplerRow parent = chain.Open([1, 2, 3]);
        Run(chain, parent, steps: 10, slot: 0);
        SamplerRow fork = parent.Fork();
        SamplerRow second = parent.Fork();
        int[] parentsWay = Run(chain, parent, steps: 10, slot: 0);
        Assert.Equal(parentsWay, Run(chain, fork, steps: 10, slot: 0));
        Assert.NotEqual(parentsWay, Run(chain, second, steps: 10, slot: 1));
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("typical:0.5")]
    [InlineData("top-p:0.95")]
    [InlineData("mirostat2:5")]
    [InlineData("mirostat1:5")]
    [InlineData("xtc:1:0.01,temperature:0.7")]
    [InlineData("logit-bias:4=2,penalties:repeat=1.1,dry:0.8,no-repeat-ngram:3,top-n-sigma:1,eta:0.001,p-less,top-h:0.5,dynamic-temperature:1:0.5")]
    public void Drawing_allocates_nothing_after_warm_up(string text)
    {
        SamplerChain chain = SamplerChain.Parse(text);
        SamplerWorkspace workspace = new();
        HashedUniforms uniforms = new(3);
        float[] logits = TruncationTests.Make(30_000, 1, 0, 9);
        // Code that is not optimised yet boxes; when it is compiled anew is not ours to say, so rounds go on until it was.
        long allocated = long.MaxValue;
        for (long start = Stopwatch.GetTimestamp(); allocated > 0 && Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30);)
        {
            SamplerRow fresh = chain.Open([1, 2, 3]);
            for (int i = 0; i < 40; i++)
            {
                fresh.Accept(chain.Draw(logits, fresh, new StepContext(fresh.Tokens, fresh.PromptLength, uniforms), workspace).Token);
            }
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 20; i++)
            {
                fresh.Accept(chain.Draw(logits, fresh, new StepContext(fresh.Tokens, fresh.PromptLength, uniforms), workspace).Token);
            }
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Guidance_moves_from_one_distribution_through_the_other()
    {
        float[] with = [1, 2, float.NegativeInfinity, 0], without = [2, 1, 3, float.NegativeInfinity], guided = new float[4];
        SamplerWorkspace workspace = new();
        Guidance.Mix(with, without, 1, workspace, guided);
        double normalizer = Math.Log(Math.Exp(1) + Math.Exp(2) + 1);
        Assert.Equal([1 - normalizer, 2 - normalizer, double.NegativeInfinity, -normalizer], guided.Select(g => (double)g), (a, b) => a.Equals(b) || Math.Abs(a - b) < 1e-5);
        Guidance.Mix(with, without, 3, workspace, guided);
        double other = Math.Log(Math.Exp(1) + Math.Exp(2) + Math.Exp(3));
        Assert.Equal(2 - other + 3 * (1 - normalizer - (2 - other)), guided[0], 1e-5);
    }

    [Fact]
    public void Draws_follow_the_distribution()
    {
        SamplerChain chain = SamplerChain.Parse("temperature:0.5");
        SamplerRow row = chain.Open([]);
        SamplerWorkspace workspace = new();
        float[] logits = [0, MathF.Log(2), MathF.Log(3)];
        int[] counts = new int[3];
        const int draws = 14_000;
        for (int slot = 0; slot < draws; slot++)
        {
            counts[chain.Draw(logits, row, new StepContext([], 0, new HashedUniforms(11), slot: slot), workspace).Token]++;
        }
        double[] expected = [1.0 / 14, 4.0 / 14, 9.0 / 14];
        // Chi-square with 2 degrees of freedom: 13.8 is exceeded once in a thousand seeds; the seed is fixed.
        double chi = counts.Select((count, i) => Math.Pow(count - draws * expected[i], 2) / (draws * expected[i])).Sum();
        Assert.True(chi < 13.8, $"chi-square {chi}");
    }

    private static SampledToken Draw(SamplerChain chain, SamplerRow row, float[] logits, int slot) =>
        chain.Draw(logits, row, new StepContext(row.Tokens, row.PromptLength, new HashedUniforms(5), slot: slot), new SamplerWorkspace());

    private static int[] Run(SamplerChain chain, SamplerRow row, int steps, int slot)
    {
        int from = row.Tokens.Length;
        for (int i = 0; i < steps; i++)
        {
            row.Accept(Draw(chain, row, TruncationTests.Make(50, 1, 0, (ulong)row.Tokens.Length), slot).Token);
        }
        return row.Tokens[from..].ToArray();
    }
}
