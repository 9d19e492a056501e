using System.Diagnostics;
using TorchSharp;
using Winnow.Torch.Models;
using Xunit;
using static TorchSharp.torch;

namespace Winnow.Torch.Tests.Models;

public sealed class TensorArithmeticTests
{
    [Fact]
    public void Sums_stay_right_while_the_collector_runs_all_the_time()
    {
        using BusyCollector collector = new();
        long started = Stopwatch.GetTimestamp();
        using Tensor a = tensor(new float[] { 1, 2 }), b = tensor(new float[] { 3, 5 }), epsilon = tensor(1f);
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(2))
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor sum = a.Plus(b);
            Assert.Equal([4, 7], sum.data<float>().ToArray());
            Tensor scale = b.ReciprocalRootMeanSquare(epsilon);
            Assert.Equal(1 / Math.Sqrt(18), scale.item<float>(), 1e-6);
        }
    }
}
