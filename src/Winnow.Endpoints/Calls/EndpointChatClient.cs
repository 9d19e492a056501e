using System.ClientModel;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using Polly.Timeout;
using Winnow.Search;
using Winnow.Search.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Winnow.Endpoints.Calls;

/// <summary>The client library's chat client with what it leaves out: log-probabilities, several choices, continued answers, typed failures.</summary>
internal sealed class EndpointChatClient(IChatClient inner, EndpointSpec spec, string keyVariable, ChatCapabilities? capabilities) : DelegatingChatClient(inner)
{
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        (ChatResponse response, _) = await AskAsync(messages, options, Math.Clamp(options.AnswersAsked(), 1, 128), cancellationToken).ConfigureAwait(false);
        return response;
    }

    /// <summary>One request for several answers.</summary>
    /// <returns>The response, and all its choices.</returns>
    public async Task<(ChatResponse Response, IReadOnlyList<Choice> Choices)> AskAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options, int count, CancellationToken cancellationToken)
    {
        Exchange exchange = new();
        exchange.Enter();
        try
        {
            ChatResponse response = await base.GetResponseAsync(messages, Prepared(options, count), cancellationToken).ConfigureAwait(false);
            if (exchange.Choices is [var choice, ..])
            {
                if (choice.Tokens is { } tokens)
                {
                    response.SetTokens(tokens);
                }
                if (choice.StopText is { } stop)
                {
                    response.SetStopText(stop);
                }
                if (count > 1)
                {
                    response.SetAnswers([.. exchange.Choices.Select(one => new ChatAnswer(one.Text, one.FinishReason == "length", one.StopText, one.Tokens))]);
                }
            }
            return (response, exchange.Choices);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested && error is not ChatCallException)
        {
            throw Typed(error);
        }
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        IAsyncEnumerator<ChatResponseUpdate> updates = base.GetStreamingResponseAsync(messages, Prepared(options, 1), cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using ConfiguredAsyncDisposable owned = updates.ConfigureAwait(false);
        bool hasEnded = false;
        while (true)
        {
            try
            {
                if (!await updates.MoveNextAsync().ConfigureAwait(false))
                {
                    break;
                }
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested && error is not ChatCallException)
            {
                throw Typed(error);
            }
            hasEnded |= updates.Current.FinishReason is not null;
            yield return updates.Current;
        }
        if (!hasEnded)
        {
            throw new ChatCallException(FailureKind.CutOff, $"The stream from {spec.Url.Host} ended before the answer did.");
        }
    }

    public override object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType == typeof(ChatCapabilities) ? capabilities
        : serviceKey is null && serviceType == typeof(EndpointSpec) ? spec
        : base.GetService(serviceType, serviceKey);

#pragma warning disable CA2215 // The inner client and its connections belong to the endpoint, which other clients use.
    protected override void Dispose(bool disposing)
    {
    }
#pragma warning restore CA2215

    private ChatOptions Prepared(ChatOptions? options, int count)
    {
        ChatOptions own = options?.Clone() ?? new ChatOptions();
        bool continues = own.AsksToContinue();
        Func<IChatClient, object?>? before = own.RawRepresentationFactory;
        int? limit = own.MaxOutputTokens;
        own.RawRepresentationFactory = client =>
        {
            ChatCompletionOptions raw = before?.Invoke(client) as ChatCompletionOptions ?? new();
            if (capabilities?.HasLogProbs == true)
            {
                raw.IncludeLogProbabilities = true;
            }
            if (count > 1)
            {
                raw.Patch.Set("$.n"u8, count);
            }
            if (limit is { } tokens && !spec.IsOpenAI)
            {
                // Servers of one's own often know the older name only, and would else draw without a limit.
                raw.Patch.Set("$.max_tokens"u8, tokens);
            }
            if (continues)
            {
                raw.Patch.Set("$.continue_final_message"u8, true);
                raw.Patch.Set("$.add_generation_prompt"u8, false);
            }
            return raw;
        };
        return own;
    }

    private ChatCallException Typed(Exception error)
    {
        if (ChatCallException.Within(error) is { } known)
        {
            return known;
        }
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case TimeoutRejectedException:
                    return new ChatCallException(FailureKind.TimedOut, $"{spec.Url.Host} gave no answer in time. Raise the deadline, or ask for shorter answers.", error);
                case ClientResultException { Status: > 0 } result:
                    return new ChatCallException(FailureKinds.OfStatus((HttpStatusCode)result.Status) ?? FailureKind.Unreadable, Explain(result), error);
                case JsonException or FormatException or KeyNotFoundException or InvalidOperationException or ArgumentException:
                    return new ChatCallException(FailureKind.Unreadable, $"The answer of {spec.Url.Host} cannot be read: {cause.Message}", error);
                case IOException or HttpRequestException:
                    return new ChatCallException(FailureKind.CutOff, $"The connection to {spec.Url.Host} ended: {cause.Message}", error);
                default:
                    break;
            }
        }
        return new ChatCallException(FailureKind.Other, $"The request to {spec.Url.Host} failed: {error.Message}", error);
    }

    private string Explain(ClientResultException result) => result.Status switch
    {
        401 or 403 => $"{spec.Url.Host} refused the key ({result.Status}). Set {keyVariable} to one that it takes.",
        404 => $"{spec.Url.Host} does not know the model {spec.Model} at {spec.Url} (404). Check its name and the address, which usually ends in /v1.",
        429 => $"{spec.Url.Host} refused for its rate limit (429), retries included. Lower the concurrency, or raise the total deadline.",
        _ => $"{spec.Url.Host} answered {result.Status}: {FirstLine(result.Message)}",
    };

    private static string FirstLine(string text)
    {
        string line = text.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() ?? "";
        return line.Length <= 200 ? line : line[..200] + "…";
    }
}
