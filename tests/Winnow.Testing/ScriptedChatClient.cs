using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Winnow.Testing;

/// <summary>A chat client that answers by a function of the request's number and options, and remembers what it was asked.</summary>
public sealed class ScriptedChatClient(Func<int, ChatOptions?, ChatResponse> answer) : IChatClient
{
    private int _requests;

    /// <summary>Seeds of the requests, in order of arrival.</summary>
    public ConcurrentQueue<long?> Seeds { get; } = [];

    /// <summary>Number of requests so far.</summary>
    public int Requests => _requests;

    /// <summary>An answer with its text and token counts.</summary>
    public static ChatResponse Text(string text, int prompt = 10, int generated = 5) => new(new ChatMessage(ChatRole.Assistant, text))
    {
        FinishReason = ChatFinishReason.Stop,
        Usage = new UsageDetails { InputTokenCount = prompt, OutputTokenCount = generated },
    };

    /// <inheritdoc/>
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Seeds.Enqueue(options?.Seed);
        return Task.FromResult(answer(Interlocked.Increment(ref _requests) - 1, options));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ChatResponse response = await GetResponseAsync(messages, options, cancellationToken);
        foreach (ChatResponseUpdate update in response.ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType?.IsInstanceOfType(this) == true ? this : null;

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
