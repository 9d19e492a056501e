using System.Globalization;
using System.Text;
using Microsoft.Extensions.AI;

namespace Winnow.Decoding.Navigation;

/// <summary>Settings of navigation through a chat model.</summary>
public sealed record ChatNavigationOptions
{
    /// <summary>Different answers wanted. At least 1; default 10.</summary>
    public int Answers { get; init { ArgumentOutOfRangeException.ThrowIfLessThan(value, 1); field = value; } } = 10;

    /// <summary>Further calls for an answer that repeats another; at least 0; default 3.</summary>
    public int Retries { get; init { ArgumentOutOfRangeException.ThrowIfNegative(value); field = value; } } = 3;

    /// <summary>Options of each call; the default ones where not set.</summary>
    public ChatOptions? Chat { get; init; }
}

/// <summary>An answer of a chat model, or why there is none.</summary>
/// <param name="Text">The answer, trimmed; empty where every call repeated an earlier one.</param>
/// <param name="Calls">Calls it took.</param>
/// <param name="IsNew">Whether it differs from all earlier answers.</param>
public sealed record ChatAnswer(string Text, int Calls, bool IsNew);

/// <summary>
/// Navigation without logits: the answers found so far are listed, one that differs is asked for, and an answer whose first
/// word was used already is asked for again.
/// </summary>
/// <remarks>
/// Source: Peng, An and Shang, "Correlation and Navigation in the Vocabulary Key Representation Space" (ICLR 2025), in the
/// form for models that show no logits. First words are compared without case and punctuation. Cost: at most
/// answers · (1 + retries) calls, with prompts that grow with the list.
/// </remarks>
public static class ChatNavigator
{
    /// <summary>Asks for different answers.</summary>
    /// <param name="client">Any chat client.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="options">Settings.</param>
    /// <param name="cancellationToken">Passed to every call.</param>
    /// <returns>As many entries as were wanted; those without a new answer are marked.</returns>
    public static async Task<IReadOnlyList<ChatAnswer>> RunAsync(
        IChatClient client, string question, ChatNavigationOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrWhiteSpace(question);
        ArgumentNullException.ThrowIfNull(options);
        HashSet<string> usedWords = new(StringComparer.Ordinal);
        List<ChatAnswer> answers = [];
        for (int i = 0; i < options.Answers; i++)
        {
            ChatAnswer answer = new("", 0, false);
            while (!answer.IsNew && answer.Calls <= options.Retries)
            {
                ChatResponse response = await client.GetResponseAsync(Ask(question, answers), options.Chat?.Clone(), cancellationToken).ConfigureAwait(false);
                string text = response.Text.Trim();
                string word = FirstWord(text);
                bool isNew = word.Length > 0 && usedWords.Add(word);
                answer = new ChatAnswer(isNew ? text : "", answer.Calls + 1, isNew);
            }
            answers.Add(answer);
        }
        return answers;
    }

    /// <summary>The first word of an answer, in lower case and without what is neither letter nor digit.</summary>
    public static string FirstWord(string answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        StringBuilder word = new();
        foreach (Rune rune in answer.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune))
            {
                word.Append(Rune.ToLowerInvariant(rune));
            }
            else if (word.Length > 0)
            {
                break;
            }
        }
        return word.ToString();
    }

    private static ChatMessage[] Ask(string question, List<ChatAnswer> answers)
    {
        StringBuilder prompt = new(question);
        ChatAnswer[] found = [.. answers.Where(a => a.IsNew)];
        if (found.Length > 0)
        {
            prompt.Append("\n\nThese answers were given already:\n");
            for (int i = 0; i < found.Length; i++)
            {
                prompt.Append(CultureInfo.InvariantCulture, $"{i + 1}. {found[i].Text}\n");
            }
            prompt.Append("Give one answer that differs from all of them, beginning with another word. Give the answer only.");
        }
        else
        {
            prompt.Append("\n\nGive one answer only.");
        }
        return [new ChatMessage(ChatRole.User, prompt.ToString())];
    }
}
