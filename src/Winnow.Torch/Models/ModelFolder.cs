using System.Text.Json;
using System.Text.Json.Nodes;
using Winnow.Inference.Checkpoints;
using Winnow.Inference.Decoders;

namespace Winnow.Torch.Models;

/// <summary>The linear head of a token classifier: one score for each token.</summary>
/// <param name="Weights">Shape [d].</param>
/// <param name="Bias">Added to every score.</param>
public sealed record ScoreHead(ReadOnlyMemory<float> Weights, float Bias);

/// <summary>The tokens that a model folder names.</summary>
/// <param name="Begin">Begins a sequence.</param>
/// <param name="End">Ends a sequence.</param>
/// <param name="Padding">Fills up rows.</param>
public sealed record SpecialTokens(int Begin, int End, int Padding);

/// <summary>Writes and reads trained decoders as folders in the layout of Hugging Face models, which other engines load as well.</summary>
public static class ModelFolder
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>
    /// Writes <c>config.json</c>, <c>generation_config.json</c>, <c>model.safetensors</c>, <c>tokenizer.json</c> and
    /// <c>tokenizer_config.json</c>.
    /// </summary>
    /// <param name="folder">Where; it is made if it does not exist, files in it are replaced.</param>
    /// <param name="shape">Sizes.</param>
    /// <param name="weights">Shape [parameters], in the order of <see cref="DecoderShape.Tensors"/>.</param>
    /// <param name="tokenizerFile">A <c>tokenizer.json</c>.</param>
    /// <param name="special">Special tokens.</param>
    /// <param name="type">How numbers are written. F16 halves the size and leaves nearly all greedy answers as they are.</param>
    /// <param name="head">Makes the folder a <c>LlamaForTokenClassification</c> with one score; null: a language model.</param>
    /// <param name="metadata">Remarks kept in the safetensors header, for example seed and tokens.</param>
    /// <exception cref="WinnowException">A file cannot be written.</exception>
    /// <exception cref="NotSupportedException">The shape has biases or stretched rotary positions.</exception>
    public static void Write(
        string folder, DecoderShape shape, ReadOnlySpan<float> weights, string tokenizerFile, SpecialTokens special,
        TensorType type = TensorType.F16, ScoreHead? head = null, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(special);
        if (shape.HasAttentionBias || shape.Rotary.Scaling != RotaryScaling.None)
        {
            throw new NotSupportedException("Folders are written for Llama decoders without biases and with plain rotary positions.");
        }
        Directory.CreateDirectory(folder);
        SafetensorsWriter.Write(Path.Combine(folder, "model.safetensors"), Tensors(shape, weights, head), type, metadata);
        WriteJson(folder, "config.json", Config(shape, special, type, head is not null));
        WriteJson(folder, "generation_config.json", new JsonObject
        {
            ["bos_token_id"] = special.Begin,
            ["eos_token_id"] = special.End,
            ["pad_token_id"] = special.Padding,
            ["do_sample"] = true,
            ["temperature"] = 1.0,
        });
        string target = Path.Combine(folder, "tokenizer.json");
        if (Path.GetFullPath(target) != Path.GetFullPath(tokenizerFile))
        {
            File.Copy(tokenizerFile, target, overwrite: true);
        }
        WriteJson(folder, "tokenizer_config.json", TokenizerConfig(target, shape, special));
    }

    /// <summary>The tensors of a decoder under their Hugging Face names.</summary>
    public static IReadOnlyList<NamedTensor> Tensors(DecoderShape shape, ReadOnlySpan<float> weights, ScoreHead? head = null)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (weights.Length != shape.ParameterCount)
        {
            throw new ArgumentException($"Got {weights.Length} parameters; the shape has {shape.ParameterCount}.", nameof(weights));
        }
        List<NamedTensor> tensors = [];
        foreach (TensorPlace place in shape.Tensors())
        {
            tensors.Add(new NamedTensor(place.Name, [.. place.Shape.Select(size => (long)size)], weights.Slice((int)place.Offset, (int)place.Count).ToArray()));
        }
        if (head is not null)
        {
            tensors.Add(new NamedTensor("score.weight", [1, shape.Width], head.Weights));
            tensors.Add(new NamedTensor("score.bias", [1], new[] { head.Bias }));
        }
        return tensors;
    }

    /// <summary>Reads the weights of a folder, to train on.</summary>
    /// <param name="folder">A folder of this layout.</param>
    /// <param name="shape">Sizes it must have.</param>
    /// <param name="weights">Shape [parameters]; filled in the order of <see cref="DecoderShape.Tensors"/>.</param>
    /// <exception cref="WinnowException">A tensor is missing or has another size.</exception>
    public static void ReadWeights(string folder, DecoderShape shape, Span<float> weights)
    {
        ArgumentNullException.ThrowIfNull(shape);
        using SafetensorsFolder checkpoint = SafetensorsFolder.Open(folder);
        foreach (TensorPlace place in shape.Tensors())
        {
            if (!checkpoint.Tensors.TryGetValue(place.Name, out StoredTensor? stored) || stored.Count != place.Count)
            {
                throw new WinnowException($"{folder}: tensor {place.Name} is {stored?.ShapeText ?? "missing"}; [{string.Join(", ", place.Shape)}] was expected.");
            }
            checkpoint.ReadFloats(place.Name, weights.Slice((int)place.Offset, (int)place.Count));
        }
    }

    private static JsonObject Config(DecoderShape shape, SpecialTokens special, TensorType type, bool isClassifier)
    {
        JsonObject config = new()
        {
            ["architectures"] = new JsonArray(isClassifier ? "LlamaForTokenClassification" : "LlamaForCausalLM"),
            ["model_type"] = "llama",
            ["vocab_size"] = shape.VocabularySize,
            ["hidden_size"] = shape.Width,
            ["intermediate_size"] = shape.Hidden,
            ["num_hidden_layers"] = shape.Layers,
            ["num_attention_heads"] = shape.Heads,
            ["num_key_value_heads"] = shape.KeyValueHeads,
            ["head_dim"] = shape.HeadWidth,
            ["max_position_embeddings"] = shape.ContextLength,
            ["rms_norm_eps"] = shape.NormEpsilon,
            ["rope_theta"] = shape.Rotary.Theta,
            ["hidden_act"] = "silu",
            ["attention_bias"] = false,
            ["mlp_bias"] = false,
            ["attention_dropout"] = 0.0,
            ["tie_word_embeddings"] = shape.IsTied,
            ["bos_token_id"] = special.Begin,
            ["eos_token_id"] = special.End,
            ["pad_token_id"] = special.Padding,
            ["torch_dtype"] = type switch { TensorType.F16 => "float16", TensorType.BF16 => "bfloat16", _ => "float32" },
        };
        if (isClassifier)
        {
            config["num_labels"] = 1;
            config["id2label"] = new JsonObject { ["0"] = "right" };
            config["label2id"] = new JsonObject { ["right"] = 0 };
        }
        return config;
    }

    private static JsonObject TokenizerConfig(string tokenizerFile, DecoderShape shape, SpecialTokens special)
    {
        using JsonDocument tokenizer = JsonDocument.Parse(File.ReadAllBytes(tokenizerFile));
        Dictionary<int, string> names = tokenizer.RootElement.GetProperty("added_tokens").EnumerateArray()
            .ToDictionary(token => token.GetProperty("id").GetInt32(), token => token.GetProperty("content").GetString()!);
        string Name(int id) => names.TryGetValue(id, out string? name) ? name : throw new WinnowException($"{tokenizerFile} has no added token {id}; it does not belong to this model.");
        return new JsonObject
        {
            ["tokenizer_class"] = "PreTrainedTokenizerFast",
            ["bos_token"] = Name(special.Begin),
            ["eos_token"] = Name(special.End),
            ["pad_token"] = Name(special.Padding),
            ["model_max_length"] = shape.ContextLength,
            ["clean_up_tokenization_spaces"] = false,
        };
    }

    private static void WriteJson(string folder, string name, JsonObject value)
    {
        string path = Path.Combine(folder, name);
        string unfinished = path + ".unfinished";
        File.WriteAllText(unfinished, value.ToJsonString(Indented) + "\n");
        File.Move(unfinished, path, overwrite: true);
    }
}
