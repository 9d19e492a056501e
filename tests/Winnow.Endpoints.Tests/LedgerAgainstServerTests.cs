using System.Diagnostics;
using Winnow.Budgets;
using Winnow.Search;

namespace Winnow.Endpoints.Tests;

public sealed class LedgerAgainstServerTests
{
    internal static readonly FaultPlan AFifthGoesWrong = FaultPlan.Share(0.2, FaultPlan.Quick, seed: 7);

    [Fact]
    public async Task With_a_fifth_of_the_calls_going_wrong_the_ledger_is_what_the_server_counted_and_every_draw_is_typed() =>
        await MeasureAsync(draws: 1_500);

    [Fact]
    public async Task A_budget_that_is_too_small_for_the_retries_is_not_exceeded_by_them()
    {
        await using ChatServer server = await ChatServer.StartAsync(new FastAnswerer(), new ChatServerOptions { Faults = AFifthGoesWrong, RetryAfterSeconds = 0 });
        using OpenAIEndpoint endpoint = Served.Open(server);
        Budget budget = new() { MaxCalls = 70, MaxTokens = 400, MaxCost = 0.02m };
        Ledger ledger = new(budget);
        IReadOnlyList<PartialAnswer> rows = await Served.DrawAsync(endpoint, 80, ledger, concurrency: 8, prices: new TokenPrices { InputPerMillion = 1, OutputPerMillion = 2 });

        Assert.True(budget.Covers(ledger.Used), $"used {ledger.Used}");
        Assert.InRange(server.Served.Requests, 20, 70);
        Assert.Contains(rows, row => row.State == RowState.Cut && row.Reason == CutReasons.Calls);
        Assert.Contains(rows, row => row.State == RowState.Cut && row.Reason == CutReasons.Budget);
        Assert.Contains(rows, row => row.State == RowState.Finished);
    }

    /// <summary>Draws in waves from one endpoint; nothing is kept of a wave but sums, so that what memory grows is the endpoint's or the ledger's.</summary>
    /// <param name="draws">Draws of a wave.</param>
    /// <param name="waves">Waves.</param>
    /// <param name="afterWave">Told when a wave has been checked.</param>
    internal static async Task<(Usage Used, TimeSpan Took, int Failed)> MeasureAsync(int draws, int waves = 1, Action<int>? afterWave = null)
    {
        long charged = 0;
        await using ChatServer server = await ChatServer.StartAsync(new FastAnswerer(), new ChatServerOptions
        {
            Faults = AFifthGoesWrong,
            RetryAfterSeconds = 0,
            KeepsCalls = false,
            Seen = call => Interlocked.Add(ref charged, Served.ChargedTokens(call)),
        });
        using OpenAIEndpoint endpoint = Served.Open(server, Served.Fast with { MaxConcurrency = 32 });
        Ledger ledger = new(Budget.Unlimited);
        Spent spent = new();
        TimeSpan took = default;
        int failed = 0;
        for (int wave = 0; wave < waves; wave++)
        {
            ulong seed = (ulong)wave + 1;
            long start = Stopwatch.GetTimestamp();
            IReadOnlyList<PartialAnswer> rows = await Served.DrawAsync(endpoint, draws, ledger, concurrency: 32, seed, ended: spent.Add);
            took += Stopwatch.GetElapsedTime(start);
            failed += Check(rows, seed);
            Assert.Equal(server.Served.Requests, ledger.Used.Calls);
            Assert.Equal(Interlocked.Read(ref charged), ledger.Used.TokensGenerated);
            rows = [];
            afterWave?.Invoke(wave);
        }
        Assert.True(ledger.Used.TokensGenerated >= server.Served.CompletionTokens);
        Assert.True(server.Served.MostInFlight <= 32);
        Assert.All(FaultPlan.Quick, fault => Assert.True(server.Served.Of(fault) > 0, $"{fault} did not happen"));
        Assert.Equal(ledger.Used, spent.Sum + new Usage { Calls = draws * waves });
        Assert.InRange(failed, 0, draws * waves / 200);
        return (ledger.Used, took, failed);
    }

    /// <summary>Every draw is the answer to its own request, or typed.</summary>
    /// <returns>How many failed.</returns>
    private static int Check(IReadOnlyList<PartialAnswer> rows, ulong seed)
    {
        for (int row = 0; row < rows.Count; row++)
        {
            Assert.True(rows[row].State is RowState.Finished or RowState.Failed);
            if (rows[row].State == RowState.Finished)
            {
                Assert.Equal(Served.FastAnswer(Served.SeedOf(row, seed)), rows[row].Text);
                Assert.Null(rows[row].Failure);
            }
            else
            {
                Assert.NotNull(rows[row].Failure);
                Assert.NotEqual(FailureKind.Other, rows[row].Failure);
                Assert.NotEmpty(rows[row].Reason!);
                Assert.Equal("", rows[row].Text);
            }
        }
        return rows.Count(row => row.State == RowState.Failed);
    }

    /// <summary>What rows say that they used.</summary>
    private sealed class Spent
    {
        private readonly Lock _gate = new();

        public Usage Sum { get; private set; }

        public void Add(EndedRow row)
        {
            lock (_gate)
            {
                Sum += row.Usage;
            }
        }
    }
}
