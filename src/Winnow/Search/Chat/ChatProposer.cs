using Microsoft.Extensions.AI;
using Winnow.Budgets;
using Winnow.Tasks;

namespace Winnow.Search.Chat;

/// <summary>Draws answers from any chat client.</summary>
/// <remarks>
/// A chat endpoint cannot be relied on to continue a partial answer, so step-wise strategies refuse this proposer
/// unless the client's <see cref="ChatCapabilities"/> service says that it does. Every draw carries a seed of its own: a
/// cache or a server never hands one answer out several times. Requests that the client repeats are charged.
/// </remarks>
public sealed class ChatProposer : IProposer
{
    private readonly IChatClient _client;
    private readonly ChatDrawOptions _settings;
    private readonly Func<Problem, IReadOnlyList<ChatMessage>> _messages;

    /// <summary>A proposer over a chat client.</summary>
    /// <param name="client">The model; not disposed.</param>
    /// <param name="settings">How answers are drawn.</param>
    /// <param name="messages">The conversation that asks a problem; by default one user message with its prompt.</param>
    public ChatProposer(IChatClient client, ChatDrawOptions? settings = null, Func<Problem, IReadOnlyList<ChatMessage>>? messages = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
        _settings = settings ?? new();
        _messages = messages ?? (static problem => [new ChatMessage(ChatRole.User, problem.Prompt)]);
        string name = (client.GetService(typeof(ChatClientMetadata)) as ChatClientMetadata)?.DefaultModelId ?? "chat";
        var can = client.GetService(typeof(ChatCapabilities)) as ChatCapabilities;
        Info = new ProposerInfo(name, CanStep: can?.CanStep == true, HasLogProbs: can?.HasLogProbs == true, _settings.MaxAnswerTokens)
        {
            MaxActiveRows = _settings.MaxActiveRows ?? _settings.MaxConcurrency,
            WhyNoSteps = can?.WhyNoSteps,
        };
    }

    /// <inheritdoc/>
    public ProposerInfo Info { get; }

    /// <inheritdoc/>
    /// <remarks>Money covers the prompt of each call by its bytes, and of calls that extend rows already there by nothing: a step reserves it itself.</remarks>
    public Usage AtMost(Problem problem, int calls, long tokens)
    {
        ArgumentNullException.ThrowIfNull(problem);
        decimal cost = _settings.Prices is { } prices
            ? prices.CostOf(calls == 0 ? 0 : calls * ChatPrompts.MostTokens(_messages(problem), _settings.HiddenPromptTokens), tokens)
            : 0;
        return new Usage { Calls = calls, TokensGenerated = tokens, Cost = cost };
    }

    /// <inheritdoc/>
    public IPopulation Open(Problem problem, SearchContext context)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(context);
        return new ChatPopulation(_client, _settings, _messages(problem), Info.CanStep, context);
    }
}
