using Winnow.Inference.Checkpoints;
using Winnow.Inference.Checkpoints.Gguf;
using Winnow.Inference.Decoders;

namespace Winnow.Inference.Conversion;

/// <summary>Writes the shape of a decoder as metadata of a GGUF file.</summary>
/// <remarks>Source: the GGUF specification, standardised keys and file types.</remarks>
internal static class GgufModelKeys
{
    /// <summary>The keys of a model.</summary>
    /// <exception cref="WinnowException">The rotary scaling has no name in GGUF files.</exception>
    public static GgufMetadataBuilder Create(DecoderSettings settings, string name, TensorType type)
    {
        string prefix = settings.Architecture;
        GgufMetadataBuilder metadata = new GgufMetadataBuilder()
            .Add("general.architecture", prefix)
            .Add("general.name", name)
            .Add("general.file_type", type switch { TensorType.F32 => 0u, TensorType.F16 => 1u, TensorType.Q4_0 => 2u, _ => 7u })
            .Add("general.quantization_version", 2u)
            .Add($"{prefix}.vocab_size", (uint)settings.VocabularySize)
            .Add($"{prefix}.context_length", (uint)settings.ContextLength)
            .Add($"{prefix}.embedding_length", (uint)settings.Width)
            .Add($"{prefix}.block_count", (uint)settings.Layers)
            .Add($"{prefix}.feed_forward_length", (uint)settings.FeedForwardWidth)
            .Add($"{prefix}.attention.head_count", (uint)settings.Heads)
            .Add($"{prefix}.attention.head_count_kv", (uint)settings.KeyValueHeads)
            .Add($"{prefix}.attention.key_length", (uint)settings.HeadWidth)
            .Add($"{prefix}.attention.value_length", (uint)settings.HeadWidth)
            .Add($"{prefix}.attention.layer_norm_rms_epsilon", (float)settings.NormEpsilon)
            .Add($"{prefix}.rope.dimension_count", (uint)settings.HeadWidth)
            .Add($"{prefix}.rope.freq_base", (float)settings.Rotary.Theta);
        AddScaling(metadata, settings);
        return metadata;
    }

    /// <summary>Divisors of the frequencies, for the scaling that files keep as a tensor; null for the others.</summary>
    public static float[]? RotaryDivisors(DecoderSettings settings)
    {
        if (settings.Rotary.Scaling != RotaryScaling.Llama3)
        {
            return null;
        }
        RotarySettings rotary = settings.Rotary;
        IReadOnlyList<float> plain = RotaryFrequencies.Compute(rotary with { Scaling = RotaryScaling.None }, settings.HeadWidth, settings.ContextLength).Frequencies;
        IReadOnlyList<float> scaled = RotaryFrequencies.Compute(rotary, settings.HeadWidth, settings.ContextLength).Frequencies;
        return [.. plain.Zip(scaled, (p, s) => p / s)];
    }

    private static void AddScaling(GgufMetadataBuilder metadata, DecoderSettings settings)
    {
        RotarySettings rotary = settings.Rotary;
        string prefix = $"{settings.Architecture}.rope.scaling.";
        switch (rotary.Scaling)
        {
            case RotaryScaling.None or RotaryScaling.Llama3:
                return;
            case RotaryScaling.Linear:
                metadata.Add(prefix + "type", "linear").Add(prefix + "factor", (float)rotary.Factor);
                return;
            case RotaryScaling.Yarn when rotary.AttentionFactor is null:
                metadata.Add(prefix + "type", "yarn").Add(prefix + "factor", (float)rotary.Factor)
                    .Add(prefix + "original_context_length", (uint)(rotary.OriginalContext ?? settings.ContextLength))
                    .Add(prefix + "yarn_beta_fast", (float)rotary.BetaFast).Add(prefix + "yarn_beta_slow", (float)rotary.BetaSlow);
                return;
            default:
                throw new WinnowException($"The rotary scaling {rotary.Scaling} cannot be written to a GGUF file; none, linear, yarn and llama3 can.");
        }
    }
}
