using Winnow.Inference.Checkpoints;
using Winnow.Inference.Decoders;
using Winnow.Inference.Kernels;

namespace Winnow.Inference.Encoders;

/// <summary>Names and shapes of an encoder's tensors, and how they are read.</summary>
/// <param name="checkpoint">The weights.</param>
/// <param name="prefix">What names begin with.</param>
internal sealed class EncoderTensors(ICheckpoint checkpoint, string prefix)
{
    public const string Words = "embeddings.word_embeddings.weight";
    public const string Positions = "embeddings.position_embeddings.weight";
    public const string Segments = "embeddings.token_type_embeddings.weight";
    public const string EmbeddingNorm = "embeddings.LayerNorm";

    /// <summary>Numbers of the tensors that an encoder has.</summary>
    public long Count { get; private set; }

    public static string Layer(int layer) => $"encoder.layer.{layer}";

    /// <summary>Compares every tensor that is used with what the settings ask for. Others, such as a pooler, are left alone.</summary>
    /// <exception cref="WinnowException">One is missing or has another shape.</exception>
    public void Check(EncoderSettings settings)
    {
        long width = settings.Width;
        long inner = settings.FeedForwardWidth;
        Check(Words, settings.VocabularySize, width);
        Check(Positions, settings.ContextLength, width);
        Check(Segments, settings.SegmentTypes, width);
        CheckNorm(EmbeddingNorm, width);
        for (int layer = 0; layer < settings.Layers; layer++)
        {
            string attention = $"{Layer(layer)}.attention";
            CheckLinear($"{attention}.self.query", width, width);
            CheckLinear($"{attention}.self.key", width, width);
            CheckLinear($"{attention}.self.value", width, width);
            CheckLinear($"{attention}.output.dense", width, width);
            CheckNorm($"{attention}.output.LayerNorm", width);
            CheckLinear($"{Layer(layer)}.intermediate.dense", inner, width);
            CheckLinear($"{Layer(layer)}.output.dense", width, inner);
            CheckNorm($"{Layer(layer)}.output.LayerNorm", width);
        }
    }

    public float[] Vector(string name, int length) => DecoderTensors.ReadVector(checkpoint, prefix + name, length);

    public NormWeights Norm(string name, int length) => new(Vector(WeightOf(name), length), Vector(BiasOf(name), length));

    public PackedMatrix Matrix(BufferArena memory, int inputs, params ReadOnlySpan<(string Name, int Outputs)> parts)
    {
        var named = new (string Name, int Outputs)[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            named[i] = ($"{prefix}{parts[i].Name}.weight", parts[i].Outputs);
        }
        return DecoderTensors.ReadMatrix(checkpoint, inputs, keepsTypes: false, memory, named);
    }

    private void CheckLinear(string name, long outputs, long inputs)
    {
        Check($"{name}.weight", outputs, inputs);
        Check($"{name}.bias", outputs);
    }

    private void CheckNorm(string name, long width)
    {
        Check(WeightOf(name), width);
        Check(BiasOf(name), width);
    }

    // Checkpoints from before 2019 say gamma and beta.
    private string WeightOf(string norm) => checkpoint.Tensors.ContainsKey($"{prefix}{norm}.gamma") ? $"{norm}.gamma" : $"{norm}.weight";

    private string BiasOf(string norm) => checkpoint.Tensors.ContainsKey($"{prefix}{norm}.beta") ? $"{norm}.beta" : $"{norm}.bias";

    private void Check(string name, params long[] shape)
    {
        if (!checkpoint.Tensors.TryGetValue(prefix + name, out StoredTensor? tensor))
        {
            throw new WinnowException($"{checkpoint.Source}: tensor '{prefix}{name}' is missing; shape [{string.Join(", ", shape)}] was expected.");
        }
        if (!tensor.Shape.SequenceEqual(shape))
        {
            throw new WinnowException($"{checkpoint.Source}: tensor '{tensor.Name}' has shape {tensor.ShapeText}; the configuration asks for [{string.Join(", ", shape)}].");
        }
        Count += tensor.Count;
    }
}
