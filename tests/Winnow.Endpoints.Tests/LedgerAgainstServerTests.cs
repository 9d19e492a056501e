using System.Collections.Concurrent;
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

    internal static async Task<(Usage Used, TimeSpan Took, int Failed)> MeasureAsync(int draws)
    {
        await using ChatServer server = await ChatServer.StartAsync(
            new FastAnswerer(), new ChatServerOptions { Faults = AFifthGoesWrong, RetryAfterSeconds = 0 });
        using OpenAIEndpoint endpoint = Served.Open(server, Served.Fast with { MaxConcurrency = 32 });
        Ledger ledger = new(Budget.Unlimited);
        ConcurrentBag<EndedRow> ended = [];
        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<PartialAnswer> rows = await Served.DrawAsync(endpoint, draws, ledger, concurrency: 32, ended: ended.Add);
        TimeSpan took = Stopwatch.GetElapsedTime(start);

        Assert.Equal(server.Served.Requests, ledger.Used.Calls);
        Assert.Equal(server.Served.Calls.Sum(Served.ChargedTokens), ledger.Used.TokensGenerated);
        Assert.True(ledger.Used.TokensGenerated >= server.Served.CompletionTokens);
        Assert.True(server.Served.MostInFlight <= 32);
        Assert.All(FaultPlan.Quick, fault => Assert.True(server.Served.Of(fault) > 0, $"{fault} did not happen"));
        for (int row = 0; row < draws; row++)
        {
            Assert.True(rows[row].State is RowState.Finished or RowState.Failed);
            if (rows[row].State == RowState.Finished)
            {
                Assert.Equal(Served.FastAnswer(Served.SeedOf(row)), rows[row].Text);
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
        Usage spent = ended.Aggregate(default(Usage), (sum, row) => sum + row.Usage);
        Assert.Equal(ledger.Used, spent + new Usage { Calls = draws });
        int failed = rows.Count(row => row.State == RowState.Failed);
        Assert.InRange(failed, 0, draws / 200);
        return (ledger.Used, took, failed);
    }
}
