using Winnow.Inference;
using Winnow.Inference.Checkpoints;
using Winnow.Inference.Decoders;
using Winnow.Numerics;

namespace Winnow.Testing.Models;

/// <summary>Decoders with made-up weights, the same for the same seed.</summary>
public static class RandomDecoder
{
    /// <summary>A small shape that leaves nothing a round number.</summary>
    public static DecoderSettings Settings(
        int width = 24, int inner = 40, int layers = 2, int heads = 4, int keyValueHeads = 2, int headWidth = 6,
        int vocabulary = 37, int context = 96, bool isTied = true) => new()
        {
            Architecture = "llama",
            VocabularySize = vocabulary,
            Width = width,
            FeedForwardWidth = inner,
            Layers = layers,
            Heads = heads,
            KeyValueHeads = keyValueHeads,
            HeadWidth = headWidth,
            ContextLength = context,
            NormEpsilon = 1e-5,
            IsTied = isTied,
            Rotary = new RotarySettings(),
        };

    /// <summary>A model of a shape.</summary>
    public static DecoderModel Create(DecoderSettings settings, ulong seed = 1)
    {
        using MemoryCheckpoint checkpoint = Checkpoint(settings, seed);
        return DecoderModel.Create(settings, checkpoint, new NumberedVocabulary(settings.VocabularySize), "random");
    }

    /// <summary>The weights of a shape.</summary>
    /// <param name="settings">The shape; a token classifier gets a score matrix of one row.</param>
    /// <param name="seed">Decides the numbers.</param>
    /// <param name="hasBias">Whether queries, keys and values have biases, as in Qwen 2.</param>
    public static MemoryCheckpoint Checkpoint(DecoderSettings settings, ulong seed, bool hasBias = false)
    {
        List<NamedTensor> tensors = [];
        int queries = settings.Heads * settings.HeadWidth;
        int keys = settings.KeyValueHeads * settings.HeadWidth;
        Add("model.embed_tokens.weight", 1, settings.VocabularySize, settings.Width);
        Add("model.norm.weight", 0.1, settings.Width);
        if (settings.IsTokenClassifier)
        {
            Add("score.weight", 1, 1, settings.Width);
        }
        else if (!settings.IsTied)
        {
            Add("lm_head.weight", 1, settings.VocabularySize, settings.Width);
        }
        for (int layer = 0; layer < settings.Layers; layer++)
        {
            string prefix = $"model.layers.{layer}";
            Add($"{prefix}.input_layernorm.weight", 0.1, settings.Width);
            Add($"{prefix}.post_attention_layernorm.weight", 0.1, settings.Width);
            Add($"{prefix}.self_attn.q_proj.weight", 0.4, queries, settings.Width);
            Add($"{prefix}.self_attn.k_proj.weight", 0.4, keys, settings.Width);
            Add($"{prefix}.self_attn.v_proj.weight", 0.4, keys, settings.Width);
            Add($"{prefix}.self_attn.o_proj.weight", 0.4, settings.Width, queries);
            Add($"{prefix}.mlp.gate_proj.weight", 0.4, settings.FeedForwardWidth, settings.Width);
            Add($"{prefix}.mlp.up_proj.weight", 0.4, settings.FeedForwardWidth, settings.Width);
            Add($"{prefix}.mlp.down_proj.weight", 0.4, settings.Width, settings.FeedForwardWidth);
            if (settings.HasHeadNorms)
            {
                Add($"{prefix}.self_attn.q_norm.weight", 0.5, settings.HeadWidth);
                Add($"{prefix}.self_attn.k_norm.weight", 0.5, settings.HeadWidth);
            }
            if (hasBias)
            {
                Add($"{prefix}.self_attn.q_proj.bias", 0.3, queries);
                Add($"{prefix}.self_attn.k_proj.bias", 0.3, keys);
                Add($"{prefix}.self_attn.v_proj.bias", 0.3, keys);
            }
        }
        return new MemoryCheckpoint(tensors);

        void Add(string name, double scale, params long[] shape)
        {
            var uniforms = new HashedUniforms(Seeds.Derive(seed, name));
            var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
            for (int i = 0; i < values.Length; i++)
            {
                double centred = 2 * uniforms.Next("weight", 0, i, 0) - 1;
                values[i] = (float)((name.EndsWith("norm.weight", StringComparison.Ordinal) ? 1 : 0) + (scale * centred));
            }
            tensors.Add(new NamedTensor(name, shape, values));
        }
    }
}
