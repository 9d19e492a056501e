using System.Text.Json;
using Winnow.Inference.Checkpoints.Gguf;
using Winnow.Inference.Tokenizers;
using Winnow.Inference.Tokenizers.Json;
using Winnow.Inference.Tokenizers.PreTokenizers;

namespace Winnow.Inference.Conversion;

/// <summary>Writes the tokenizer of a model folder as metadata of a GGUF file: byte-level byte pairs with a pre-tokenizer that has a name there.</summary>
/// <remarks>Source: the GGUF specification, <c>tokenizer.ggml</c> keys.</remarks>
internal static class GgufTokenizerKeys
{
    private const int Normal = 1;
    private const int Control = 3;
    private const int UserDefined = 4;
    private const int Unused = 5;

    /// <summary>Adds the keys.</summary>
    /// <param name="metadata">Receives them.</param>
    /// <param name="folder">The model folder.</param>
    /// <param name="vocabularySize">Rows of the embedding; ids beyond the tokenizer's get names of their own.</param>
    /// <exception cref="WinnowException">The tokenizer is of another kind; the message says which part.</exception>
    public static void Add(GgufMetadataBuilder metadata, string folder, int vocabularySize)
    {
        string file = Path.Combine(folder, "tokenizer.json");
        JsonField root = JsonField.Load(file);
        ModelTokenizer tokenizer = ModelTokenizer.Load(folder);
        JsonField model = root["model"];
        if (model["type"].OptionalText() is not (null or "BPE") || !PreTokenizerJson.Read(root["pre_tokenizer"]).IsByteLevel)
        {
            throw model["type"].Error("\"BPE\" over bytes: other tokenizers cannot be written to GGUF files");
        }
        string pre = PreName(root, model["ignore_merges"].Flag(absent: false));
        var names = new string[Math.Max(vocabularySize, tokenizer.Size)];
        var types = new int[names.Length];
        for (int id = 0; id < names.Length; id++)
        {
            string name = id < tokenizer.Size ? tokenizer.Name(id) : "";
            names[id] = name.Length > 0 ? name : $"[PAD{id}]";
            types[id] = name.Length > 0 ? Normal : Unused;
        }
        foreach (JsonField added in root["added_tokens"].IsPresent ? root["added_tokens"].Items() : [])
        {
            types[added["id"].Integer(0, names.Length - 1)] = added["special"].Flag(absent: false) ? Control : UserDefined;
        }
        metadata.Add("tokenizer.ggml.model", "gpt2").Add("tokenizer.ggml.pre", pre)
            .Add("tokenizer.ggml.tokens", names).Add("tokenizer.ggml.token_type", types)
            .Add("tokenizer.ggml.merges", [.. model["merges"].Items().Select(Merge)]);
        AddEnds(metadata, tokenizer);
        if (tokenizer.ChatTemplate is { } template)
        {
            metadata.Add("tokenizer.chat_template", template);
        }
    }

    private static void AddEnds(GgufMetadataBuilder metadata, ModelTokenizer tokenizer)
    {
        int? begin = tokenizer.Prefix.Length > 0 ? tokenizer.Prefix[0] : tokenizer.BeginOfSequence;
        int? end = tokenizer.Suffix.Length > 0 ? tokenizer.Suffix[0] : tokenizer.EndOfSequence;
        if (begin is { } first)
        {
            metadata.Add("tokenizer.ggml.bos_token_id", (uint)first);
        }
        if (end is { } last)
        {
            metadata.Add("tokenizer.ggml.eos_token_id", (uint)last);
        }
        metadata.Add("tokenizer.ggml.add_bos_token", tokenizer.Prefix.Length > 0).Add("tokenizer.ggml.add_eos_token", tokenizer.Suffix.Length > 0);
    }

    private static string PreName(JsonField root, bool ignoresMerges)
    {
        JsonField field = root["pre_tokenizer"];
        string? normalizer = root["normalizer"]["type"].OptionalText();
        IReadOnlyList<TextStep> steps = PreTokenizerJson.Read(field).Steps;
        string? name = steps switch
        {
            [Gpt2Splitter] when !ignoresMerges && normalizer is null => "gpt-2",
            [DigitsSplitter { IsEachAlone: true }, Gpt2Splitter] when !ignoresMerges && normalizer is null => "smollm",
            [Llama3Splitter { MaxNumbers: 3 }] when ignoresMerges && normalizer is null => "llama-bpe",
            [Llama3Splitter { MaxNumbers: 1 }] when !ignoresMerges && normalizer == "NFC" => "qwen2",
            _ => null,
        };
        return name ?? throw field.Error("one that GGUF files have a name for: those of GPT-2, SmolLM, Llama 3 and Qwen 2, with their normalizers");
    }

    private static string Merge(JsonField merge)
    {
        if (merge.Value.ValueKind == JsonValueKind.String)
        {
            return merge.Text();
        }
        return string.Join(' ', merge.Items().Select(part => part.Text()));
    }
}
