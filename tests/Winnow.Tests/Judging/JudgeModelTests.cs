using Microsoft.Extensions.AI;
using Winnow.Evaluation;
using Winnow.Judging;
using Winnow.Search;
using Winnow.Search.Chat;
using Winnow.Tasks;
using Winnow.Tasks.Answers;

namespace Winnow.Tests.Judging;

public sealed class JudgeModelTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("It names the capital. [[correct]]", true)]
    [InlineData("I must say [[correct]] or [[incorrect]]. It is wrong: [[incorrect]]", false)]
    [InlineData("I must say [[incorrect]] or [[correct]]. So: [[Correct]]", true)]
    public async Task The_last_verdict_counts(string judgement, bool expected)
    {
        using var client = new ScriptedChatClient((_, _) => ScriptedChatClient.Text(judgement, prompt: 70, generated: 9));
        using var judge = new JudgeModel(client);
        Assert.Equal(expected, (await judge.IsRightAsync("Capital of France?", "Paris", "Paris", cancellationToken: Token)).Verdict);
        Assert.Equal((1, 70, 9), (judge.Used.Calls, judge.Used.PromptTokens, judge.Used.TokensGenerated));
    }

    [Fact]
    public async Task An_unreadable_judgement_is_asked_for_once_more_and_then_there_is_none()
    {
        using var once = new ScriptedChatClient((i, _) => ScriptedChatClient.Text(i == 0 ? "Quite good." : "[[correct]]"));
        using var judge = new JudgeModel(once);
        Assert.True((await judge.IsRightAsync("q", "a", cancellationToken: Token)).Verdict);
        Assert.Equal(2, once.Requests);

        using var never = new ScriptedChatClient((_, _) => ScriptedChatClient.Text("Quite good."));
        using var lost = new JudgeModel(never);
        Judgement<bool> none = await lost.IsRightAsync("q", "a", cancellationToken: Token);
        Assert.Null(none.Verdict);
        Assert.Contains("asked twice", none.Reason, StringComparison.Ordinal);
        Assert.Equal(2, never.Requests);
    }

    [Fact]
    public async Task A_failed_request_and_a_used_up_cap_are_no_verdict()
    {
        using var away = new ScriptedChatClient((_, _) => throw new HttpRequestException("503"));
        using var judge = new JudgeModel(away, new JudgeOptions { MaxCalls = 1 });
        Assert.Contains("503", (await judge.IsRightAsync("q", "a", cancellationToken: Token)).Reason, StringComparison.Ordinal);
        Assert.Contains("1 requests", (await judge.IsRightAsync("q", "a", cancellationToken: Token)).Reason, StringComparison.Ordinal);
        Assert.Equal(1, away.Requests);
    }

    [Fact]
    public async Task A_judge_that_likes_the_first_place_ends_in_a_tie()
    {
        using var first = new ScriptedChatClient((_, _) => ScriptedChatClient.Text("[[A]]"));
        using var biased = new JudgeModel(first);
        PairJudgement pair = await biased.CompareAsync("q", "good", "bad", cancellationToken: Token);
        Assert.Equal((PairVerdict.Tie, SwapOutcome.Inconsistent), (pair.Verdict, pair.Outcome));

        using var reader = new ReadingJudge();
        using var fair = new JudgeModel(reader);
        Assert.Equal(PairVerdict.Second, (await fair.CompareAsync("q", "bad", "good", cancellationToken: Token)).Verdict);
        Assert.Equal(PairVerdict.First, (await fair.CompareAsync("q", "good", "bad", cancellationToken: Token)).Verdict);
    }

    [Fact]
    public async Task A_comparison_asks_the_judge_about_each_answer_once_and_counts_what_it_says()
    {
        TaskSet task = new()
        {
            Name = "judged",
            Description = "",
            Version = "1",
            ChanceLevel = 0,
            Problems = [.. Enumerable.Range(0, 4).Select(i => new Problem
            {
                Id = $"p{i}",
                Question = "Say something good.",
                Prompt = "Say something good.",
                Answers = new WholeTextAnswerKey(),
                Checker = JudgeRequired.Instance,
            })],
        };
        using var judge = new JudgeModel(new ReadingJudge());
        using var model = new ScriptedChatClient((i, options) => ScriptedChatClient.Text(options!.Seed % 2 == 0 ? "good" : "bad"));
        ComparisonPlan plan = new()
        {
            Task = task.WithJudge(new JudgedAnswerChecker(judge)),
            Strategies = [Strategies.Create(StrategyIds.Majority, new StrategySettings { Samples = 5 }), Strategies.Create(StrategyIds.Oracle, new StrategySettings { Samples = 5 })],
            Budgets = [100],
            Problems = 4,
            Threads = 1,
        };
        Comparison comparison = new(plan, new ChatProposer(model, new ChatDrawOptions { MaxAnswerTokens = 20 }), scorer: null);
        await comparison.RunAsync(progress: null, Token);
        ComparisonResult result = comparison.Result();

        Assert.Empty(result.Unfinished);
        Assert.InRange(judge.Used.Calls, 4, 8);
        ComparisonRow oracle = result.Rows.Single(row => row.Strategy == StrategyIds.Oracle);
        ComparisonRow majority = result.Rows.Single(row => row.Strategy == StrategyIds.Majority);
        Assert.True(oracle.Accuracy >= majority.Accuracy);
        Assert.Equal(oracle.Coverage, oracle.Accuracy);
    }

    [Fact]
    public async Task A_problem_without_a_verdict_is_not_counted_as_wrong_but_as_unfinished()
    {
        using var mute = new ScriptedChatClient((_, _) => ScriptedChatClient.Text("Hm."));
        using var judge = new JudgeModel(mute);
        JudgedAnswerChecker checker = new(judge);
        Problem problem = new() { Id = "p", Question = "q", Prompt = "q", Answers = new WholeTextAnswerKey(), Checker = checker };
        Assert.Throws<InvalidOperationException>(() => checker.IsCorrect(problem, "a"));
        await checker.AskAsync(problem, ["a", "a"], Token);
        Assert.Contains("no verdict", Assert.Throws<WinnowException>(() => checker.IsCorrect(problem, "a")).Message, StringComparison.Ordinal);
        Assert.Equal("Hm.", checker.JudgementOf(problem, "a")!.Text);
    }

    /// <summary>Judges by what it reads: an answer is right, or better, where it is "good".</summary>
    private sealed class ReadingJudge : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            string request = string.Concat(messages.Select(message => message.Text));
            string verdict = request.Contains("<<<ANSWER>>>", StringComparison.Ordinal)
                ? request.Contains("<<<ANSWER>>>\ngood", StringComparison.Ordinal) ? "[[correct]]" : "[[incorrect]]"
                : request.Contains("<<<ANSWER A>>>\ngood", StringComparison.Ordinal) ? "[[A]]" : "[[B]]";
            return Task.FromResult(ScriptedChatClient.Text(verdict));
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException("A judge is never streamed.");

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
