using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Winnow.Budgets;

namespace Winnow.Search.Chat;

/// <summary>A request that the budget of its client does not cover. Nothing was sent.</summary>
public sealed class BudgetExceededException : InvalidOperationException
{
    /// <summary>An error with its explanation.</summary>
    public BudgetExceededException(string message) : base(message)
    {
    }
}

/// <summary>Caps generated tokens and requests over all requests that pass, for as long as it lives, or charges them to a ledger.</summary>
/// <remarks>
/// Each request reserves the most it may generate before it is sent, and settles what the model reports. So does each time that an
/// endpoint behind it repeats one. A request that fails on its way back, or whose usage is not reported, is charged in full, so that
/// the cap holds whatever comes. Thread-safe. Streaming is passed on as it comes.
/// </remarks>
public sealed class BudgetChatClient : DelegatingChatClient
{
    private readonly ILedger _ledger;
    private readonly int _maxAnswerTokens;
    private readonly TokenPrices? _prices;

    /// <summary>A capped client.</summary>
    /// <param name="innerClient">What is capped.</param>
    /// <param name="budget">The caps; at least one of tokens and calls.</param>
    /// <param name="maxAnswerTokens">Most tokens of one answer where the request sets no limit. Unit: tokens; at least 1.</param>
    /// <exception cref="ArgumentException">The budget caps neither tokens nor calls, or caps seconds or money.</exception>
    public BudgetChatClient(IChatClient innerClient, Budget budget, int maxAnswerTokens = 1024) : this(innerClient, LedgerOf(budget), maxAnswerTokens, prices: null)
    {
    }

    /// <summary>A client whose requests are charged to a ledger.</summary>
    /// <param name="innerClient">What is charged.</param>
    /// <param name="ledger">Who pays.</param>
    /// <param name="maxAnswerTokens">Most tokens of one answer where the request sets no limit. Unit: tokens; at least 1.</param>
    /// <param name="prices">What tokens cost; null: money is not counted.</param>
    public BudgetChatClient(IChatClient innerClient, ILedger ledger, int maxAnswerTokens, TokenPrices? prices) : base(innerClient)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxAnswerTokens, 1);
        (_ledger, _maxAnswerTokens, _prices) = (ledger, maxAnswerTokens, prices);
    }

    /// <inheritdoc/>
    /// <exception cref="BudgetExceededException">The budget does not cover the request.</exception>
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        IReadOnlyList<ChatMessage> conversation = [.. messages];
        ChatOptions request = Limited(options);
        (Lease lease, Usage atMost) = Reserve(conversation, request);
        using ChatAttempts attempts = new(_ledger, lease, atMost, ChatAttempts.Current);
        attempts.Enter();
        ChatResponse response;
        try
        {
            response = await base.GetResponseAsync(conversation, request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            attempts.Ended(ChatCallException.Within(failure)?.Kind ?? FailureKind.Other);
            if (attempts.Stopped is { } stopped)
            {
                throw stopped;
            }
            throw;
        }
        attempts.Succeeded(ChatUsage.Of(response, seen: 0, atMost, _prices));
        return response;
    }

    /// <inheritdoc/>
    /// <exception cref="BudgetExceededException">The budget does not cover the request.</exception>
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        IReadOnlyList<ChatMessage> conversation = [.. messages];
        ChatOptions request = Limited(options);
        (Lease lease, Usage atMost) = Reserve(conversation, request);
        ChatResponse told = new();
        bool isWhole = false;
        try
        {
            await foreach (ChatResponseUpdate update in base.GetStreamingResponseAsync(conversation, request, cancellationToken).ConfigureAwait(false))
            {
                foreach (UsageContent usage in update.Contents.OfType<UsageContent>())
                {
                    (told.Usage ??= new UsageDetails()).Add(usage.Details);
                }
                yield return update;
            }
            isWhole = true;
        }
        finally
        {
            // What a failed or abandoned stream cost is unknown.
            lease.Settle(isWhole ? ChatUsage.Of(told, seen: 0, atMost, _prices) with { Calls = atMost.Calls } : atMost with { PromptTokens = 0 });
            lease.Dispose();
        }
    }

    /// <inheritdoc/>
    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType == typeof(ILedger) ? _ledger : base.GetService(serviceType, serviceKey);
    }

    private ChatOptions Limited(ChatOptions? options)
    {
        ChatOptions request = options?.Clone() ?? new ChatOptions();
        request.MaxOutputTokens ??= _maxAnswerTokens;
        return request;
    }

    private (Lease Lease, Usage AtMost) Reserve(IReadOnlyList<ChatMessage> conversation, ChatOptions request)
    {
        int tokens = request.MaxOutputTokens!.Value;
        long prompt = ChatPrompts.MostTokens(conversation, ChatDrawOptions.UsualHiddenPromptTokens);
        Usage atMost = new() { Calls = 1, TokensGenerated = tokens, Cost = _prices?.CostOf(prompt, tokens) ?? 0 };
        return _ledger.TryReserve(atMost, out Lease lease) ? (lease, atMost with { PromptTokens = prompt }) : throw new BudgetExceededException(
            $"The budget does not cover another request of up to {tokens} tokens: {_ledger.Used.Calls} requests and {_ledger.Used.TokensGenerated} tokens are used of {_ledger.Budget.MaxCalls?.ToString(CultureInfo.InvariantCulture) ?? "any number"} and {_ledger.Budget.MaxTokens?.ToString(CultureInfo.InvariantCulture) ?? "any number"}.");
    }

    private static Ledger LedgerOf(Budget budget)
    {
        ArgumentNullException.ThrowIfNull(budget);
        return (budget.MaxTokens is null && budget.MaxCalls is null) || budget.MaxSeconds is not null || budget.MaxCost is not null
            ? throw new ArgumentException("Cap MaxTokens, MaxCalls or both, and nothing else: seconds and money are not known before a request.", nameof(budget))
            : new Ledger(budget);
    }
}
