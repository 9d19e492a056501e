using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Winnow.Budgets;
using Winnow.Tasks;
using Winnow.Tasks.Answers;

namespace Winnow.Search.Chat;

/// <summary>Adds strategies and budgets to a chat client's pipeline.</summary>
/// <remarks>
/// What is added first is outermost. A cache added before a strategy keeps the chosen answers; one added after it keeps the draws, each
/// under a seed of its own, so that neither ever hands one draw out several times. Telemetry goes before, retries after.
/// </remarks>
public static class WinnowChatClientBuilderExtensions
{
    /// <summary>Answers each request by spending a budget on many draws from the clients added after this one.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="configure">Sets the strategy, the budget and how an answer is found, which is required.</param>
    /// <exception cref="ArgumentException">When the pipeline is built: the options cannot be used; the message says what they lack.</exception>
    /// <example><code>IChatClient better = client.AsBuilder().UseWinnow(o => o.Answers = new NumericAnswerKey()).Build();</code></example>
    public static ChatClientBuilder UseWinnow(this ChatClientBuilder builder, Action<WinnowChatOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new WinnowChatOptions();
        configure(options);
        return builder.Use(inner => new StrategyChatClient(inner, options));
    }

    /// <summary>The same with the options that <see cref="WinnowServiceCollectionExtensions.AddWinnow"/> registered.</summary>
    /// <param name="builder">The pipeline; it is built with the services.</param>
    /// <param name="name">Which options, where several are registered; null: those without a name.</param>
    /// <exception cref="OptionsValidationException">When the pipeline is built: the options cannot be used.</exception>
    public static ChatClientBuilder UseWinnow(this ChatClientBuilder builder, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Use((inner, services) => new StrategyChatClient(inner, services.GetRequiredService<IOptionsMonitor<WinnowChatOptions>>().Get(name)));
    }

    /// <summary>Answers each request with the best of several draws, as a scorer judges them.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="samples">Draws of one request. Unit: draws; at least 1.</param>
    /// <param name="scorer">Judges the draws.</param>
    /// <param name="configure">Sets what else differs from the defaults; null: nothing.</param>
    /// <remarks>Every draw is an answer of its own. The tokens of all draws together are not capped unless <paramref name="configure"/> says so.</remarks>
    public static ChatClientBuilder UseBestOf(this ChatClientBuilder builder, int samples, IScorer scorer, Action<WinnowChatOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(scorer);
        return Use(builder, StrategyIds.BestOfN, samples, new WholeTextAnswerKey(), options =>
        {
            options.Scorer = scorer;
            configure?.Invoke(options);
        });
    }

    /// <summary>Answers each request with the answer that most of several draws agree on.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="samples">Draws of one request. Unit: draws; at least 1.</param>
    /// <param name="answers">Finds the answer in a draw; draws vote by it.</param>
    /// <param name="configure">Sets what else differs from the defaults; null: nothing.</param>
    /// <remarks>The tokens of all draws together are not capped unless <paramref name="configure"/> says so.</remarks>
    public static ChatClientBuilder UseMajorityVote(this ChatClientBuilder builder, int samples, IAnswerKey answers, Action<WinnowChatOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(answers);
        return Use(builder, StrategyIds.Majority, samples, answers, configure);
    }

    /// <summary>Caps what passes through here, over all requests and for as long as the client lives.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="budget">The caps; at least one of tokens and calls. Add it after a strategy to cap all its draws together.</param>
    /// <param name="maxAnswerTokens">Most tokens of one answer where the request sets no limit; reserved before each request. Unit: tokens; at least 1.</param>
    /// <remarks>The ledger, with what has been used, is <c>client.GetService&lt;ILedger&gt;()</c>. A request that the budget does not cover fails with <see cref="BudgetExceededException"/>; a strategy goes on with the draws it has.</remarks>
    /// <exception cref="ArgumentException">The budget caps neither tokens nor calls, or caps what cannot be known here: seconds or money.</exception>
    public static ChatClientBuilder UseBudget(this ChatClientBuilder builder, Budget budget, int maxAnswerTokens = 1024)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(budget);
        return builder.Use(inner => new BudgetChatClient(inner, budget, maxAnswerTokens));
    }

    private static ChatClientBuilder Use(ChatClientBuilder builder, string strategy, int samples, IAnswerKey answers, Action<WinnowChatOptions>? configure)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        return builder.UseWinnow(options =>
        {
            options.Strategy = strategy;
            options.MaxDraws = samples;
            options.MaxTokens = long.MaxValue / 4;
            options.Answers = answers;
            configure?.Invoke(options);
        });
    }
}
