using System.Text.Json;
using Microsoft.Extensions.AI;
using Winnow.Inference;
using Winnow.Inference.Checkpoints.Gguf;
using Winnow.Inference.Decoders;
using Winnow.Models;
using Winnow.Search.Chat;
using Winnow.Testing.Conformance;
using Winnow.Testing.Models;

namespace Winnow.Tests.Conformance;

/// <summary>Complete small checkpoints against the reference library.</summary>
public sealed class CheckpointRows : IConformanceRows
{
    private const int GreedyTokens = 8;

    public string Family => "model_files";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["checkpoint_logits"] = Logits,
        ["checkpoint_text"] = Text,
        ["checkpoint_invalid"] = row =>
        {
            using DecoderModel model = Load(row);
            return new { model.Info.Name };
        },
    };

    private static DecoderModel Load(ConformanceRow row)
    {
        string path = row.Resolve(row.Input.Text("file")!);
        if (Directory.Exists(path))
        {
            return DecoderModel.Load(path, new NumberedVocabulary(DecoderSettingsJson.Load(path).VocabularySize));
        }
        using GgufFile file = GgufFile.Open(path);
        return DecoderModel.LoadGguf(path, new NumberedVocabulary(GgufDecoderSettings.Read(file).VocabularySize));
    }

    private static object Logits(ConformanceRow row)
    {
        using DecoderModel model = Load(row);
        using ISession session = model.Open(new SessionOptions());
        int[] ids = row.Input.Ints("ids");
        int last = row.Params.Whole("last_positions");
        session.Add(ids[..1]);
        session.Forward(new TokenBatch([0], [ids.Length - 1], ids[1..]), Read.AllLogits);
        var logits = new float[last][];
        for (int i = 0; i < last; i++)
        {
            logits[i] = [.. session.Logits(0, ids.Length - last + i)];
        }
        (int[] greedy, double margin) = Greedy(session, ids.Length);
        return new { logits, greedy, min_margin = margin };
    }

    private static object Text(ConformanceRow row)
    {
        string path = row.Resolve(row.Input.Text("file")!);
        using DecoderModel model = Directory.Exists(path) ? DecoderModel.Load(path) : DecoderModel.LoadGguf(path);
        using ISession session = model.Open(new SessionOptions());
        bool isChat = row.Input.Has("messages");
        string prompt = isChat ? ChatTemplatePrompt.Of(model.Vocabulary)!.Render(Conversation(row.Input.GetProperty("messages"))) : row.Input.Text("text")!;
        int[] ids = isChat ? model.Vocabulary.EncodePrompt(prompt) : model.Vocabulary.Encode(prompt, addSpecialTokens: true);
        session.Add(ids);
        (int[] greedy, double margin) = Greedy(session, ids.Length);
        return new { prompt, ids, greedy, text = model.Vocabulary.Decode(greedy, skipSpecialTokens: false), min_margin = margin };
    }

    private static ChatMessage[] Conversation(JsonElement messages) =>
        [.. messages.EnumerateArray().Select(m => new ChatMessage(new ChatRole(m.Text("role")!), m.Text("content")))];

    private static (int[] Tokens, double MinMargin) Greedy(ISession session, int length)
    {
        List<int> tokens = [];
        double margin = double.PositiveInfinity;
        for (int i = 0; i < GreedyTokens; i++)
        {
            float[] logits = session.Logits(0, length + i - 1).ToArray();
            float[] best = [.. logits.OrderDescending().Take(2)];
            margin = Math.Min(margin, best[0] - best[1]);
            tokens.Add(Array.IndexOf(logits, best[0]));
            session.Forward(new TokenBatch([0], [1], [tokens[^1]]), Read.LastLogits);
        }
        return ([.. tokens], margin);
    }
}
