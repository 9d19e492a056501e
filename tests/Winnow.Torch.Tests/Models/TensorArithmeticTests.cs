using System.Diagnostics;
using Winnow.Torch.Models;
using Xunit;
using static TorchSharp.torch;

namespace Winnow.Torch.Tests.Models;

public sealed class TensorArithmeticTests
{
    [Fact]
    public void Sums_stay_right_while_the_collector_runs_all_the_time()
    {
        using CancellationTokenSource done = new();
        Thread collector = new(() =>
        {
            while (!done.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            long started = Stopwatch.GetTimestamp();
            using Tensor a = tensor(new float[] { 1, 2 }), b = tensor(new float[] { 3, 5 });
            while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(2))
            {
                using Tensor sum = a.Plus(b);
                Assert.Equal([4, 7], sum.data<float>().ToArray());
            }
        }
        finally
        {
            done.Cancel();
            collector.Join();
        }
    }
}
