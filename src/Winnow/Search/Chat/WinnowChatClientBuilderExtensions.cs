using Microsoft.Extensions.AI;

namespace Winnow.Search.Chat;

/// <summary>Adds strategies to a chat client's pipeline.</summary>
public static class WinnowChatClientBuilderExtensions
{
    /// <summary>Answers each request by spending a budget on many draws from the clients added after this one.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="configure">Sets the strategy, the budget and how an answer is found; <see cref="WinnowChatOptions.Answers"/> is required.</param>
    /// <example><code>IChatClient better = client.AsBuilder().UseWinnow(o => o.Answers = AnswerKeys.LastLine).Build();</code></example>
    public static ChatClientBuilder UseWinnow(this ChatClientBuilder builder, Action<WinnowChatOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new WinnowChatOptions();
        configure(options);
        return builder.Use(inner => new StrategyChatClient(inner, options));
    }
}
