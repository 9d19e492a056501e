using CsCheck;
using TorchSharp;
using Winnow.Torch.Native;
using Winnow.Torch.Training;
using Xunit;

namespace Winnow.Torch.Tests.Training;

public sealed class AdamWTests
{
    [Fact]
    public void Steps_are_those_of_libtorch()
    {
        TorchRuntime.EnsureLoaded(threads: 1);
        const int N = 37;
        const double Rate = 2e-3;
        const double Decay = 0.05;
        SequenceOfGradients gradients = new(N);
        float[] weights = gradients.Next();
        using torch.Tensor initial = torch.tensor(weights);
        using TorchSharp.Modules.Parameter parameter = new(initial.clone());
        using torch.optim.Optimizer reference = torch.optim.AdamW([parameter], Rate, 0.9, 0.98, 1e-8, Decay);
        float[] first = new float[N];
        float[] second = new float[N];
        for (int step = 1; step <= 25; step++)
        {
            float[] gradient = gradients.Next();
            parameter.grad = torch.tensor(gradient);
            reference.step();
            AdamW.Update(weights, gradient, first, second, step, Rate, Decay, new AdamSettings());
        }
        float[] expected = parameter.detach().data<float>().ToArray();
        for (int i = 0; i < N; i++)
            Assert.Equal(expected[i], weights[i], 2e-6f);
    }

    [Fact]
    public void Clipping_keeps_the_direction_and_never_lengthens() =>
        Gen.Select(Gen.Float[-3, 3].Array[1, 50], Gen.Double[0.1, 5]).Sample((values, most) =>
        {
            float[] clipped = [.. values];
            double before = AdamW.Clip(clipped, most);
            double after = Math.Sqrt(clipped.Sum(x => (double)x * x));
            Assert.Equal(Math.Sqrt(values.Sum(x => (double)x * x)), before, 1e-4);
            // Squares of numbers below 1e-19 vanish in single precision.
            Assert.True(after <= Math.Min(before, most) * (1 + 1e-5) + 1e-15);
            for (int i = 0; i < values.Length; i++)
                Assert.Equal(values[i] * after, clipped[i] * before, 1e-3);
        });

    [Fact]
    public void The_rate_warms_up_stays_and_decays_linearly_by_tokens()
    {
        LearningRate rate = new() { Peak = 1e-3 };
        Assert.Equal(1e-3 / 200, rate.At(1, 0, 1000), 1e-12);
        Assert.Equal(1e-3, rate.At(200, 100, 1000), 1e-12);
        Assert.Equal(1e-3, rate.At(900, 750, 1000), 1e-12);
        Assert.Equal(1e-3 * (1 + 0.03) / 2, rate.At(900, 875, 1000), 1e-12);
        Assert.Equal(3e-5, rate.At(900, 1000, 1000), 1e-12);
        Assert.Equal(3e-5, rate.At(900, 1200, 1000), 1e-12);
    }

    private sealed class SequenceOfGradients(int size)
    {
        private readonly Winnow.Numerics.SplitMix64 _random = new(11);

        public float[] Next() => [.. Enumerable.Range(0, size).Select(_ => (float)(_random.NextDouble() - 0.5))];
    }
}
