using System.Text.Json;
using System.Text.Json.Nodes;
using Winnow.Inference.Checkpoints.Gguf;
using Winnow.Inference.Templates;
using Winnow.Inference.Tokenizers;
using Winnow.Testing.Conformance;

namespace Winnow.Tests.Conformance;

/// <summary>Chat templates and the tokenizers of GGUF files against the reference library.</summary>
public sealed class ChatTemplateRows : IConformanceRows
{
    public string Family => "model_files";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["chat_template"] = Render,
        ["gguf_tokenizer"] = Tokenizer,
    };

    private static object Render(ConformanceRow row) => new
    {
        text = ChatTemplate.Parse(row.Input.Text("template")!).Render(new ChatTemplateInput
        {
            Messages = Array(row.Input, "messages")!,
            Tools = Array(row.Input, "tools"),
            AddGenerationPrompt = row.Input.Flag("add_generation_prompt"),
            BeginOfSequence = row.Input.Text("bos_token")!,
            EndOfSequence = row.Input.Text("eos_token")!,
        }),
    };

    private static JsonArray? Array(JsonElement input, string name) =>
        input.GetProperty(name) is { ValueKind: JsonValueKind.Array } array ? JsonArray.Create(array) : null;

    private static object Tokenizer(ConformanceRow row)
    {
        using GgufFile file = GgufFile.Open(row.Resolve(row.Input.Text("file")!));
        GgufMetadata metadata = file.Metadata;
        ModelTokenizer tokenizer = ModelTokenizer.FromGguf(metadata);
        string[] tokens = [.. Enumerable.Range(0, tokenizer.Size).Select(tokenizer.Name)];
        string[] merges = metadata.Texts("tokenizer.ggml.merges");
        int last = row.Expected.GetProperty("last_tokens").GetArrayLength();
        return new
        {
            model = metadata.Text("tokenizer.ggml.model"),
            pre = metadata.Text("tokenizer.ggml.pre"),
            tokens = tokenizer.Size,
            // The row's note says that these lists begin at entries 6 and 5.
            first_tokens = tokens[6..14],
            last_tokens = tokens[^last..],
            merges = merges.Length,
            first_merges = merges[5..10],
            token_types = metadata.Integers("tokenizer.ggml.token_type").CountBy(t => t).OrderBy(t => t.Key).ToDictionary(t => t.Key.ToString(), t => t.Value),
            bos = tokenizer.BeginOfSequence,
            eos = tokenizer.EndOfSequence,
            add_bos = tokenizer.Prefix.Length == 1 && tokenizer.Prefix[0] == tokenizer.BeginOfSequence,
            chat_template = tokenizer.ChatTemplate,
        };
    }
}
