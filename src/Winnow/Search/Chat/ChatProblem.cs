using Microsoft.Extensions.AI;
using Winnow.Tasks;

namespace Winnow.Search.Chat;

/// <summary>A conversation as a problem whose right answer nobody knows.</summary>
internal static class ChatProblem
{
    public static Problem Of(IReadOnlyList<ChatMessage> conversation, Func<IReadOnlyList<ChatMessage>, string> prompt, IAnswerKey answers) => new()
    {
        Id = "request",
        Question = conversation.LastOrDefault(m => m.Role == ChatRole.User)?.Text ?? "",
        Prompt = prompt(conversation),
        Answers = answers,
        Checker = Unknown.Instance,
    };

    private sealed class Unknown : IAnswerChecker
    {
        public static Unknown Instance { get; } = new();

        public bool IsCorrect(Problem problem, string answer) =>
            throw new InvalidOperationException("The right answer of a chat request is not known; the strategy 'oracle' cannot be used here.");
    }
}
