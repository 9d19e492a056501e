using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Winnow.Budgets;
using Winnow.Embedded;
using Winnow.Search;
using Winnow.Search.Chat;
using Winnow.Tasks.Answers;

namespace Winnow.Tests.Search.Chat;

public sealed class PipelineTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cache_inside_keeps_every_draw_apart_and_saves_them_the_second_time(bool streaming)
    {
        using var inner = Numbered();
        using IChatClient client = inner.AsBuilder().UseMajorityVote(8, new WholeTextAnswerKey()).UseDistributedCache(Cache()).Build();

        ChatResponse first = await AskAsync(client, streaming);
        Assert.Equal(8, inner.Requests);
        // Every draw said something else, so none can be another one's copy.
        if (first.RawRepresentation is SearchResult result)
        {
            Assert.Equal(8, result.Candidates.Select(candidate => candidate.Answer.Text).Distinct().Count());
        }
        ChatResponse second = await AskAsync(client, streaming);
        Assert.Equal(8, inner.Requests);
        Assert.Equal(first.Text, second.Text);
        Assert.Equal(8, second.Usage!.AdditionalCounts!["winnow.candidates"]);

        await client.GetResponseAsync("Something else?", cancellationToken: Token);
        Assert.Equal(16, inner.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cache_outside_keeps_the_answer_of_all_draws(bool streaming)
    {
        using var inner = Numbered();
        using IChatClient client = inner.AsBuilder().UseDistributedCache(Cache()).UseMajorityVote(8, new WholeTextAnswerKey()).Build();

        ChatResponse first = await AskAsync(client, streaming);
        Assert.Equal(8, inner.Requests);
        Assert.Equal(8, inner.Seeds.Distinct().Count());
        ChatResponse second = await AskAsync(client, streaming);
        Assert.Equal(8, inner.Requests);
        Assert.Equal(first.Text, second.Text);
        Assert.Equal(first.Usage!.OutputTokenCount, second.Usage!.OutputTokenCount);
        Assert.Equal(8, second.Usage.AdditionalCounts!["winnow.candidates"]);
    }

    [Fact]
    public async Task A_layer_before_the_embedded_model_is_passed_by_every_draw()
    {
        using var model = EmbeddedModels.OpenChatClient("embedded-small");
        using IChatClient client = model.AsBuilder().UseMajorityVote(4, new AnswerLineKey()).UseBudget(new Budget { MaxCalls = 3 }, maxAnswerTokens: 60).Build();

        ChatResponse response = await client.GetResponseAsync("Sort umbrella acorn lizard delta", cancellationToken: Token);

        Assert.Equal(3, client.GetService<ILedger>()!.Used.Calls);
        Assert.Equal(4, response.Usage!.AdditionalCounts!["winnow.candidates"]);
        Assert.InRange(response.Usage.AdditionalCounts["winnow.failures"], 1, 4);
    }

    [Fact]
    public async Task The_best_of_several_draws_by_a_scorer_answers()
    {
        using var inner = new ScriptedChatClient((i, _) => ScriptedChatClient.Text(new string('x', i + 1)));
        using IChatClient client = inner.AsBuilder().UseBestOf(5, new LengthScorer(), o => o.MaxConcurrency = 1).Build();
        Assert.Equal("xxxxx", (await client.GetResponseAsync("Long?", cancellationToken: Token)).Text);
        Assert.Equal("xxxxxxxxxx", (await client.GetStreamingResponseAsync("Longer?", cancellationToken: Token).ToChatResponseAsync(Token)).Text);
    }

    [Fact]
    public async Task A_budget_is_never_passed_over_all_requests_and_failures_together()
    {
        using var inner = new ScriptedChatClient((i, options) => i % 3 == 0
            ? throw new HttpRequestException("500")
            : ScriptedChatClient.Text("yes", generated: i % 3 == 1 ? options!.MaxOutputTokens!.Value + 7 : 1));
        using IChatClient client = inner.AsBuilder().UseBudget(new Budget { MaxTokens = 100 }, maxAnswerTokens: 20).Build();

        int refused = 0, answered = 0, failed = 0;
        for (int i = 0; i < 40; i++)
        {
            try
            {
                ChatResponse response = i % 2 == 0
                    ? await client.GetResponseAsync("Well?", cancellationToken: Token)
                    : await client.GetStreamingResponseAsync("Well?", cancellationToken: Token).ToChatResponseAsync(Token);
                Assert.Equal("yes", response.Text);
                answered++;
            }
            catch (BudgetExceededException refusal)
            {
                Assert.Contains("does not cover", refusal.Message, StringComparison.Ordinal);
                refused++;
            }
            catch (HttpRequestException)
            {
                failed++;
            }
        }
        ILedger ledger = client.GetService<ILedger>()!;
        Assert.InRange(ledger.Used.TokensGenerated, 81, 100);
        Assert.Equal(inner.Requests, ledger.Used.Calls);
        Assert.Equal((40, true), (refused + answered + failed, refused > 0 && failed > 0));
    }

    [Fact]
    public async Task A_stream_that_is_left_early_is_charged_in_full()
    {
        using var inner = new ScriptedChatClient((_, _) => ScriptedChatClient.Text("yes", generated: 2));
        using IChatClient client = inner.AsBuilder().UseBudget(new Budget { MaxTokens = 50 }, maxAnswerTokens: 20).Build();
        await foreach (ChatResponseUpdate _ in client.GetStreamingResponseAsync("Well?", cancellationToken: Token))
        {
            break;
        }
        Assert.Equal(20, client.GetService<ILedger>()!.Used.TokensGenerated);
    }

    [Fact]
    public void A_budget_of_what_cannot_be_known_is_refused()
    {
        using var inner = Numbered();
        Assert.Throws<ArgumentException>(() => inner.AsBuilder().UseBudget(new Budget()).Build());
        Assert.Throws<ArgumentException>(() => inner.AsBuilder().UseBudget(new Budget { MaxCalls = 1, MaxCost = 1 }).Build());
    }

    private static ScriptedChatClient Numbered() => new((i, _) => ScriptedChatClient.Text($"answer {i}"));

    private static MemoryDistributedCache Cache() => new(Options.Create(new MemoryDistributedCacheOptions()));

    private static Task<ChatResponse> AskAsync(IChatClient client, bool streaming) => streaming
        ? client.GetStreamingResponseAsync("Well?", cancellationToken: Token).ToChatResponseAsync(Token)
        : client.GetResponseAsync("Well?", cancellationToken: Token);

    private sealed class LengthScorer : IScorer
    {
        public ScorerInfo Info { get; } = new("length", ScoreRange.Real, ScoresPrefixes: false);

        public Usage AtMost(Winnow.Tasks.Problem problem, int calls, long tokens) => default;

        public IScoring Open(Winnow.Tasks.Problem problem, SearchContext context) => new Scoring();

        private sealed class Scoring : IScoring
        {
            public ValueTask ScoreAsync(IPopulation rows, ReadOnlyMemory<int> which, Memory<Score> scores, CancellationToken cancellationToken = default)
            {
                for (int i = 0; i < which.Length; i++)
                {
                    scores.Span[i] = Score.Of(rows.Rows[which.Span[i]].Text.Length);
                }
                return ValueTask.CompletedTask;
            }

            public void Reorder(ReadOnlySpan<int> parents)
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
