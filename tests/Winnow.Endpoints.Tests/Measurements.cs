using System.Diagnostics;
using Winnow.Budgets;
using Winnow.Endpoints.Tests.Cli;
using Winnow.Search;

namespace Winnow.Endpoints.Tests;

/// <summary>The long measurements of docs/benchmarks.md; run by hand, since a busy machine would fail them.</summary>
public sealed class Measurements
{
    [Fact(Explicit = true)]
    public async Task Fifty_thousand_draws_with_a_fifth_of_the_calls_going_wrong()
    {
        List<long> live = [];
        (Usage used, TimeSpan took, int failed) = await LedgerAgainstServerTests.MeasureAsync(draws: 2_500, waves: 20, _ => live.Add(GC.GetTotalMemory(forceFullCollection: true)));
        long grown = live[^1] - live[0];
        Say($"50,000 draws, {used.Calls} calls, {failed} failed after retries, {took.TotalSeconds:F1} s, {50_000 / took.TotalSeconds:F0} draws/s; live memory {live[0] / 1024} KiB after the first 2,500, {live.Max() / 1024} at most, {live[^1] / 1024} after the last");
        Assert.InRange(grown, long.MinValue, 2 << 20);
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

    [Fact(Explicit = true)]
    public async Task An_endpoint_that_answers_at_once_gives_2000_stored_draws_a_second()
    {
        const int Problems = 100;
        const int Samples = 400;
        await using ChatServer server = await ChatServer.StartAsync(new FastAnswerer(), new ChatServerOptions { KeepsCalls = false });
        using CommandLine command = new();
        string questions = Path.Combine(command.Folder, "many.jsonl");
        await File.WriteAllLinesAsync(questions, Enumerable.Range(0, Problems).Select(i => $$"""{"input": "What is {{i}} plus 4?", "target": 3}"""), TestContext.Current.CancellationToken);
        await command.RunAsync("models", server.Spec);
        long start = Stopwatch.GetTimestamp();
        (int code, _, string error) = await command.RunAsync(
            "run", questions, "--model", server.Spec, "--strategy", "majority", "--samples", $"{Samples}", "--budget", "100000", "--problems", $"{Problems}", "--max-answer-tokens", "16");
        double rate = Problems * Samples / Stopwatch.GetElapsedTime(start).TotalSeconds;
        Assert.True(code == 0, error);
        Assert.Contains($"{Problems * Samples} whole answers were drawn and stored.", error, StringComparison.Ordinal);
        Say($"{rate:F0} draws/s drawn over HTTP, voted on and stored durably, from the command's beginning to its end");
        Assert.True(rate >= 2_000, $"{rate:F0} draws a second");
    }

    private static void Say(string figures) => TestContext.Current.TestOutputHelper!.WriteLine(figures);
}
