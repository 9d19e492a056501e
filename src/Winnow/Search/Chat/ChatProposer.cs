using Microsoft.Extensions.AI;
using Winnow.Budgets;
using Winnow.Tasks;

namespace Winnow.Search.Chat;

/// <summary>Draws whole answers from any chat client.</summary>
/// <remarks>
/// A chat endpoint cannot be relied on to continue a partial answer, so step-wise strategies refuse this proposer.
/// Every draw carries a seed of its own: a cache or a server never hands one answer out several times.
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
        Info = new ProposerInfo(name, CanStep: false, HasLogProbs: false, _settings.MaxAnswerTokens) { MaxActiveRows = _settings.MaxConcurrency };
    }

    /// <inheritdoc/>
    public ProposerInfo Info { get; }

    /// <inheritdoc/>
    public Usage AtMost(Problem problem, int calls, long tokens) => new() { Calls = calls, TokensGenerated = tokens };

    /// <inheritdoc/>
    public IPopulation Open(Problem problem, SearchContext context)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(context);
        return new ChatPopulation(_client, _settings, _messages(problem), context);
    }
}
