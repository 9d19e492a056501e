using Winnow.Inference.Checkpoints;
using Winnow.Inference.Encoders;
using Winnow.Numerics;

namespace Winnow.Testing.Models;

/// <summary>Encoders with made-up weights.</summary>
public static class RandomEncoder
{
    /// <summary>A small shape whose sizes are no multiples of a register.</summary>
    public static EncoderSettings Settings(EncoderActivation activation = EncoderActivation.Gelu) => new()
    {
        VocabularySize = 61,
        Width = 42,
        FeedForwardWidth = 75,
        Layers = 2,
        Heads = 3,
        ContextLength = 40,
        SegmentTypes = 2,
        NormEpsilon = 1e-12,
        Activation = activation,
    };

    /// <summary>Weights for a shape.</summary>
    public static MemoryCheckpoint Checkpoint(EncoderSettings settings, ulong seed, string prefix = "")
    {
        HashedUniforms uniforms = new(seed);
        var tensors = new List<NamedTensor>();
        int width = settings.Width;
        Add("embeddings.word_embeddings.weight", settings.VocabularySize, width);
        Add("embeddings.position_embeddings.weight", settings.ContextLength, width);
        Add("embeddings.token_type_embeddings.weight", settings.SegmentTypes, width);
        AddNorm("embeddings.LayerNorm");
        for (int layer = 0; layer < settings.Layers; layer++)
        {
            string block = $"encoder.layer.{layer}";
            AddLinear($"{block}.attention.self.query", width, width);
            AddLinear($"{block}.attention.self.key", width, width);
            AddLinear($"{block}.attention.self.value", width, width);
            AddLinear($"{block}.attention.output.dense", width, width);
            AddNorm($"{block}.attention.output.LayerNorm");
            AddLinear($"{block}.intermediate.dense", settings.FeedForwardWidth, width);
            AddLinear($"{block}.output.dense", width, settings.FeedForwardWidth);
            AddNorm($"{block}.output.LayerNorm");
        }
        return new MemoryCheckpoint(tensors, "random encoder");

        void AddLinear(string name, int outputs, int inputs)
        {
            Add($"{name}.weight", outputs, inputs);
            Add($"{name}.bias", outputs);
        }

        void AddNorm(string name)
        {
            Add($"{name}.weight", width);
            Add($"{name}.bias", width);
        }

        void Add(string name, params long[] shape)
        {
            var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (float)((uniforms.Next(name, 0, 0, i) - 0.5) * 0.8);
            }
            tensors.Add(new NamedTensor(prefix + name, shape, values));
        }
    }
}
