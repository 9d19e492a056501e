using System.Text.Json;
using Winnow.Search;
using Winnow.Search.Chat;

namespace Winnow.Endpoints.Calls;

/// <summary>Reads a response as untrusted text: what is not an answer is typed here.</summary>
internal static class ResponseReader
{
    /// <summary>The choices.</summary>
    /// <exception cref="ChatCallException">It is not JSON, has another shape, or holds no choice.</exception>
    public static IReadOnlyList<Choice> Choices(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 64 });
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("choices", out JsonElement choices) || choices.ValueKind != JsonValueKind.Array)
            {
                throw Unreadable("it has no choices");
            }
            List<Choice> read = [];
            foreach (JsonElement choice in choices.EnumerateArray())
            {
                read.Add(ChoiceOf(choice));
            }
            return read.Count > 0 ? read : throw new ChatCallException(FailureKind.Empty, "The endpoint answered without a choice.");
        }
        catch (JsonException error)
        {
            throw Unreadable($"it is not JSON (byte {error.BytePositionInLine})", error);
        }
        catch (InvalidOperationException error)
        {
            throw Unreadable("a value has the wrong type", error);
        }
    }

    private static Choice ChoiceOf(JsonElement choice)
    {
        if (!choice.TryGetProperty("message", out JsonElement message) || message.ValueKind != JsonValueKind.Object)
        {
            throw Unreadable("a choice has no message");
        }
        return new Choice(
            Text(message, "content") ?? "",
            Text(choice, "finish_reason"),
            Text(choice, "stop_reason") ?? Text(choice, "matched_stop"),
            choice.TryGetProperty("logprobs", out JsonElement logProbs) && logProbs.ValueKind == JsonValueKind.Object ? Tokens(logProbs) : null);
    }

    private static List<ChatToken>? Tokens(JsonElement logProbs)
    {
        if (!logProbs.TryGetProperty("content", out JsonElement content) || content.ValueKind != JsonValueKind.Array)
        {
            return null;
        }
        List<ChatToken> tokens = [];
        foreach (JsonElement token in content.EnumerateArray())
        {
            // A log-probability above 0 or none at all would poison every sum it enters.
            if (!token.TryGetProperty("logprob", out JsonElement value) || value.ValueKind != JsonValueKind.Number || !(value.GetDouble() is <= 1e-6 and var logProb))
            {
                return null;
            }
            tokens.Add(new ChatToken(Text(token, "token") ?? "", Math.Min(0, logProb)));
        }
        return tokens;
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static ChatCallException Unreadable(string why, Exception? inner = null) =>
        new(FailureKind.Unreadable, $"The endpoint's answer cannot be read: {why}.", inner);
}
