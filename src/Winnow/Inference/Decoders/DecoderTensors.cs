using Winnow.Inference.Checkpoints;
using Winnow.Inference.Kernels;

namespace Winnow.Inference.Decoders;

/// <summary>Names and shapes of a decoder's tensors, and how they are read.</summary>
internal static class DecoderTensors
{
    public const string Embedding = "model.embed_tokens.weight";
    public const string FinalNorm = "model.norm.weight";
    public const string Head = "lm_head.weight";
    public const string Score = "score.weight";
    public const string ScoreBias = "score.bias";

    /// <summary>Takes some rows of a matrix.</summary>
    /// <param name="first">Number of the first row.</param>
    /// <param name="rows">Shape [rows][inputs].</param>
    public delegate void RowReader(int first, ReadOnlySpan<float> rows);

    public static string Attention(int layer) => $"model.layers.{layer}.self_attn";

    public static string FeedForward(int layer) => $"model.layers.{layer}.mlp";

    public static string AttentionNorm(int layer) => $"model.layers.{layer}.input_layernorm.weight";

    public static string FeedForwardNorm(int layer) => $"model.layers.{layer}.post_attention_layernorm.weight";

    /// <summary>The tensor that is the output matrix; null where a model only scores tokens.</summary>
    public static string? HeadName(DecoderSettings settings, ICheckpoint checkpoint) =>
        settings.IsTied ? Embedding
        : settings.IsTokenClassifier && !checkpoint.Tensors.ContainsKey(Head) ? null
        : Head;

    /// <summary>Compares every tensor with what the settings ask for.</summary>
    /// <exception cref="WinnowException">One is missing, has another shape, or is not known.</exception>
    public static void Check(DecoderSettings settings, ICheckpoint checkpoint)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string name, long[] shape, bool isOptional) in Expected(settings, checkpoint))
        {
            known.Add(name);
            if (!checkpoint.Tensors.TryGetValue(name, out StoredTensor? tensor))
            {
                if (isOptional)
                {
                    continue;
                }
                string why = name == Head ? " although the embedding is not tied to the output" : "";
                throw new WinnowException($"{checkpoint.Source}: tensor '{name}' is missing{why}; shape [{string.Join(", ", shape)}] was expected.");
            }
            if (!tensor.Shape.SequenceEqual(shape))
            {
                throw new WinnowException($"{checkpoint.Source}: tensor '{name}' has shape {tensor.ShapeText}; the configuration asks for [{string.Join(", ", shape)}].");
            }
        }
        if (checkpoint.Tensors.Keys.FirstOrDefault(name => !known.Contains(name) && !name.EndsWith("rotary_emb.inv_freq", StringComparison.Ordinal)) is { } unknown)
        {
            throw new WinnowException($"{checkpoint.Source}: tensor '{unknown}' is not known; a decoder of architecture '{settings.Architecture}' with {settings.Layers} layers has no such part.");
        }
    }

    public static float[] ReadVector(ICheckpoint checkpoint, string name, int length)
    {
        var values = new float[length];
        checkpoint.ReadFloats(name, values);
        return values;
    }

    /// <summary>Reads matrices with the same inputs into one, outputs after each other, with biases where there are some.</summary>
    public static PackedMatrix ReadMatrix(ICheckpoint checkpoint, int inputs, ReadOnlySpan<(string Name, int Outputs)> parts)
    {
        int outputs = 0;
        bool hasBias = false;
        foreach ((string name, int count) in parts)
        {
            outputs += count;
            hasBias |= checkpoint.Tensors.ContainsKey(BiasName(name));
        }
        var matrix = new PackedMatrix(outputs, inputs, hasBias);
        int first = 0;
        foreach ((string name, int count) in parts)
        {
            int start = first;
            ReadRows(checkpoint, name, count, inputs, (row, values) => matrix.SetRows(start + row, values));
            if (checkpoint.Tensors.ContainsKey(BiasName(name)))
            {
                matrix.SetBias(first, ReadVector(checkpoint, BiasName(name), count));
            }
            first += count;
        }
        return matrix;
    }

    public static void ReadRows(ICheckpoint checkpoint, string name, int rows, int inputs, RowReader take)
    {
        var values = new float[checked((long)rows * inputs)];
        checkpoint.ReadFloats(name, values);
        take(0, values);
    }

    private static string BiasName(string weight) => string.Concat(weight.AsSpan(0, weight.Length - "weight".Length), "bias");

    private static IEnumerable<(string Name, long[] Shape, bool IsOptional)> Expected(DecoderSettings settings, ICheckpoint checkpoint)
    {
        long width = settings.Width;
        long queries = (long)settings.Heads * settings.HeadWidth;
        long keys = (long)settings.KeyValueHeads * settings.HeadWidth;
        long inner = settings.FeedForwardWidth;
        yield return (Embedding, [settings.VocabularySize, width], false);
        yield return (FinalNorm, [width], false);
        yield return (Head, [settings.VocabularySize, width], settings.IsTied || settings.IsTokenClassifier);
        if (settings.IsTokenClassifier)
        {
            long labels = checkpoint.Tensors.TryGetValue(Score, out StoredTensor? score) && score.Shape.Count > 0 ? score.Shape[0] : 1;
            yield return (Score, [labels, width], false);
            yield return (ScoreBias, [labels], true);
        }
        for (int layer = 0; layer < settings.Layers; layer++)
        {
            yield return (AttentionNorm(layer), [width], false);
            yield return (FeedForwardNorm(layer), [width], false);
            (string Name, long Outputs, long Inputs)[] matrices =
            [
                ($"{Attention(layer)}.q_proj", queries, width), ($"{Attention(layer)}.k_proj", keys, width),
                ($"{Attention(layer)}.v_proj", keys, width), ($"{Attention(layer)}.o_proj", width, queries),
                ($"{FeedForward(layer)}.gate_proj", inner, width), ($"{FeedForward(layer)}.up_proj", inner, width),
                ($"{FeedForward(layer)}.down_proj", width, inner),
            ];
            foreach ((string name, long outputs, long inputs) in matrices)
            {
                yield return ($"{name}.weight", [outputs, inputs], false);
                yield return ($"{name}.bias", [outputs], true);
            }
        }
    }
}
