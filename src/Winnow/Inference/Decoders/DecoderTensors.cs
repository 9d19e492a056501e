using System.Buffers;
using System.Runtime.InteropServices;
using Winnow.Inference.Checkpoints;
using Winnow.Inference.Checkpoints.Quantised;
using Winnow.Inference.Kernels;
using Winnow.Inference.Kernels.Panels;

namespace Winnow.Inference.Decoders;

/// <summary>Names and shapes of a decoder's tensors, and how they are read.</summary>
internal static class DecoderTensors
{
    public const string Embedding = "model.embed_tokens.weight";
    public const string FinalNorm = "model.norm.weight";
    public const string Head = "lm_head.weight";
    public const string Score = "score.weight";
    public const string ScoreBias = "score.bias";

    private const int ReadBytes = 1 << 18;

    public static string Attention(int layer) => $"model.layers.{layer}.self_attn";

    public static string FeedForward(int layer) => $"model.layers.{layer}.mlp";

    public static string AttentionNorm(int layer) => $"model.layers.{layer}.input_layernorm.weight";

    public static string QueryNorm(int layer) => $"{Attention(layer)}.q_norm.weight";

    public static string KeyNorm(int layer) => $"{Attention(layer)}.k_norm.weight";

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
    /// <param name="checkpoint">Where they are.</param>
    /// <param name="inputs">Inputs.</param>
    /// <param name="keepsTypes">Whether weights stay as they are stored.</param>
    /// <param name="memory">Where the matrix takes its memory from.</param>
    /// <param name="parts">Names and outputs.</param>
    /// <exception cref="WinnowException">A type is not supported, a number is not finite, or the file cannot be read.</exception>
    public static PackedMatrix ReadMatrix(ICheckpoint checkpoint, int inputs, bool keepsTypes, BufferArena memory, ReadOnlySpan<(string Name, int Outputs)> parts)
    {
        bool hasBias = false;
        var kept = new (TensorType Type, int Outputs)[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            (string name, int count) = parts[i];
            StoredTensor tensor = checkpoint.Tensors[name];
            if (!BlockFormats.CanDecode(tensor.Type))
            {
                throw Unsupported(checkpoint, tensor);
            }
            kept[i] = (keepsTypes && PanelLayout.Keeps(tensor.Type) ? tensor.Type : TensorType.F32, count);
            hasBias |= checkpoint.Tensors.ContainsKey(BiasName(name));
        }
        var matrix = new PackedMatrix(inputs, kept, hasBias, memory);
        try
        {
            int first = 0;
            for (int i = 0; i < parts.Length; i++)
            {
                (string name, int count) = parts[i];
                ReadPart(checkpoint, name, matrix, first, count, kept[i].Type);
                if (checkpoint.Tensors.ContainsKey(BiasName(name)))
                {
                    matrix.SetBias(first, ReadVector(checkpoint, BiasName(name), count));
                }
                first += count;
            }
            return matrix;
        }
        catch
        {
            matrix.Dispose();
            throw;
        }
    }

    /// <summary>Rows that are read from a file in one go.</summary>
    public static int RowsAtOnce(int rowBytes) => Math.Max(1, ReadBytes / Math.Max(1, rowBytes));

    /// <summary>The error that says that a tensor's type cannot be read.</summary>
    public static WinnowException Unsupported(ICheckpoint checkpoint, StoredTensor tensor) =>
        new($"{checkpoint.Source}: tensor '{tensor.Name}' holds {TensorTypes.NameOf(tensor.Type)}; weights of this type are not supported.");

    private static void ReadPart(ICheckpoint checkpoint, string name, PackedMatrix matrix, int firstOutput, int outputs, TensorType kept)
    {
        TensorType stored = checkpoint.Tensors[name].Type;
        int rowBytes = checked((int)TensorTypes.Bytes(stored, matrix.Inputs));
        int batch = RowsAtOnce(rowBytes);
        byte[] bytes = ArrayPool<byte>.Shared.Rent(batch * rowBytes);
        float[] wide = ArrayPool<float>.Shared.Rent(matrix.Inputs);
        try
        {
            for (int done = 0; done < outputs; done += batch)
            {
                Span<byte> rows = bytes.AsSpan(0, Math.Min(batch, outputs - done) * rowBytes);
                checkpoint.ReadRows(name, done, rows);
                for (int row = 0; row * rowBytes < rows.Length; row++)
                {
                    ReadOnlySpan<byte> one = rows.Slice(row * rowBytes, rowBytes);
                    if (kept != stored)
                    {
                        Span<float> values = wide.AsSpan(0, matrix.Inputs);
                        BlockFormats.Decode(stored, one, values);
                        one = MemoryMarshal.AsBytes(values);
                    }
                    matrix.SetRow(firstOutput + done + row, one);
                }
            }
        }
        catch (NotFiniteNumberException error)
        {
            throw new WinnowException($"{checkpoint.Source}: tensor '{name}' holds an infinite number or none at all; the file is broken, or was made from a broken model.", error);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
            ArrayPool<float>.Shared.Return(wide);
        }
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
            if (settings.HasHeadNorms)
            {
                yield return (QueryNorm(layer), [settings.HeadWidth], false);
                yield return (KeyNorm(layer), [settings.HeadWidth], false);
            }
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
