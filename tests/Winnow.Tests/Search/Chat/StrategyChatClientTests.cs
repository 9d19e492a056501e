using Microsoft.Extensions.AI;
using Winnow.Search;
using Winnow.Search.Chat;
using Winnow.Tasks;

namespace Winnow.Tests.Search.Chat;

public sealed class StrategyChatClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_majority_of_the_draws_answers_and_its_usage_is_the_sum_of_all_draws()
    {
        using var inner = new ScriptedChatClient((i, _) => ScriptedChatClient.Text(i % 3 == 0 ? "no" : "yes"));
        using IChatClient client = Client(inner, o => o.MaxDraws = 6);

        ChatResponse response = await client.GetResponseAsync("Well?", cancellationToken: Token);

        Assert.Equal("yes", response.Text);
        Assert.Equal(6, inner.Requests);
        Assert.Equal(60, response.Usage!.InputTokenCount);
        Assert.Equal(30, response.Usage.OutputTokenCount);
        Assert.Equal(6, response.Usage.AdditionalCounts!["winnow.candidates"]);
        Assert.Equal(6, Assert.IsType<SearchResult>(response.RawRepresentation).Candidates.Count);
    }

    [Fact]
    public async Task Every_draw_has_a_seed_of_its_own_and_equal_requests_have_equal_seeds()
    {
        using var inner = new ScriptedChatClient((_, _) => ScriptedChatClient.Text("yes"));
        using IChatClient client = Client(inner, o => o.MaxDraws = 8);

        await client.GetResponseAsync("Well?", cancellationToken: Token);
        await client.GetResponseAsync("Well?", cancellationToken: Token);

        long?[] seeds = [.. inner.Seeds];
        Assert.Equal(8, seeds[..8].Distinct().Count());
        Assert.DoesNotContain(null, seeds);
        Assert.Equal(seeds[..8].Order(), seeds[8..].Order());
    }

    [Fact]
    public async Task A_failed_draw_casts_no_vote_and_does_not_end_the_request()
    {
        using var inner = new ScriptedChatClient((i, _) => i % 2 == 0 ? throw new HttpRequestException("429") : ScriptedChatClient.Text("yes"));
        using IChatClient client = Client(inner, o => (o.MaxDraws, o.MaxConcurrency) = (6, 1));

        ChatResponse response = await client.GetResponseAsync("Well?", cancellationToken: Token);

        Assert.Equal("yes", response.Text);
        Assert.Equal(3, response.Usage!.AdditionalCounts!["winnow.failures"]);
    }

    [Fact]
    public async Task When_every_draw_fails_the_request_fails_with_the_first_reason()
    {
        using var inner = new ScriptedChatClient((_, _) => throw new HttpRequestException("the endpoint is away"));
        using IChatClient client = Client(inner, o => o.MaxDraws = 3);

        WinnowException failure = await Assert.ThrowsAsync<WinnowException>(() => client.GetResponseAsync("Well?", cancellationToken: Token));
        Assert.Contains("the endpoint is away", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_never_exceed_the_cap_even_when_the_endpoint_reports_none_or_too_many()
    {
        using var inner = new ScriptedChatClient((i, _) => i % 2 == 0
            ? new ChatResponse(new ChatMessage(ChatRole.Assistant, "yes"))
            : ScriptedChatClient.Text("yes", generated: 1_000_000));
        using IChatClient client = Client(inner, o => (o.MaxTokens, o.MaxAnswerTokens, o.MaxDraws) = (100, 20, null));

        ChatResponse response = await client.GetResponseAsync("Well?", cancellationToken: Token);

        Assert.Equal(100, response.Usage!.OutputTokenCount);
        Assert.Equal(5, inner.Requests);
    }

    [Fact]
    public async Task Streaming_gives_the_same_answer_and_the_usage()
    {
        using var inner = new ScriptedChatClient((i, _) => ScriptedChatClient.Text(i == 0 ? "no" : "yes"));
        using IChatClient client = Client(inner, o => o.MaxDraws = 3);

        ChatResponse response = await client.GetStreamingResponseAsync("Well?", cancellationToken: Token).ToChatResponseAsync(Token);

        Assert.Equal("yes", response.Text);
        Assert.Equal(15, response.Usage!.OutputTokenCount);
    }

    [Fact]
    public async Task The_caller_options_are_left_as_they_were_and_reach_every_draw()
    {
        float?[] topP = new float?[2];
        using var inner = new ScriptedChatClient((i, options) =>
        {
            topP[i] = options!.TopP;
            options.TopP = 0;
            return ScriptedChatClient.Text("yes");
        });
        using IChatClient client = Client(inner, o => (o.MaxDraws, o.MaxConcurrency) = (2, 1));
        var options = new ChatOptions { TopP = 0.5f, Temperature = 0.25f };

        await client.GetResponseAsync("Well?", options, Token);

        Assert.Equal([0.5f, 0.5f], topP);
        Assert.Equal(0.5f, options.TopP);
        Assert.Null(options.Seed);
    }

    [Fact]
    public void A_missing_answer_key_is_refused_when_the_pipeline_is_built()
    {
        using var inner = new ScriptedChatClient((_, _) => ScriptedChatClient.Text("yes"));
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => inner.AsBuilder().UseWinnow(_ => { }).Build());
        Assert.Contains("Answers", refusal.Message, StringComparison.Ordinal);
    }

    private static IChatClient Client(IChatClient inner, Action<WinnowChatOptions> configure) => inner.AsBuilder().UseWinnow(options =>
    {
        options.Answers = new TrimmedText();
        configure(options);
    }).Build();

    private sealed class TrimmedText : IAnswerKey
    {
        public string? Canonical(string text) => text.Trim() is { Length: > 0 } key ? key : null;
    }
}
