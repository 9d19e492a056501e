using Microsoft.Extensions.AI;

namespace Winnow.Search.Chat;

/// <summary>A drawn token.</summary>
/// <param name="Text">Its text; where its bytes are a part of a character, U+FFFD.</param>
/// <param name="LogProb">Natural log of its probability, as the endpoint tells it: usually under the untempered model.</param>
public readonly record struct ChatToken(string Text, double LogProb);

/// <summary>One of several answers to a request.</summary>
/// <param name="Text">Its text.</param>
/// <param name="IsCut">Whether the limit on its length ended it.</param>
/// <param name="StopText">The stop text that ended it; null where the model ended it, or where the endpoint does not tell.</param>
/// <param name="Tokens">Its tokens, without the end token; null where the endpoint does not tell them.</param>
public sealed record ChatAnswer(string Text, bool IsCut, string? StopText, IReadOnlyList<ChatToken>? Tokens);

/// <summary>
/// What a client and a strategy tell each other beyond the chat abstractions: in
/// <see cref="ChatOptions.AdditionalProperties"/> what is wanted, in <see cref="ChatResponse.AdditionalProperties"/> what came.
/// </summary>
public static class ChatDetails
{
    private const string ContinuesKey = "winnow.continues_answer";
    private const string TokensKey = "winnow.tokens";
    private const string StopKey = "winnow.stop_text";
    private const string CountKey = "winnow.answers_asked";
    private const string AnswersKey = "winnow.answers";

    /// <summary>Asks that the last message, the assistant's, is continued.</summary>
    public static void AskToContinue(this ChatOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (options.AdditionalProperties ??= [])[ContinuesKey] = true;
    }

    /// <summary>Whether the last message is to be continued.</summary>
    public static bool AsksToContinue(this ChatOptions? options) =>
        options?.AdditionalProperties?.TryGetValue(ContinuesKey, out object? value) == true && value is true;

    /// <summary>Asks for several answers to one request.</summary>
    /// <param name="options">The request's options.</param>
    /// <param name="count">How many. Range: 1 … 128.</param>
    public static void AskForSeveral(this ChatOptions options, int count)
    {
        ArgumentNullException.ThrowIfNull(options);
        (options.AdditionalProperties ??= [])[CountKey] = count;
    }

    /// <summary>How many answers a request asks for.</summary>
    public static int AnswersAsked(this ChatOptions? options) =>
        options?.AdditionalProperties?.TryGetValue(CountKey, out object? value) == true && value is int count ? count : 1;

    /// <summary>Keeps all answers with a response, whose text is the first.</summary>
    public static void SetAnswers(this ChatResponse response, IReadOnlyList<ChatAnswer> answers)
    {
        ArgumentNullException.ThrowIfNull(response);
        (response.AdditionalProperties ??= [])[AnswersKey] = answers;
    }

    /// <summary>All answers of a response; the one that it is where the client does not tell of several.</summary>
    public static IReadOnlyList<ChatAnswer> Answers(this ChatResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.AdditionalProperties?.TryGetValue(AnswersKey, out object? value) == true && value is IReadOnlyList<ChatAnswer> answers
            ? answers
            : [new ChatAnswer(response.Text, response.FinishReason == ChatFinishReason.Length, response.StopText(), response.Tokens())];
    }

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
