using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;
using Winnow.Budgets;
using Winnow.Numerics;
using Winnow.Search;
using Winnow.Search.Chat;

namespace Winnow.Endpoints.Tests.Budgets;

public sealed class MoneyCapTests
{
    private const int Cases = 10_000;
    private const int ProblemsOfARun = 3;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_cap_of_a_problem_or_of_a_run_is_ever_exceeded_whatever_fails_and_is_repeated()
    {
        int draws = 0;
        int retries = 0;
        int stopped = 0;
        for (int i = 0; i < Cases; i++)
        {
            Random random = new(i);
            TokenPrices prices = new() { InputPerMillion = random.Next(4) * 1000m, OutputPerMillion = random.Next(1, 5) * 2000m };
            using BillingClient client = new(random, prices);
            Budget own = AnyCaps(random, prices, draws: 12);
            using RunBudget run = new(random.Next(2) == 0 ? Budget.Unlimited : AnyCaps(random, prices, draws: 24));
            ChatDrawOptions settings = new() { MaxAnswerTokens = 4 + random.Next(30), MaxConcurrency = 1 + random.Next(5), Prices = prices, HiddenPromptTokens = 16 };
            IProposer proposer = run.Over(new ChatProposer(client, settings));
            using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Token, run.Stopped);
            Usage sum = default;
            for (int problem = 0; problem < ProblemsOfARun && run.Reason is null; problem++)
            {
                Ledger ledger = new(own);
                SearchContext context = new() { Ledger = ledger, Uniforms = new HashedUniforms((ulong)(i * ProblemsOfARun + problem)) };
                try
                {
                    SearchResult result = await new RepeatedSampling(new WholeAnswerOptions { Samples = 1 + random.Next(12) })
                        .SolveAsync(Served.Problem, proposer, null, context, stop.Token);
                    draws += result.Candidates.Count;
                    Assert.All(result.Candidates, candidate => Assert.Equal(candidate.Answer.State == RowState.Failed, candidate.Answer.Failure is not null));
                }
                catch (OperationCanceledException)
                {
                    Assert.NotNull(run.Reason);
                    stopped++;
                }
                Assert.True(own.Covers(ledger.Used), $"case {i}: {ledger.Used} of {own}");
                sum += ledger.Used;
            }
            Assert.True(run.Caps.Covers(run.Used), $"case {i}: {run.Used} of {run.Caps}");
            Assert.Equal(sum, run.Used);
            Assert.True(client.Billed.Cost <= sum.Cost, $"case {i}: billed {client.Billed}, counted {sum}");
            Assert.True(client.Billed.TokensGenerated <= sum.TokensGenerated);
            Assert.True(client.Billed.Calls <= sum.Calls);
            retries += client.Retries;
        }
        Assert.InRange(draws, 3 * Cases, 100 * Cases);
        Assert.InRange(retries, Cases, 100 * Cases);
        Assert.InRange(stopped, Cases / 20, Cases);
    }

    [Fact]
    public async Task The_caps_of_a_run_hold_over_all_its_parts_wherever_each_is_killed()
    {
        int killed = 0;
        int capped = 0;
        for (int i = 0; i < Cases / 4; i++)
        {
            Random random = new(i);
            TokenPrices prices = new() { InputPerMillion = random.Next(4) * 1000m, OutputPerMillion = random.Next(1, 5) * 2000m };
            Budget caps = AnyCaps(random, prices, draws: 40);
            Usage before = default;
            Usage billed = default;
            for (int part = 0; part < 5; part++)
            {
                using RunBudget run = new(caps, before);
                using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Token, run.Stopped);
                Usage? atDeath = null;
                using BillingClient client = new(random, prices)
                {
                    AttemptsToLive = random.Next(2) == 0 ? int.MaxValue : random.Next(12),
                    Died = () =>
                    {
                        // What the store would hold had it been written this moment; nothing that comes later is known to anybody.
                        atDeath = run.Committed;
                        stop.Cancel();
                    },
                };
                ChatDrawOptions settings = new() { MaxAnswerTokens = 4 + random.Next(30), MaxConcurrency = 1 + random.Next(5), Prices = prices, HiddenPromptTokens = 16 };
                SearchContext context = new() { Ledger = new Ledger(Budget.Unlimited), Uniforms = new HashedUniforms((ulong)(5 * i + part)) };
                try
                {
                    await new RepeatedSampling(new WholeAnswerOptions { Samples = 1 + random.Next(20) })
                        .SolveAsync(Served.Problem, run.Over(new ChatProposer(client, settings)), null, context, stop.Token);
                }
                catch (OperationCanceledException)
                {
                    Assert.True(atDeath is not null || run.Reason is not null);
                }
                killed += atDeath is null ? 0 : 1;
                capped += run.Reason is null ? 0 : 1;
                billed += client.Billed;
                before += atDeath ?? run.Committed;
                Assert.True(caps.Covers(billed), $"case {i}, part {part}: billed {billed} of {caps}");
                Assert.True(billed.Cost <= before.Cost && billed.TokensGenerated <= before.TokensGenerated && billed.Calls <= before.Calls, $"case {i}: billed {billed}, known {before}");
            }
        }
        Assert.InRange(killed, Cases / 10, 2 * Cases);
        Assert.InRange(capped, Cases / 10, 2 * Cases);
    }

    [Fact]
    public async Task The_first_draw_that_does_not_fit_ends_the_run_and_says_why()
    {
        using BillingClient client = new(new Random(1), new TokenPrices { OutputPerMillion = 1_000_000 }, fails: false);
        using RunBudget run = new(new Budget { MaxCost = 100m });
        IProposer proposer = run.Over(new ChatProposer(client, new ChatDrawOptions { MaxAnswerTokens = 30, MaxConcurrency = 1, Prices = client.Prices }));
        SearchContext context = new() { Ledger = new Ledger(Budget.Unlimited), Uniforms = new HashedUniforms(1) };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new Majority(new WholeAnswerOptions { Samples = 100 }).SolveAsync(Served.Problem, proposer, null, context, run.Stopped));
        Assert.ThrowsAny<RunStoppedException>(() => run.Over(new Ledger(Budget.Unlimited)).TryCharge(new Usage { Cost = 100 }));
        Assert.Contains("The cap of 100 of money on the run was reached", run.Reason, StringComparison.Ordinal);
        Assert.Equal(BudgetColumn.Cost, run.Reached);
        Assert.InRange(run.Used.Cost, 1, 100);
    }

    [Fact]
    public void A_run_ends_when_its_time_is_over()
    {
        FakeTimeProvider time = new();
        using RunBudget run = new(new Budget { MaxSeconds = 90 }, time: time);
        time.Advance(TimeSpan.FromSeconds(89));
        Assert.Null(run.Reason);
        Assert.True(run.Over(new Ledger(Budget.Unlimited)).TryCharge(new Usage { Calls = 1 }));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("The cap of 90 seconds on the run was reached.", run.Reason);
        Assert.True(run.Stopped.IsCancellationRequested);
        Assert.ThrowsAny<OperationCanceledException>(() => run.Over(new Ledger(Budget.Unlimited)).TryCharge(new Usage { Calls = 1 }));
    }

    [Fact]
    public async Task A_draw_that_is_given_up_is_charged_in_full()
    {
        using CancellationTokenSource stop = new();
        using ScriptedChatClient client = new((_, _) =>
        {
            stop.Cancel();
            throw new OperationCanceledException(stop.Token);
        });
        Ledger ledger = new(Budget.Unlimited);
        await using IPopulation rows = new ChatProposer(client, new ChatDrawOptions { MaxAnswerTokens = 20 })
            .Open(Served.Problem, new SearchContext { Ledger = ledger, Uniforms = new HashedUniforms(1) });
        await rows.GrowAsync(1, Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await rows.StepAsync(new[] { 0 }, new StepRule { ToEnd = true }, stop.Token));
        Assert.Equal(20, ledger.Used.TokensGenerated);
    }

    private static Budget AnyCaps(Random random, TokenPrices prices, int draws) => new()
    {
        MaxTokens = random.Next(2) == 0 ? random.Next(20 * draws) : null,
        MaxCalls = random.Next(2) == 0 ? random.Next(draws + 4) : null,
        MaxCost = random.Next(4) > 0 ? prices.CostOf(random.Next(60 * draws), random.Next(20 * draws)) : null,
    };

    /// <summary>An endpoint that fails and repeats by chance, and knows what it would bill.</summary>
    private sealed class BillingClient(Random random, TokenPrices prices, bool fails = true) : IChatClient
    {
        private static readonly FailureKind[] Unbilled = [FailureKind.RateLimited, FailureKind.ServerError, FailureKind.Unreachable];
        private static readonly FailureKind[] BilledKinds = [FailureKind.CutOff, FailureKind.TimedOut, FailureKind.Unreadable, FailureKind.Empty];

        private readonly Lock _gate = new();

        public TokenPrices Prices => prices;

        /// <summary>Attempts before the process that makes them is killed.</summary>
        public int AttemptsToLive { get; set; } = int.MaxValue;

        public Action? Died { get; init; }

        public Usage Billed { get; private set; }

        public int Retries { get; private set; }

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            lock (_gate)
            {
                ChatAttempts attempts = ChatAttempts.Current!;
                int most = 1 + random.Next(4);
                for (int attempt = 0; ; attempt++)
                {
                    if (AttemptsToLive < 0)
                    {
                        throw new OperationCanceledException();
                    }
                    if (!attempts.TryBegin())
                    {
                        throw new ChatCallException(FailureKind.Budget, "no room");
                    }
                    Retries += attempt > 0 ? 1 : 0;
                    int prompt = 1 + random.Next(20);
                    int generated = 1 + random.Next(options!.MaxOutputTokens!.Value);
                    int chance = fails ? random.Next(10) : 9;
                    FailureKind? failure = chance < 2 ? Unbilled[random.Next(Unbilled.Length)] : chance < 4 ? BilledKinds[random.Next(BilledKinds.Length)] : null;
                    bool isBilled = failure is null || BilledKinds.Contains(failure.Value);
                    Billed += new Usage { Calls = 1, TokensGenerated = isBilled ? generated : 0, Cost = isBilled ? prices.CostOf(prompt, generated) : 0 };
                    if (AttemptsToLive-- == 0)
                    {
                        Died?.Invoke();
                        throw new OperationCanceledException();
                    }
                    if (failure is null)
                    {
                        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "A: 7"))
                        {
                            FinishReason = ChatFinishReason.Stop,
                            Usage = Told(prompt, generated, chance),
                        });
                    }
                    attempts.Failed(failure.Value);
                    if (attempt + 1 >= most)
                    {
                        throw new ChatCallException(failure.Value, "failed");
                    }
                }
            }
        }

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            foreach (ChatResponseUpdate update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
            {
                yield return update;
            }
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }

        // Some reports cannot be true, or are missing.
        private static UsageDetails? Told(int prompt, int generated, int chance) => chance switch
        {
            4 => null,
            5 => new UsageDetails { InputTokenCount = -3, OutputTokenCount = 1_000_000 },
            6 => new UsageDetails { InputTokenCount = 1_000_000, OutputTokenCount = -1 },
            _ => new UsageDetails { InputTokenCount = prompt, OutputTokenCount = generated },
        };
    }
}
