using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Winnow.Inference.Templates;
using Winnow.Models;

namespace Winnow.Search.Chat;

/// <summary>The text that a model reads for a conversation, by its own chat template. Immutable and thread-safe.</summary>
public sealed class ChatTemplatePrompt
{
    private readonly ChatTemplate _template;
    private readonly string _begin;
    private readonly string _end;

    private ChatTemplatePrompt(ChatTemplate template, IVocabulary vocabulary)
    {
        _template = template;
        _begin = NameOf(vocabulary, vocabulary.BeginOfSequence);
        _end = NameOf(vocabulary, vocabulary.EndOfSequence);
    }

    /// <summary>The template of a vocabulary; null where it has none.</summary>
    /// <param name="vocabulary">The vocabulary.</param>
    /// <param name="options">Limits; null: the usual ones.</param>
    /// <exception cref="WinnowException">The template is broken or asks for what is not supported.</exception>
    public static ChatTemplatePrompt? Of(IVocabulary vocabulary, TemplateOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        return vocabulary.ChatTemplate is { } source ? new ChatTemplatePrompt(ChatTemplate.Parse(source, options), vocabulary) : null;
    }

    /// <summary>The text for a conversation, up to where the answer begins.</summary>
    /// <param name="conversation">Its messages, first to last. Text, tool calls and tool results are shown to the template.</param>
    /// <exception cref="WinnowException">The template refuses the conversation, or goes beyond a limit.</exception>
    public string Render(IReadOnlyList<ChatMessage> conversation)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        return _template.Render(new ChatTemplateInput
        {
            Messages = new JsonArray([.. conversation.SelectMany(Messages)]),
            BeginOfSequence = _begin,
            EndOfSequence = _end,
        });
    }

    // A message that carries several tool results is several messages of a template.
    private static IEnumerable<JsonNode> Messages(ChatMessage message)
    {
        FunctionResultContent[] results = [.. message.Contents.OfType<FunctionResultContent>()];
        foreach (FunctionResultContent result in results)
        {
            yield return new JsonObject { ["role"] = ChatRole.Tool.Value, ["tool_call_id"] = result.CallId, ["content"] = Shown(result.Result) };
        }
        FunctionCallContent[] calls = [.. message.Contents.OfType<FunctionCallContent>()];
        if (results.Length > 0 && calls.Length == 0 && message.Text.Length == 0)
        {
            yield break;
        }
        var shown = new JsonObject { ["role"] = message.Role.Value, ["content"] = message.Text };
        if (calls.Length > 0)
        {
            shown["tool_calls"] = new JsonArray([.. calls.Select(Call)]);
        }
        yield return shown;
    }

    private static JsonObject Call(FunctionCallContent call) => new()
    {
        ["id"] = call.CallId,
        ["type"] = "function",
        ["function"] = new JsonObject
        {
            ["name"] = call.Name,
            ["arguments"] = new JsonObject((call.Arguments ?? new Dictionary<string, object?>(StringComparer.Ordinal)).Select(a => KeyValuePair.Create(a.Key, Node(a.Value)))),
        },
    };

    private static string Shown(object? result) => result as string ?? Node(result)?.ToJsonString() ?? "";

    private static JsonNode? Node(object? value) => value switch
    {
        null => null,
        JsonNode node => node.DeepClone(),
        JsonElement element => JsonNode.Parse(element.GetRawText()),
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        int whole => JsonValue.Create(whole),
        long whole => JsonValue.Create(whole),
        double number => JsonValue.Create(number),
        _ => JsonValue.Create(value.ToString()),
    };

    private static string NameOf(IVocabulary vocabulary, int? token) => token is { } id ? vocabulary.Name(id) : "";
}
