using Winnow.Decoding;
using Winnow.Numerics;

namespace Winnow.Reproductions;

/// <summary>Independent tokens whose probability falls with their rank by Zipf's law: p(i) ∝ i^−s.</summary>
internal sealed class ZipfSource
{
    private readonly float[] _logits;
    private readonly double _logNormalizer;

    /// <summary>Sets a source up.</summary>
    /// <param name="exponent">s.</param>
    /// <param name="tokens">Size of the vocabulary.</param>
    public ZipfSource(double exponent, int tokens)
    {
        _logits = [.. Enumerable.Range(1, tokens).Select(rank => (float)(-exponent * Math.Log(rank)))];
        _logNormalizer = Math.Log(_logits.Sum(logit => Math.Exp(logit)));
    }

    /// <summary>A surprise that a truncation can reach: halfway between that of the most probable token and the entropy. Unit: bits.</summary>
    public double FeasibleTarget =>
        (_logNormalizer - _logits[0] + _logits.Sum(logit => Math.Exp(logit - _logNormalizer) * (_logNormalizer - logit))) / 2 / Math.Log(2);

    /// <summary>Mean surprise, under the source itself, of tokens drawn through a stage. Unit: bits.</summary>
    public double MeanSurprise(SamplerStage stage, int steps, ulong seed, int run)
    {
        SamplerChain chain = new(stage);
        SamplerRow row = chain.Open([]);
        SamplerWorkspace workspace = new();
        HashedUniforms uniforms = HashedUniforms.For(seed, "zipf", run);
        double nats = 0;
        for (int step = 0; step < steps; step++)
        {
            int token = chain.Draw(_logits, row, new StepContext(row.Tokens, 0, uniforms), workspace).Token;
            row.Accept(token);
            nats += _logNormalizer - _logits[token];
        }
        return nats / steps / Math.Log(2);
    }
}
