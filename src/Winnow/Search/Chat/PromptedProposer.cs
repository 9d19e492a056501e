using Microsoft.Extensions.AI;

namespace Winnow.Search.Chat;

/// <summary>
/// What a chat client offers through <see cref="IChatClient.GetService"/> when it can do more than answer: a proposer
/// that sees tokens and log-probabilities and can continue partial answers, and how a conversation becomes its prompt.
/// </summary>
/// <param name="Proposer">Draws for prompts.</param>
/// <param name="Prompt">The text that the model reads for a conversation.</param>
public sealed record PromptedProposer(IProposer Proposer, Func<IReadOnlyList<ChatMessage>, string> Prompt);
