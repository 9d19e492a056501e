using Winnow.Inference.Checkpoints;
using Winnow.Inference.Decoders;
using Winnow.Inference.Kernels;

namespace Winnow.Inference.Encoders;

/// <summary>Weight and bias of a layer normalisation.</summary>
internal sealed record NormWeights(float[] Weight, float[] Bias);

/// <summary>The weights of one block.</summary>
internal sealed class EncoderLayer : IDisposable
{
    /// <summary>Queries of all heads, then keys, then values.</summary>
    public required PackedMatrix QueryKeyValue { get; init; }

    public required PackedMatrix AttentionOutput { get; init; }

    public required NormWeights AttentionNorm { get; init; }

    public required PackedMatrix Up { get; init; }

    public required PackedMatrix Down { get; init; }

    public required NormWeights FeedForwardNorm { get; init; }

    /// <inheritdoc/>
    public void Dispose()
    {
        QueryKeyValue.Dispose();
        AttentionOutput.Dispose();
        Up.Dispose();
        Down.Dispose();
    }
}

/// <summary>The weights of an encoder, laid out for the matrix product. Immutable once loaded.</summary>
internal sealed class EncoderWeights : IDisposable
{
    private readonly EmbeddingTable _words;
    private readonly float[] _positions;
    private readonly NormWeights _norm;
    private readonly List<EncoderLayer> _layers;

    private EncoderWeights(EncoderSettings settings, EmbeddingTable words, float[] positions, NormWeights norm, List<EncoderLayer> layers)
    {
        Settings = settings;
        _words = words;
        _positions = positions;
        _norm = norm;
        _layers = layers;
    }

    public EncoderSettings Settings { get; }

    public IReadOnlyList<EncoderLayer> Layers => _layers;

    /// <summary>Numbers of the tensors that are used.</summary>
    public long Parameters { get; private init; }

    /// <summary>The sum of a token's embeddings, normalised.</summary>
    /// <param name="token">The token.</param>
    /// <param name="position">Its position.</param>
    /// <param name="values">Shape [d].</param>
    public void CopyEmbedding(int token, int position, Span<float> values)
    {
        _words.CopyRow(token, values);
        System.Numerics.Tensors.TensorPrimitives.Add(values, _positions.AsSpan(position * Settings.Width, Settings.Width), values);
        LayerNorm.Apply(values, _norm.Weight, _norm.Bias, Settings.NormEpsilon);
    }

    /// <summary>Memory that weights will take: embeddings of tokens as they are stored, the rest in single precision. Unit: bytes.</summary>
    /// <exception cref="WinnowException">A tensor is missing or has another shape.</exception>
    public static long BytesOf(EncoderSettings settings, ICheckpoint checkpoint)
    {
        string prefix = PrefixOf(checkpoint);
        var tensors = new EncoderTensors(checkpoint, prefix);
        tensors.Check(settings);
        StoredTensor words = checkpoint.Tensors[prefix + EncoderTensors.Words];
        return TensorTypes.Bytes(words.Type, words.Count) + ((tensors.Count - words.Count) * sizeof(float));
    }

    /// <summary>Reads all weights; shapes are compared with the settings before anything is allocated.</summary>
    /// <exception cref="WinnowException">A tensor is missing, has another shape or an unsupported type.</exception>
    public static EncoderWeights Load(EncoderSettings settings, ICheckpoint checkpoint)
    {
        string prefix = PrefixOf(checkpoint);
        var tensors = new EncoderTensors(checkpoint, prefix);
        tensors.Check(settings);
        int width = settings.Width;
        var layers = new List<EncoderLayer>();
        EmbeddingTable? words = null;
        using var memory = new BufferArena(tensors.Count - checkpoint.Tensors[prefix + EncoderTensors.Words].Count);
        try
        {
            words = EmbeddingTable.Load(checkpoint, prefix + EncoderTensors.Words);
            for (int layer = 0; layer < settings.Layers; layer++)
            {
                string attention = $"{EncoderTensors.Layer(layer)}.attention";
                layers.Add(new EncoderLayer
                {
                    QueryKeyValue = tensors.Matrix(memory, width, ($"{attention}.self.query", width), ($"{attention}.self.key", width), ($"{attention}.self.value", width)),
                    AttentionOutput = tensors.Matrix(memory, width, ($"{attention}.output.dense", width)),
                    AttentionNorm = tensors.Norm($"{attention}.output.LayerNorm", width),
                    Up = tensors.Matrix(memory, width, ($"{EncoderTensors.Layer(layer)}.intermediate.dense", settings.FeedForwardWidth)),
                    Down = tensors.Matrix(memory, settings.FeedForwardWidth, ($"{EncoderTensors.Layer(layer)}.output.dense", width)),
                    FeedForwardNorm = tensors.Norm($"{EncoderTensors.Layer(layer)}.output.LayerNorm", width),
                });
            }
            // Every token is of the first segment, so its vector can be added to the positions once.
            float[] positions = tensors.Vector(EncoderTensors.Positions, settings.ContextLength * width);
            float[] segments = tensors.Vector(EncoderTensors.Segments, settings.SegmentTypes * width);
            for (int i = 0; i < positions.Length; i++)
            {
                positions[i] += segments[i % width];
            }
            return new EncoderWeights(settings, words, positions, tensors.Norm(EncoderTensors.EmbeddingNorm, width), layers)
            {
                Parameters = tensors.Count,
            };
        }
        catch
        {
            words?.Dispose();
            layers.ForEach(layer => layer.Dispose());
            throw;
        }
    }

    // Checkpoints of models with a head keep the encoder below a name of its own.
    private static string PrefixOf(ICheckpoint checkpoint) => checkpoint.Tensors.ContainsKey($"bert.{EncoderTensors.Words}") ? "bert." : "";

    /// <inheritdoc/>
    public void Dispose()
    {
        _words.Dispose();
        _layers.ForEach(layer => layer.Dispose());
    }
}
