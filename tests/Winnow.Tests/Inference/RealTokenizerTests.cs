using System.Text.Json;
using Microsoft.Extensions.AI;
using Winnow.Inference.Checkpoints.Gguf;
using Winnow.Inference.Tokenizers;
using Winnow.Search.Chat;
using Winnow.Testing;
using Winnow.Testing.Conformance;

namespace Winnow.Tests.Inference;

/// <summary>The tokenizer and chat template of a real model against the results of two reference libraries.</summary>
public sealed class RealTokenizerTests
{
    private const string Folder = "models/smollm2-135m-instruct";

    private static readonly Lazy<(ModelTokenizer Tokenizer, JsonElement Golden)> Real = new(() =>
    {
        string folder = SharedFolder.Find(Folder)!;
        using GgufFile file = GgufFile.Open(Directory.GetFiles(folder, "*.gguf").Single());
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "golden.json")));
        return (ModelTokenizer.FromGguf(file.Metadata), golden.RootElement.Clone());
    });

    private static readonly Lazy<IReadOnlyList<JsonElement>> Rows = new(() => [.. Real.Value.Golden.GetProperty("tokenizer").EnumerateArray()]);

    [Fact]
    public void Texts_become_the_tokens_of_the_reference()
    {
        SharedFolder.FindOrSkip(Folder);
        ModelTokenizer tokenizer = Real.Value.Tokenizer;
        Assert.All(Rows.Value, row =>
        {
            string text = row.Text("text")!;
            Assert.Equal(row.Ints("special"), tokenizer.Encode(text));
            Assert.Equal(row.Ints("plain"), tokenizer.EncodePlain(text));
            Assert.Equal(text, tokenizer.Decode(row.Ints("special"), skipSpecialTokens: false));
        });
        Assert.Equal(157, Rows.Value.Count);
    }

    [Fact]
    public void Conversations_become_the_text_and_tokens_of_the_reference()
    {
        SharedFolder.FindOrSkip(Folder);
        ModelTokenizer tokenizer = Real.Value.Tokenizer;
        ChatTemplatePrompt template = ChatTemplatePrompt.Of(tokenizer)!;
        JsonElement[] chats = [.. Real.Value.Golden.GetProperty("forward").EnumerateArray().Where(row => row.Has("messages"))];
        Assert.NotEmpty(chats);
        Assert.All(chats, row =>
        {
            string text = template.Render([.. row.GetProperty("messages").EnumerateArray().Select(m => new ChatMessage(new ChatRole(m.Text("role")!), m.Text("content")))]);
            Assert.Equal(row.Text("text"), text);
            Assert.Equal(row.Ints("token_ids"), tokenizer.Encode(text));
        });
    }
}
