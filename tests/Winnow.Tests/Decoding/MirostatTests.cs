using Winnow.Decoding;
using Winnow.Decoding.Stages;
using Winnow.Numerics;

namespace Winnow.Tests.Decoding;

/// <summary>What the paper claims: the mean surprise of what is drawn is the target, whatever the source.</summary>
public sealed class MirostatTests
{
    private const int Vocabulary = 50_000, Steps = 400, Settled = 100;

    [Theory]
    [InlineData(1.05, 4)]
    [InlineData(1.2, 3)]
    [InlineData(1.5, 2)]
    public void The_mean_surprise_of_both_versions_is_the_target(double exponent, double target)
    {
        Assert.Equal(target, MeanSurprise(new MirostatV2(target, 0.3), exponent), 0.1);
        Assert.Equal(target, MeanSurprise(new MirostatV1(target, 0.3), exponent), 0.1);
    }

    [Theory]
    [InlineData(1.05, 4)]
    [InlineData(1.2, 3)]
    public void Measured_on_the_truncated_distribution_the_surprise_overshoots(double exponent, double target) =>
        Assert.True(MeanSurprise(new MirostatV2(target, 0.3) { Surprise = SurpriseSource.Renormalised }, exponent) > target + 0.3);

    [Theory]
    [InlineData(1.2)]
    [InlineData(2.0)]
    public void The_exponent_of_a_zipf_law_is_found(double exponent)
    {
        Candidates candidates = Candidates.Load(Zipf(exponent), new SamplerWorkspace());
        Assert.Equal(exponent, new MirostatV1(3).FitHead(ref candidates), 1e-4);
    }

    private static double MeanSurprise(SamplerStage stage, double exponent)
    {
        float[] logits = Zipf(exponent);
        double normalizer = Candidates.Load(logits, new SamplerWorkspace()).LogNormalizer;
        SamplerChain chain = new(stage);
        SamplerRow row = chain.Open([]);
        SamplerWorkspace workspace = new();
        HashedUniforms uniforms = new(12);
        double surprise = 0;
        for (int step = 0; step < Steps; step++)
        {
            int token = chain.Draw(logits, row, new StepContext(row.Tokens, 0, uniforms), workspace).Token;
            row.Accept(token);
            surprise += step >= Settled ? (normalizer - logits[token]) / Math.Log(2) : 0;
        }
        return surprise / (Steps - Settled);
    }

    private static float[] Zipf(double exponent) => [.. Enumerable.Range(1, Vocabulary).Select(i => (float)(-exponent * Math.Log(i)))];
}
