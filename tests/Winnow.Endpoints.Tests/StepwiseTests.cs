using Microsoft.Extensions.AI;
using Winnow.Budgets;
using Winnow.Embedded;
using Winnow.Numerics;
using Winnow.Search;
using Winnow.Search.Chat;
using Winnow.Tasks;

namespace Winnow.Endpoints.Tests;

public sealed class StepwiseTests
{
    private static readonly ChatCapabilities Everything = new() { HonoursSeed = true, HasLogProbs = true, ContinuesAnswers = true, TellsStopText = true };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(StrategyIds.Beam)]
    [InlineData(StrategyIds.ParticleFilter)]
    public async Task Step_wise_strategies_run_over_an_endpoint_that_continues_partial_answers(string id)
    {
        await using ChatServer server = await ChatServer.StartAsync(ModelAnswerer.Embedded());
        using OpenAIEndpoint endpoint = Served.Open(server);
        SearchResult result = await SolveAsync(endpoint, Everything, id, new Budget { MaxTokens = 1200 });

        Assert.Contains(result.Candidates, candidate => candidate.Answer.State == RowState.Finished);
        Assert.NotNull(result.Answer);
        Assert.All(result.Candidates.Where(candidate => candidate.Answer.State == RowState.Finished), candidate =>
        {
            Assert.True(candidate.Answer.Steps > 1);
            Assert.Equal(candidate.Answer.Steps, candidate.Answer.StepLogProbs!.Count);
            Assert.True(candidate.Answer.LogProb < 0);
        });
        Assert.InRange(result.Usage.Tokens, 1, 1200);
        Assert.Equal(server.Served.CompletionTokens, result.Usage.TokensGenerated);
        Assert.Contains(server.Served.Calls, call => call.PromptTokens > server.Served.Calls.Min(other => other.PromptTokens));

        SearchResult again = await SolveAsync(endpoint, Everything, id, new Budget { MaxTokens = 1200 });
        Assert.Equal(result.Candidates.Select(candidate => candidate.Answer.Text), again.Candidates.Select(candidate => candidate.Answer.Text));
    }

    [Fact]
    public async Task Greedy_steps_put_together_are_the_greedy_answer()
    {
        await using ChatServer server = await ChatServer.StartAsync(ModelAnswerer.Embedded());
        using OpenAIEndpoint endpoint = Served.Open(server);
        using IChatClient client = endpoint.CreateChatClient(Everything);
        Problem problem = Short();
        string whole = (await client.GetResponseAsync(problem.Prompt, new ChatOptions { Temperature = 0, MaxOutputTokens = 200 }, Token)).Text;

        ChatProposer proposer = new(client, new ChatDrawOptions { MaxAnswerTokens = 200 });
        await using IPopulation rows = proposer.Open(problem, new SearchContext { Ledger = new Ledger(Budget.Unlimited), Uniforms = new HashedUniforms(1) });
        await rows.GrowAsync(1, Token);
        while (rows.Rows[0].State == RowState.Active)
        {
            await rows.StepAsync(new[] { 0 }, new StepRule { Temperature = 0 }, Token);
        }
        Assert.Equal(RowState.Finished, rows.Rows[0].State);
        Assert.Equal(whole, rows.Rows[0].Text);
        Assert.Equal(whole.Split('\n').Length, rows.Rows[0].Steps);
    }

    [Fact]
    public async Task They_are_refused_elsewhere_by_name_with_the_reason()
    {
        await using ChatServer server = await ChatServer.StartAsync(new FastAnswerer());
        using OpenAIEndpoint endpoint = Served.Open(server);
        ArgumentException plain = await Assert.ThrowsAsync<ArgumentException>(() => SolveAsync(endpoint, new ChatCapabilities { HasLogProbs = true }, StrategyIds.Beam, new Budget { MaxTokens = 100 }));
        Assert.Contains("beam extends partial answers step by step, which embedded-small cannot: it does not continue a partial answer.", plain.Message, StringComparison.Ordinal);
        ArgumentException silent = await Assert.ThrowsAsync<ArgumentException>(() => SolveAsync(endpoint, Everything with { TellsStopText = false }, StrategyIds.ParticleFilter, new Budget { MaxTokens = 100 }));
        Assert.Contains("which stop text ended an answer", silent.Message, StringComparison.Ordinal);
        Assert.Equal(0, server.Served.Requests);
    }

    [Fact]
    public async Task Whole_answers_are_ranked_by_the_log_probabilities_of_the_endpoint()
    {
        await using ChatServer server = await ChatServer.StartAsync(ModelAnswerer.Embedded());
        using OpenAIEndpoint endpoint = Served.Open(server);
        SearchResult result = await SolveAsync(endpoint, Everything, StrategyIds.BestOfN, new Budget { MaxTokens = 800 });
        double[] scores = [.. result.Candidates.Where(candidate => candidate.Score is { HasValue: true }).Select(candidate => candidate.Score!.Value.Value)];
        Assert.True(scores.Length > 2);
        Assert.Equal(scores.Max(), result.Candidates[result.Selected].Score!.Value.Value);
    }

    private static Problem Short() => EmbeddedTasks.Load("embedded-mix").Problems.MinBy(problem => problem.Question.Length)!;

    private static async Task<SearchResult> SolveAsync(OpenAIEndpoint endpoint, ChatCapabilities capabilities, string id, Budget budget)
    {
        using IChatClient client = endpoint.CreateChatClient(capabilities);
        ChatProposer proposer = new(client, new ChatDrawOptions { MaxAnswerTokens = 160, MaxConcurrency = 4 });
        SearchContext context = new() { Ledger = new Ledger(budget), Uniforms = new HashedUniforms(5) };
        return await Strategies.Create(id, new StrategySettings { Samples = id == StrategyIds.BestOfN ? null : 4 }).SolveAsync(Short(), proposer, new LogProbScorer(), context, Token);
    }
}
