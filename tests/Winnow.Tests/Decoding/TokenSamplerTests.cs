using CsCheck;
using Winnow.Decoding;

namespace Winnow.Tests.Decoding;

public sealed class TokenSamplerTests
{
    private static readonly Gen<float[]> Logits = Gen.Float[-20f, 20f].Array[1, 60];

    [Fact]
    public void A_draw_is_the_first_token_whose_cumulative_probability_exceeds_the_uniform() =>
        Gen.Select(Logits, Gen.Double[0.2, 3], Gen.Double[0, 0.999999]).Sample((logits, temperature, u) =>
        {
            double max = logits.Max();
            double[] weights = [.. logits.Select(l => Math.Exp((l - max) / temperature))];
            double total = weights.Sum();
            double before = 0;
            int token = TokenSampler.Draw(logits, temperature, u).Token;
            for (int i = 0; i < token; i++)
            {
                before += weights[i] / total;
            }
            // Single precision weights: the drawn interval may be off by as much.
            return u >= before - 1e-5 && u <= before + (weights[token] / total) + 1e-5;
        });

    [Fact]
    public void Log_probabilities_are_those_of_the_model_whatever_the_temperature() =>
        Gen.Select(Logits, Gen.Double[0.2, 3], Gen.Double[0, 0.999999]).Sample((logits, temperature, u) =>
        {
            TokenDraw draw = TokenSampler.Draw(logits, temperature, u);
            double max = logits.Max();
            double exact = logits[draw.Token] - max - Math.Log(logits.Sum(l => Math.Exp(l - max)));
            return Math.Abs(draw.LogProb - exact) < 1e-5;
        });

    [Fact]
    public void Greedy_takes_the_lowest_id_of_equals()
    {
        Assert.Equal(1, TokenSampler.Greedy([0f, 2f, 1f, 2f]).Token);
        Assert.Equal(TokenSampler.Greedy([0f, 2f, 1f, 2f]), TokenSampler.Draw([0f, 2f, 1f, 2f], 0, 0.99));
        Assert.Equal(TokenSampler.Greedy([0f, 2f, 1f, 2f]), TokenSampler.Draw([0f, 2f, 1f, 2f], 1e-300, 0.99));
    }

    [Fact]
    public void A_token_that_is_ruled_out_is_never_drawn() =>
        Gen.Double[0, 0.9999999].Sample(u =>
            TokenSampler.Draw([float.NegativeInfinity, 0f, float.NegativeInfinity, 1f, float.NegativeInfinity], 1, u).Token is 1 or 3);

    [Fact]
    public void Logits_without_a_finite_number_or_with_nan_are_refused()
    {
        Assert.Throws<ArgumentException>(() => TokenSampler.Draw([], 1, 0));
        Assert.Throws<ArgumentException>(() => TokenSampler.Draw([float.NegativeInfinity], 1, 0));
        Assert.Throws<ArgumentException>(() => TokenSampler.Greedy([0f, float.NaN]));
        Assert.Throws<ArgumentException>(() => TokenSampler.Greedy([0f, float.PositiveInfinity]));
        Assert.Throws<ArgumentOutOfRangeException>(() => TokenSampler.Draw([0f], -1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TokenSampler.Draw([0f], 1, 1));
    }

    [Fact]
    public void Drawing_does_not_allocate()
    {
        var logits = new float[1024];
        for (int i = 0; i < logits.Length; i++)
        {
            logits[i] = (i % 7) - 3;
        }
        TokenSampler.Draw(logits, 0.7, 0.3);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            TokenSampler.Draw(logits, 0.7, i / 100.0);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
