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

/// <summary>Caps generated tokens and requests over all requests that pass, for as long as it lives.</summary>
/// <remarks>
/// Each request reserves the most it may generate before it is sent, and settles what the model reports. A request that fails, or whose
/// usage is not reported, is charged in full, so that the cap holds whatever comes back. Thread-safe. Streaming is passed on as it comes.
/// </remarks>
public sealed class BudgetChatClient : DelegatingChatClient
{
    private readonly Ledger _ledger;
    private readonly int _maxAnswerTokens;

    /// <summary>A capped client.</summary>
    /// <param name="innerClient">What is capped.</param>
    /// <param name="budget">The caps; at least one of tokens and calls.</param>
    /// <param name="maxAnswerTokens">Most tokens of one answer where the request sets no limit. Unit: tokens; at least 1.</param>
    /// <exception cref="ArgumentException">The budget caps neither tokens nor calls, or caps seconds or money.</exception>
    public BudgetChatClient(IChatClient innerClient, Budget budget, int maxAnswerTokens = 1024) : base(innerClient)
    {
        ArgumentNullException.ThrowIfNull(budget);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxAnswerTokens, 1);
        if ((budget.MaxTokens is null && budget.MaxCalls is null) || budget.MaxSeconds is not null || budget.MaxCost is not null)
        {
            throw new ArgumentException("Cap MaxTokens, MaxCalls or both, and nothing else: seconds and money are not known before a request.", nameof(budget));
        }
        _ledger = new Ledger(budget);
        _maxAnswerTokens = maxAnswerTokens;
    }

    /// <inheritdoc/>
    /// <exception cref="BudgetExceededException">The budget does not cover the request.</exception>
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ChatOptions request = Limited(options);
        using Charge charge = Reserve(request);
        ChatResponse response = await base.GetResponseAsync(messages, request, cancellationToken).ConfigureAwait(false);
        charge.Settle(response.Usage);
        return response;
    }

    /// <inheritdoc/>
    /// <exception cref="BudgetExceededException">The budget does not cover the request.</exception>
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ChatOptions request = Limited(options);
        using Charge charge = Reserve(request);
        UsageDetails? reported = null;
        await foreach (ChatResponseUpdate update in base.GetStreamingResponseAsync(messages, request, cancellationToken).ConfigureAwait(false))
        {
            foreach (UsageContent usage in update.Contents.OfType<UsageContent>())
            {
                (reported ??= new UsageDetails()).Add(usage.Details);
            }
            yield return update;
        }
        charge.Settle(reported);
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

    private Charge Reserve(ChatOptions request)
    {
        var atMost = new Usage { Calls = 1, TokensGenerated = request.MaxOutputTokens!.Value };
        return _ledger.TryReserve(atMost, out Lease lease) ? new Charge(lease, atMost) : throw new BudgetExceededException(
            $"The budget does not cover another request of up to {request.MaxOutputTokens} tokens: {_ledger.Used.Calls} requests and {_ledger.Used.TokensGenerated} tokens are used of {_ledger.Budget.MaxCalls?.ToString() ?? "any number"} and {_ledger.Budget.MaxTokens?.ToString() ?? "any number"}.");
    }

    /// <summary>Charges in full unless it is settled: what a failed or abandoned request cost is unknown.</summary>
    private sealed class Charge(Lease lease, Usage atMost) : IDisposable
    {
        private bool _isSettled;

        public void Settle(UsageDetails? reported)
        {
            _isSettled = true;
            long prompt = Math.Max(0, reported?.InputTokenCount ?? 0);
            long generated = Math.Clamp(reported?.OutputTokenCount ?? atMost.TokensGenerated, 0, atMost.TokensGenerated);
            lease.Settle(atMost with { TokensGenerated = generated, PromptTokens = prompt, ForwardTokens = prompt + generated });
        }

        public void Dispose()
        {
            if (!_isSettled)
            {
                Settle(null);
            }
            lease.Dispose();
        }
    }
}
