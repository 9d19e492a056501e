using CsCheck;
using Winnow.Torch.Training;
using Xunit;

namespace Winnow.Torch.Tests.Training;

public sealed class AdamWTests
{
    [Fact]
    public void Steps_are_those_of_the_algorithm_in_double_precision()
    {
        const int N = 37;
        const double Rate = 2e-3, Decay = 0.05, Beta1 = 0.9, Beta2 = 0.98, Epsilon = 1e-8;
        SequenceOfGradients gradients = new(N);
        float[] weights = gradients.Next();
        double[] expected = Array.ConvertAll(weights, w => (double)w);
        double[] mean = new double[N], square = new double[N];
        float[] first = new float[N], second = new float[N];
        for (int step = 1; step <= 25; step++)
        {
            float[] gradient = gradients.Next();
            for (int i = 0; i < N; i++)
            {
                mean[i] = Beta1 * mean[i] + (1 - Beta1) * gradient[i];
                square[i] = Beta2 * square[i] + (1 - Beta2) * gradient[i] * (double)gradient[i];
                double direction = mean[i] / (1 - Math.Pow(Beta1, step)) / (Math.Sqrt(square[i] / (1 - Math.Pow(Beta2, step))) + Epsilon);
                expected[i] -= Rate * (direction + Decay * expected[i]);
            }
            AdamW.Update(weights, gradient, first, second, step, Rate, Decay, new AdamSettings { Beta1 = Beta1, Beta2 = Beta2, Epsilon = Epsilon });
        }
        for (int i = 0; i < N; i++)
        {
            Assert.Equal(expected[i], weights[i], 2e-6);
        }
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
            {
                Assert.Equal(values[i] * after, clipped[i] * before, 1e-3);
            }
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
