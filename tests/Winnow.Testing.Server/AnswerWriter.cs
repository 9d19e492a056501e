using System.Text;
using System.Text.Json;

namespace Winnow.Testing.Server;

/// <summary>Writes answers in the form of the OpenAI API.</summary>
internal static class AnswerWriter
{
    /// <summary>The whole response.</summary>
    public static byte[] Whole(string model, int number, ChatServerOptions options, ChatRequest request, IReadOnlyList<DrawnAnswer> answers, (long Prompt, long Completion) usage)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            Begin(json, "chat.completion", model, number);
            json.WriteStartArray("choices");
            for (int i = 0; i < answers.Count; i++)
            {
                json.WriteStartObject();
                json.WriteNumber("index", i);
                json.WriteStartObject("message");
                json.WriteString("role", "assistant");
                json.WriteString("content", answers[i].Text);
                json.WriteEndObject();
                if (request.WantsLogProbs && options.HasLogProbs)
                {
                    LogProbs(json, answers[i].Tokens);
                }
                Finish(json, options, answers[i]);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            Usage(json, usage);
            json.WriteEndObject();
        }
        return stream.ToArray();
    }

    /// <summary>The events of a stream, without the last, <c>[DONE]</c>.</summary>
    public static IEnumerable<byte[]> Events(string model, int number, ChatServerOptions options, ChatRequest request, IReadOnlyList<DrawnAnswer> answers, (long Prompt, long Completion) usage)
    {
        for (int i = 0; i < answers.Count; i++)
        {
            yield return Event(model, number, json => Delta(json, options, request, i, answers[i], "", first: true, last: false));
            foreach (Rune rune in answers[i].Text.EnumerateRunes())
            {
                yield return Event(model, number, json => Delta(json, options, request, i, answers[i], rune.ToString(), first: false, last: false));
            }
            yield return Event(model, number, json => Delta(json, options, request, i, answers[i], "", first: false, last: true));
        }
        if (request.StreamsUsage)
        {
            yield return Event(model, number, json =>
            {
                json.WriteStartArray("choices");
                json.WriteEndArray();
                Usage(json, usage);
            });
        }
    }

    private static byte[] Event(string model, int number, Action<Utf8JsonWriter> body)
    {
        using MemoryStream stream = new();
        stream.Write("data: "u8);
        using (Utf8JsonWriter json = new(stream))
        {
            Begin(json, "chat.completion.chunk", model, number);
            body(json);
            json.WriteEndObject();
        }
        stream.Write("\n\n"u8);
        return stream.ToArray();
    }

    private static void Delta(Utf8JsonWriter json, ChatServerOptions options, ChatRequest request, int index, DrawnAnswer answer, string text, bool first, bool last)
    {
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", index);
        json.WriteStartObject("delta");
        if (first)
        {
            json.WriteString("role", "assistant");
        }
        if (!last)
        {
            json.WriteString("content", text);
        }
        json.WriteEndObject();
        if (last)
        {
            if (request.WantsLogProbs && options.HasLogProbs)
            {
                LogProbs(json, answer.Tokens);
            }
            Finish(json, options, answer);
        }
        else
        {
            json.WriteNull("finish_reason");
        }
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void Begin(Utf8JsonWriter json, string kind, string model, int number)
    {
        json.WriteStartObject();
        json.WriteString("id", FormattableString.Invariant($"chatcmpl-{number}"));
        json.WriteString("object", kind);
        json.WriteNumber("created", 1_700_000_000 + number);
        json.WriteString("model", model);
        json.WriteString("system_fingerprint", "winnow-test");
    }

    private static void Finish(Utf8JsonWriter json, ChatServerOptions options, DrawnAnswer answer)
    {
        json.WriteString("finish_reason", answer.FinishReason);
        if (options.SaysWhatStopped)
        {
            json.WriteString("stop_reason", answer.StoppedBy);
        }
    }

    private static void LogProbs(Utf8JsonWriter json, IReadOnlyList<DrawnToken> tokens)
    {
        json.WriteStartObject("logprobs");
        json.WriteStartArray("content");
        foreach (DrawnToken token in tokens)
        {
            json.WriteStartObject();
            Token(json, token.Bytes, token.LogProb);
            json.WriteStartArray("top_logprobs");
            foreach ((ReadOnlyMemory<byte> bytes, double logProb) in token.Top)
            {
                json.WriteStartObject();
                Token(json, bytes, logProb);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Token(Utf8JsonWriter json, ReadOnlyMemory<byte> bytes, double logProb)
    {
        json.WriteString("token", Encoding.UTF8.GetString(bytes.Span));
        json.WriteNumber("logprob", logProb);
        json.WriteStartArray("bytes");
        foreach (byte one in bytes.Span)
        {
            json.WriteNumberValue(one);
        }
        json.WriteEndArray();
    }

    private static void Usage(Utf8JsonWriter json, (long Prompt, long Completion) usage)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", usage.Prompt);
        json.WriteNumber("completion_tokens", usage.Completion);
        json.WriteNumber("total_tokens", usage.Prompt + usage.Completion);
        json.WriteEndObject();
    }
}
