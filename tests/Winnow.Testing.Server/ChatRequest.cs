using System.Text.Json;

namespace Winnow.Testing.Server;

/// <summary>A request for chat completions.</summary>
public sealed record ChatRequest
{
    /// <summary>The conversation: role and text of each message.</summary>
    public required IReadOnlyList<(string Role, string Text)> Messages { get; init; }

    /// <summary>Sampling temperature.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Most tokens of an answer.</summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>Seed.</summary>
    public long? Seed { get; init; }

    /// <summary>Answers wanted.</summary>
    public int Choices { get; init; } = 1;

    /// <summary>Texts that end an answer.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Whether log-probabilities are wanted.</summary>
    public bool WantsLogProbs { get; init; }

    /// <summary>How many alternatives of each token are wanted.</summary>
    public int TopLogProbs { get; init; }

    /// <summary>Whether the answer is streamed.</summary>
    public bool Streams { get; init; }

    /// <summary>Whether the stream ends with the usage.</summary>
    public bool StreamsUsage { get; init; }

    /// <summary>Whether the last message, the assistant's, is to be continued.</summary>
    public bool Continues { get; init; }

    /// <summary>Text of the last message of the user.</summary>
    public string Question => Messages.LastOrDefault(message => message.Role == "user").Text ?? "";

    /// <summary>What the answer continues; empty for a fresh one.</summary>
    public string Partial => Continues && Messages is [.., ("assistant", var text)] ? text : "";

    /// <summary>Reads a request.</summary>
    /// <exception cref="JsonException">It is not a request.</exception>
    public static ChatRequest Parse(JsonElement body)
    {
        List<(string, string)> messages = [];
        foreach (JsonElement message in body.GetProperty("messages").EnumerateArray())
        {
            messages.Add((message.GetProperty("role").GetString()!, TextOf(message.GetProperty("content"))));
        }
        return new ChatRequest
        {
            Messages = messages,
            Temperature = Number(body, "temperature") ?? 1,
            MaxTokens = (int)(Number(body, "max_completion_tokens") ?? Number(body, "max_tokens") ?? 256),
            Seed = (long?)Whole(body, "seed"),
            Choices = (int)(Whole(body, "n") ?? 1),
            Stop = StopOf(body),
            WantsLogProbs = Flag(body, "logprobs"),
            TopLogProbs = (int)(Whole(body, "top_logprobs") ?? 0),
            Streams = Flag(body, "stream"),
            StreamsUsage = body.TryGetProperty("stream_options", out JsonElement options) && Flag(options, "include_usage"),
            Continues = Flag(body, "continue_final_message"),
        };
    }

    private static string TextOf(JsonElement content) => content.ValueKind switch
    {
        JsonValueKind.String => content.GetString()!,
        JsonValueKind.Array => string.Concat(content.EnumerateArray().Select(part => part.TryGetProperty("text", out JsonElement text) ? text.GetString() : "")),
        _ => "",
    };

    private static IReadOnlyList<string> StopOf(JsonElement body) => !body.TryGetProperty("stop", out JsonElement stop) ? []
        : stop.ValueKind == JsonValueKind.String ? [stop.GetString()!]
        : stop.ValueKind == JsonValueKind.Array ? [.. stop.EnumerateArray().Select(text => text.GetString()!)]
        : [];

    private static bool Flag(JsonElement body, string name) => body.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;

    private static double? Number(JsonElement body, string name) =>
        body.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static long? Whole(JsonElement body, string name) =>
        body.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;
}
