using System.Text.Json;
using Winnow.Inference.Checkpoints;
using Winnow.Inference.Decoders;
using Winnow.Inference.Tokenizers;
using Winnow.Inference.Tokenizers.Models;
using Winnow.Testing.Models;

namespace Winnow.Tests.Cli;

/// <summary>A model folder with made-up weights and a tokenizer of single bytes: real files for the real loader.</summary>
internal sealed class TinyModelFolder : IDisposable
{
    private const string EndToken = "<|end|>";
    private const int Context = 192;

    /// <param name="settings">Another shape; its vocabulary must have 257 tokens.</param>
    public TinyModelFolder(DecoderSettings? settings = null)
    {
        Path = Directory.CreateTempSubdirectory("winnow-tiny-").FullName;
        settings ??= RandomDecoder.Settings(vocabulary: 257, context: Context);
        using MemoryCheckpoint checkpoint = RandomDecoder.Checkpoint(settings, seed: 5);
        SafetensorsWriter.Write(Weights, checkpoint.Tensors.Values.Select(tensor =>
        {
            float[] values = new float[tensor.Count];
            checkpoint.ReadFloats(tensor.Name, values);
            return new NamedTensor(tensor.Name, tensor.Shape, values);
        }));
        Write("config.json", new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["model_type"] = "llama",
            ["architectures"] = new[] { "LlamaForCausalLM" },
            ["vocab_size"] = settings.VocabularySize,
            ["hidden_size"] = settings.Width,
            ["intermediate_size"] = settings.FeedForwardWidth,
            ["num_hidden_layers"] = settings.Layers,
            ["num_attention_heads"] = settings.Heads,
            ["num_key_value_heads"] = settings.KeyValueHeads,
            ["head_dim"] = settings.HeadWidth,
            ["max_position_embeddings"] = settings.ContextLength,
            ["rms_norm_eps"] = settings.NormEpsilon,
            ["tie_word_embeddings"] = true,
            ["eos_token_id"] = 256,
        });
        Write("tokenizer_config.json", new Dictionary<string, object>(StringComparer.Ordinal) { ["eos_token"] = EndToken });
        Write("tokenizer.json", new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["added_tokens"] = new[] { new { id = 256, content = EndToken, single_word = false, lstrip = false, rstrip = false, normalized = false, special = true } },
            ["pre_tokenizer"] = new { type = "ByteLevel", add_prefix_space = false, trim_offsets = true, use_regex = true },
            ["decoder"] = new { type = "ByteLevel" },
            ["model"] = new
            {
                type = "BPE",
                vocab = Enumerable.Range(0, 256).ToDictionary(b => ByteAlphabet.Char((byte)b).ToString(), b => b, StringComparer.Ordinal),
                merges = Array.Empty<string>(),
            },
        });
    }

    public string Path { get; }

    public string Weights => System.IO.Path.Combine(Path, "model.safetensors");

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>A task file of sums in this folder.</summary>
    public string TaskFile(int problems, string prompt = "1+1=")
    {
        string path = System.IO.Path.Combine(Path, "sums.jsonl");
        File.WriteAllLines(path, Enumerable.Range(0, problems).Select(i => JsonSerializer.Serialize(new { id = $"s{i}", input = prompt, target = "2" })));
        return path;
    }

    private void Write(string file, object content) => File.WriteAllText(System.IO.Path.Combine(Path, file), JsonSerializer.Serialize(content));
}
