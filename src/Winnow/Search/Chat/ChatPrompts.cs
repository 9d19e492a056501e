using System.Text;
using Microsoft.Extensions.AI;

namespace Winnow.Search.Chat;

/// <summary>The most tokens that a conversation can have, for an endpoint whose tokenizer is not known.</summary>
internal static class ChatPrompts
{
    private const int TokensOfARole = 8;

    /// <summary>A token stands for at least one byte of UTF-8; roles and the template's own text come on top.</summary>
    /// <param name="messages">The conversation.</param>
    /// <param name="hidden">Tokens that the endpoint may add.</param>
    public static long MostTokens(IReadOnlyList<ChatMessage> messages, int hidden)
    {
        long most = hidden;
        foreach (ChatMessage message in messages)
        {
            most += TokensOfARole + Encoding.UTF8.GetByteCount(message.Text);
        }
        return most;
    }
}
