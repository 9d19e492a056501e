using System.Diagnostics;
using Microsoft.Extensions.AI;
using Winnow.Budgets;
using Winnow.Search;
using Winnow.Search.Chat;

namespace Winnow.Endpoints.Tests;

public sealed class EndpointFailureTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Fault.TooManyRequests, FailureKind.RateLimited, 0)]
    [InlineData(Fault.RetryAfterSeconds, FailureKind.RateLimited, 0)]
    [InlineData(Fault.RetryAfterDate, FailureKind.RateLimited, 0)]
    [InlineData(Fault.ServerError, FailureKind.ServerError, 0)]
    [InlineData(Fault.Unavailable, FailureKind.ServerError, 0)]
    [InlineData(Fault.CutStream, FailureKind.CutOff, Served.MaxAnswerTokens)]
    [InlineData(Fault.InvalidJson, FailureKind.Unreadable, Served.MaxAnswerTokens)]
    [InlineData(Fault.EmptyChoices, FailureKind.Empty, Served.MaxAnswerTokens)]
    public async Task A_fault_that_passes_costs_a_retry_and_one_that_stays_costs_the_draw(Fault fault, FailureKind kind, int charged)
    {
        (PartialAnswer passed, Usage used, long requests) = await DrawAsync(FaultPlan.First(fault, fault));
        Assert.Equal(RowState.Finished, passed.State);
        Assert.Equal(3, requests);
        Assert.Equal(3, used.Calls);
        Assert.Equal(2 * charged + FastAnswerer.AnswerTokens, used.TokensGenerated);

        (PartialAnswer stayed, used, requests) = await DrawAsync(FaultPlan.Always(fault));
        Assert.Equal((RowState.Failed, kind), (stayed.State, stayed.Failure));
        Assert.NotEmpty(stayed.Reason!);
        Assert.Equal(4, requests);
        Assert.Equal(4, used.Calls);
        Assert.Equal(4 * charged, used.TokensGenerated);
    }

    [Fact]
    public async Task Token_counts_that_cannot_be_true_are_charged_in_full_and_the_answer_is_kept()
    {
        (PartialAnswer row, Usage used, _) = await DrawAsync(FaultPlan.Always(Fault.WrongTokenCounts));
        Assert.Equal(RowState.Finished, row.State);
        Assert.Equal(Served.MaxAnswerTokens, used.TokensGenerated);
    }

    [Fact]
    public async Task A_stall_ends_at_the_deadline_of_the_call_and_the_total_deadline_ends_the_retries()
    {
        long start = Stopwatch.GetTimestamp();
        (PartialAnswer row, Usage used, long requests) = await DrawAsync(
            FaultPlan.Always(Fault.Stall), Served.Fast with { CallDeadline = TimeSpan.FromMilliseconds(150), TotalDeadline = TimeSpan.FromMilliseconds(400), MaxRetries = 20 });
        Assert.Equal((RowState.Failed, FailureKind.TimedOut), (row.State, row.Failure));
        // On a busy machine a deadline can pass before the request has arrived.
        Assert.InRange(requests, 0, used.Calls);
        Assert.InRange(used.Calls, 1, 4);
        Assert.Equal(used.Calls * Served.MaxAnswerTokens, used.TokensGenerated);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(60));
    }

    [Theory]
    [InlineData(Fault.RetryAfterSeconds)]
    [InlineData(Fault.RetryAfterDate)]
    public async Task A_retry_waits_as_long_as_the_endpoint_says(Fault fault)
    {
        await using ChatServer server = await ChatServer.StartAsync(new FastAnswerer(), new ChatServerOptions { Faults = FaultPlan.First(fault), RetryAfterSeconds = 2 });
        using OpenAIEndpoint endpoint = Served.Open(server);
        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<PartialAnswer> rows = await Served.DrawAsync(endpoint, 1, new Ledger(Budget.Unlimited), 1);
        Assert.Equal(RowState.Finished, rows[0].State);
        // A date has whole seconds: up to one of the two may be over when it is read.
        Assert.True(Stopwatch.GetElapsedTime(start).TotalSeconds >= (fault == Fault.RetryAfterDate ? 0.9 : 1.9));
    }

    [Fact]
    public async Task What_cannot_become_better_is_not_repeated()
    {
        await using ChatServer server = await ChatServer.StartAsync(new FastAnswerer(), new ChatServerOptions { Key = "right" });
        using OpenAIEndpoint endpoint = Served.Open(server);
        IReadOnlyList<PartialAnswer> rows = await Served.DrawAsync(endpoint, 1, new Ledger(Budget.Unlimited), 1);
        Assert.Equal((RowState.Failed, FailureKind.Refused), (rows[0].State, rows[0].Failure));
        Assert.Contains("refused the key", rows[0].Reason, StringComparison.Ordinal);
        Assert.Equal(1, server.Served.Requests);
    }

    [Fact]
    public async Task An_endpoint_that_is_not_there_is_named()
    {
        using OpenAIEndpoint endpoint = OpenAIEndpoint.Open(EndpointSpec.Parse("openai:m@http://127.0.0.1:1/v1"), Served.Fast with { MaxRetries = 1 }, _ => null);
        Ledger ledger = new(Budget.Unlimited);
        IReadOnlyList<PartialAnswer> rows = await Served.DrawAsync(endpoint, 1, ledger, 1);
        Assert.Equal((RowState.Failed, FailureKind.Unreachable), (rows[0].State, rows[0].Failure));
        Assert.Contains("127.0.0.1", rows[0].Reason, StringComparison.Ordinal);
        Assert.Equal(0, ledger.Used.Tokens);
    }

    [Fact]
    public async Task An_answer_longer_than_the_bound_is_not_read_to_its_end()
    {
        await using ChatServer server = await ChatServer.StartAsync(ModelAnswerer.Embedded());
        using OpenAIEndpoint endpoint = Served.Open(server, Served.Fast with { MaxResponseBytes = 1024, MaxRetries = 0 });
        using IChatClient client = endpoint.CreateChatClient(new ChatCapabilities { HasLogProbs = true });
        ChatCallException error = await Assert.ThrowsAsync<ChatCallException>(() =>
            client.GetResponseAsync("Start 8,11,14,15 then sums, last.", new ChatOptions { MaxOutputTokens = 60 }, Token));
        Assert.Equal(FailureKind.Unreadable, error.Kind);
        Assert.Contains("1024", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_is_cut_is_an_error_and_not_a_short_answer()
    {
        await using ChatServer server = await ChatServer.StartAsync(new FastAnswerer(), new ChatServerOptions { Faults = FaultPlan.First(Fault.CutStream) });
        using OpenAIEndpoint endpoint = Served.Open(server, Served.Fast with { MaxRetries = 0 });
        using IChatClient client = endpoint.CreateChatClient();
        ChatCallException error = await Assert.ThrowsAsync<ChatCallException>(async () => await TextAsync(client));
        Assert.Equal(FailureKind.CutOff, error.Kind);
        Assert.StartsWith("A: ", await TextAsync(client), StringComparison.Ordinal);

        static async Task<string> TextAsync(IChatClient client) =>
            (await client.GetStreamingResponseAsync(Served.Problem.Prompt, new ChatOptions { Seed = 4 }, Token).ToChatResponseAsync(Token)).Text;
    }

    [Fact]
    public async Task The_key_comes_from_the_named_variable()
    {
        await using ChatServer server = await ChatServer.StartAsync(new FastAnswerer(), new ChatServerOptions { Key = "right" });
        using OpenAIEndpoint endpoint = OpenAIEndpoint.Open(
            EndpointSpec.Parse(server.Spec), Served.Fast with { KeyVariable = "MY_KEY" }, name => name == "MY_KEY" ? "right" : "wrong");
        IReadOnlyList<PartialAnswer> rows = await Served.DrawAsync(endpoint, 1, new Ledger(Budget.Unlimited), 1);
        Assert.Equal(RowState.Finished, rows[0].State);
    }

    private static async Task<(PartialAnswer Row, Usage Used, long Requests)> DrawAsync(FaultPlan faults, EndpointOptions? options = null)
    {
        await using ChatServer server = await ChatServer.StartAsync(new FastAnswerer(), new ChatServerOptions { Faults = faults, RetryAfterSeconds = 0 });
        using OpenAIEndpoint endpoint = Served.Open(server, options ?? Served.Fast with { MaxRetries = 3 });
        Ledger ledger = new(Budget.Unlimited);
        IReadOnlyList<PartialAnswer> rows = await Served.DrawAsync(endpoint, 1, ledger, 1);
        return (rows[0], ledger.Used, server.Served.Requests);
    }
}
