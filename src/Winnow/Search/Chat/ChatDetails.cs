using Microsoft.Extensions.AI;

namespace Winnow.Search.Chat;

/// <summary>A drawn token.</summary>
/// <param name="Text">Its text; where its bytes are a part of a character, U+FFFD.</param>
/// <param name="LogProb">Natural log of its probability, as the endpoint tells it: usually under the untempered model.</param>
public readonly record struct ChatToken(string Text, double LogProb);

/// <summary>
/// What a client and a strategy tell each other beyond the chat abstractions: in
/// <see cref="ChatOptions.AdditionalProperties"/> what is wanted, in <see cref="ChatResponse.AdditionalProperties"/> what came.
/// </summary>
public static class ChatDetails
{
    private const string ContinuesKey = "winnow.continues_answer";
    private const string TokensKey = "winnow.tokens";
    private const string StopKey = "winnow.stop_text";

    /// <summary>Asks that the last message, the assistant's, is continued.</summary>
    public static void AskToContinue(this ChatOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (options.AdditionalProperties ??= [])[ContinuesKey] = true;
    }

    /// <summary>Whether the last message is to be continued.</summary>
    public static bool AsksToContinue(this ChatOptions? options) =>
        options?.AdditionalProperties?.TryGetValue(ContinuesKey, out object? value) == true && value is true;

    /// <summary>Keeps the drawn tokens with a response.</summary>
    public static void SetTokens(this ChatResponse response, IReadOnlyList<ChatToken> tokens)
    {
        ArgumentNullException.ThrowIfNull(response);
        (response.AdditionalProperties ??= [])[TokensKey] = tokens;
    }

    /// <summary>The drawn tokens, without the end token; null where the client does not tell them.</summary>
    public static IReadOnlyList<ChatToken>? Tokens(this ChatResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.AdditionalProperties?.TryGetValue(TokensKey, out object? value) == true ? value as IReadOnlyList<ChatToken> : null;
    }

    /// <summary>Keeps with a response which stop text ended it.</summary>
    public static void SetStopText(this ChatResponse response, string stopText)
    {
        ArgumentNullException.ThrowIfNull(response);
        (response.AdditionalProperties ??= [])[StopKey] = stopText;
    }

    /// <summary>The stop text that ended a response; null where the model ended it, or where the client does not tell.</summary>
    public static string? StopText(this ChatResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.AdditionalProperties?.TryGetValue(StopKey, out object? value) == true ? value as string : null;
    }
}
