using System.Diagnostics;
using Winnow.Budgets;
using Winnow.Search;

namespace Winnow.Endpoints.Tests;

/// <summary>The long measurements of docs/benchmarks.md; run by hand, since a busy machine would fail them.</summary>
public sealed class Measurements
{
    [Fact(Explicit = true)]
    public async Task Fifty_thousand_draws_with_a_fifth_of_the_calls_going_wrong()
    {
        await LedgerAgainstServerTests.MeasureAsync(draws: 5_000);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        (Usage used, TimeSpan took, int failed) = await LedgerAgainstServerTests.MeasureAsync(draws: 50_000);
        long grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Say($"50,000 draws, {used.Calls} calls, {failed} failed after retries, {took.TotalSeconds:F1} s, {50_000 / took.TotalSeconds:F0} draws/s, live memory grew by {grown / 1024.0:F0} KiB");
        Assert.InRange(grown, long.MinValue, 8 << 20);
    }

    [Fact(Explicit = true)]
    public async Task A_limit_of_100_calls_a_second_at_200_ms_is_used_to_95()
    {
        await using ChatServer server = await ChatServer.StartAsync(
            new FastAnswerer(), new ChatServerOptions { Latency = TimeSpan.FromMilliseconds(200), CallsPerSecond = 100, RetryAfterSeconds = 1 });
        using OpenAIEndpoint endpoint = Served.Open(server, new EndpointOptions { MaxConcurrency = 32 });
        const int Draws = 8_000;
        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<PartialAnswer> rows = await Served.DrawAsync(endpoint, Draws, new Ledger(Budget.Unlimited), concurrency: 64);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double answered = rows.Count(row => row.State == RowState.Finished) / seconds;
        double refused = server.Served.RateLimited / seconds;
        Say($"{answered:F1} answers/s of 100, {refused:F2} refusals/s, {seconds:F1} s");
        Assert.InRange(answered, 95, 101);
        Assert.InRange(refused, 0, 3);
    }

    [Fact(Explicit = true)]
    public async Task An_endpoint_that_answers_at_once_gives_2000_draws_a_second()
    {
        await using ChatServer server = await ChatServer.StartAsync(new FastAnswerer(), new ChatServerOptions { KeepsCalls = false });
        using OpenAIEndpoint endpoint = Served.Open(server);
        await Served.DrawAsync(endpoint, 4_000, new Ledger(Budget.Unlimited), concurrency: 32);
        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<PartialAnswer> rows = await Served.DrawAsync(endpoint, 20_000, new Ledger(Budget.Unlimited), concurrency: 32, seed: 2);
        double rate = rows.Count(row => row.State == RowState.Finished) / Stopwatch.GetElapsedTime(start).TotalSeconds;
        Say($"{rate:F0} draws/s");
        Assert.True(rate >= 2_000, $"{rate:F0} draws a second");
    }

    private static void Say(string figures) => TestContext.Current.TestOutputHelper!.WriteLine(figures);
}
