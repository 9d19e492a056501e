using System.Collections.Concurrent;
using Microsoft.Extensions.AI;
using Winnow.Budgets;
using Winnow.Numerics;
using Winnow.Search;
using Winnow.Search.Chat;

namespace Winnow.Endpoints.Tests;

/// <summary>Several draws by one request (<c>n</c>).</summary>
public sealed class SeveralAnswersTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_request_draws_several_rows_and_the_prompt_is_paid_once(bool tellsTokens)
    {
        await using ChatServer server = await ChatServer.StartAsync(ModelAnswerer.Embedded(), new ChatServerOptions { HasLogProbs = tellsTokens });
        TokenPrices prices = new() { InputPerMillion = 3, OutputPerMillion = 7 };
        Ledger ledger = new(Budget.Unlimited);
        (IReadOnlyList<PartialAnswer> rows, IReadOnlyList<EndedRow> ended) = await DrawAsync(server, 10, ledger, answersPerCall: 4, tellsTokens, prices);
        Assert.Equal([4, 4, 2], server.Served.Calls.OrderBy(call => call.Number).Select(call => call.Choices).OrderDescending());
        Assert.Equal(10, rows.Count);
        Assert.All(rows, row => Assert.True(row.State is RowState.Finished or RowState.Cut));
        Assert.True(rows.Select(row => row.Text).Distinct(StringComparer.Ordinal).Count() > 3, "Choices of one request are the same.");
        Assert.Equal(10, ledger.Used.Calls);
        Assert.Equal(server.Served.PromptTokens, ledger.Used.PromptTokens);
        Assert.Equal(server.Served.CompletionTokens, ledger.Used.TokensGenerated);
        Assert.Equal(prices.CostOf(server.Served.PromptTokens, server.Served.CompletionTokens), ledger.Used.Cost);
        Assert.Equal(ledger.Used, ended.Aggregate(new Usage { Calls = 10 }, (sum, row) => sum + row.Usage));
        Assert.Equal(ledger.Used.TokensGenerated, rows.Sum(row => row.TokenCount));
        if (tellsTokens)
        {
            // A row has as many log-probabilities as tokens, its end apart.
            Assert.All(rows, row => Assert.NotNull(row.LogProb));
        }
    }

    [Fact]
    public async Task Whatever_goes_wrong_with_a_request_all_its_rows_are_typed_and_the_ledger_is_what_the_server_counted()
    {
        long charged = 0;
        await using ChatServer server = await ChatServer.StartAsync(new FastAnswerer(), new ChatServerOptions
        {
            Faults = LedgerAgainstServerTests.AFifthGoesWrong,
            RetryAfterSeconds = 0,
            Seen = call => Interlocked.Add(ref charged, call.Fault is Fault.None or Fault.SameAnswer ? call.CompletionTokens : Served.ChargedTokens(call) * call.Choices),
        });
        Ledger ledger = new(Budget.Unlimited);
        (IReadOnlyList<PartialAnswer> rows, IReadOnlyList<EndedRow> ended) = await DrawAsync(server, 600, ledger, answersPerCall: 5);
        Assert.Equal(charged, ledger.Used.TokensGenerated);
        Assert.Equal(ledger.Used, ended.Aggregate(new Usage { Calls = 600 }, (sum, row) => sum + row.Usage));
        // Each request counts as often as it draws, and each time it is repeated.
        Assert.Equal(600 + (server.Served.Requests - 120), ledger.Used.Calls);
        Assert.All(rows, row => Assert.Equal(row.State == RowState.Failed, row.Failure is not null));
    }

    [Fact]
    public async Task Where_fewer_answers_come_than_were_asked_for_the_others_have_failed()
    {
        await using ChatServer server = await ChatServer.StartAsync(new FastAnswerer(), new ChatServerOptions { HasN = false });
        Ledger ledger = new(Budget.Unlimited);
        (IReadOnlyList<PartialAnswer> rows, _) = await DrawAsync(server, 3, ledger, answersPerCall: 3);
        Assert.Equal([RowState.Finished, RowState.Failed, RowState.Failed], rows.Select(row => row.State));
        Assert.All(rows.Skip(1), row => Assert.Equal((FailureKind.Empty, "1 answers came to a request for 3"), (row.Failure, row.Reason)));
        Assert.Equal(server.Served.CompletionTokens, ledger.Used.TokensGenerated);
    }

    [Fact]
    public async Task No_cap_is_exceeded_and_a_group_that_does_not_fit_is_drawn_one_by_one()
    {
        await using ChatServer server = await ChatServer.StartAsync(new FastAnswerer());
        Budget budget = new() { MaxTokens = Served.MaxAnswerTokens * 7 };
        Ledger ledger = new(budget);
        (IReadOnlyList<PartialAnswer> rows, _) = await DrawAsync(server, 12, ledger, answersPerCall: 4);
        Assert.True(budget.Covers(ledger.Used));
        Assert.Equal([4, 1, 1, 1], server.Served.Calls.Select(call => call.Choices).OrderDescending());
        Assert.Equal(7, rows.Count(row => row.State == RowState.Finished));
        Assert.Equal(5, rows.Count(row => row.Reason == CutReasons.Budget));
    }

    private static async Task<(IReadOnlyList<PartialAnswer> Rows, IReadOnlyList<EndedRow> Ended)> DrawAsync(
        ChatServer server, int count, ILedger ledger, int answersPerCall, bool tellsTokens = false, TokenPrices? prices = null)
    {
        using OpenAIEndpoint endpoint = Served.Open(server);
        using IChatClient client = endpoint.CreateChatClient(new ChatCapabilities { DrawsSeveral = true, HasLogProbs = tellsTokens });
        ChatProposer proposer = new(client, new ChatDrawOptions { MaxAnswerTokens = Served.MaxAnswerTokens, MaxConcurrency = 4, AnswersPerCall = answersPerCall, Prices = prices });
        ConcurrentQueue<EndedRow> ended = [];
        await using IPopulation rows = proposer.Open(Served.Problem, new SearchContext { Ledger = ledger, Uniforms = new HashedUniforms(1), RowEnded = ended.Enqueue });
        await rows.GrowAsync(count, Token);
        await rows.StepAsync(Enumerable.Range(0, count).ToArray(), new StepRule { ToEnd = true, MaxTokens = Served.MaxAnswerTokens, Temperature = 4 }, Token);
        return ([.. rows.Rows], [.. ended]);
    }
}
