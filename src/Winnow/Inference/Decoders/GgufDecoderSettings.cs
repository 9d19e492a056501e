using Winnow.Inference.Checkpoints;
using Winnow.Inference.Checkpoints.Gguf;

namespace Winnow.Inference.Decoders;

/// <summary>Reads the shape of a decoder from the metadata of a GGUF file.</summary>
/// <remarks>Source: the GGUF specification, standardised keys.</remarks>
public static class GgufDecoderSettings
{
    /// <summary>Tensor of divisors of the rotary frequencies, into which converters bake the scaling of Llama 3.</summary>
    internal const string RotaryDivisors = "rope_freqs.weight";

    // Far beyond any model; keeps products of two sizes within 64 bits.
    private const int MaxSize = 1 << 24;

    /// <summary>Reads and checks the settings.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="WinnowException">A key is missing or out of range, or the file asks for what is not supported; the message names it.</exception>
    public static DecoderSettings Read(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        GgufMetadata metadata = file.Metadata;
        string architecture = metadata.Text("general.architecture");
        if (!DecoderArchitectures.Has(architecture))
        {
            throw metadata.Error("general.architecture", $"{DecoderArchitectures.Expected}: other architectures are not supported");
        }
        RefuseUnsupported(metadata, architecture);
        int width = Size(metadata, $"{architecture}.embedding_length");
        int heads = Heads(metadata, $"{architecture}.attention.head_count") ?? throw new WinnowException($"{file.Source}: metadata '{architecture}.attention.head_count' is missing.");
        string keyValueKey = $"{architecture}.attention.head_count_kv";
        int keyValueHeads = Heads(metadata, keyValueKey) ?? heads;
        if (heads % keyValueHeads != 0)
        {
            throw metadata.Error(keyValueKey, $"a divisor of {architecture}.attention.head_count, {heads}");
        }
        int headWidth = HeadWidth(metadata, architecture, width, heads);
        int context = Size(metadata, $"{architecture}.context_length");
        return new DecoderSettings
        {
            Architecture = architecture,
            VocabularySize = VocabularySize(file, architecture),
            Width = width,
            FeedForwardWidth = Heads(metadata, $"{architecture}.feed_forward_length") ?? throw new WinnowException($"{file.Source}: metadata '{architecture}.feed_forward_length' is missing."),
            Layers = (int)metadata.Whole($"{architecture}.block_count", 1, 10_000),
            Heads = heads,
            KeyValueHeads = keyValueHeads,
            HeadWidth = headWidth,
            ContextLength = context,
            NormEpsilon = metadata.Number($"{architecture}.attention.layer_norm_rms_epsilon"),
            IsTied = !file.Tensors.ContainsKey("output.weight"),
            Rotary = Rotary(file, architecture, headWidth),
        };
    }

    private static void RefuseUnsupported(GgufMetadata metadata, string architecture)
    {
        if (metadata.Has("split.count") && metadata.Whole("split.count") > 1)
        {
            throw metadata.Error("split.count", "1: files that were split in parts are not supported; merge them first");
        }
        foreach (string key in new[] { $"{architecture}.expert_count", $"{architecture}.attention.sliding_window" })
        {
            if (metadata.Has(key) && metadata.Whole(key) != 0)
            {
                throw metadata.Error(key, "0 or absent: mixtures of experts and sliding windows are not supported");
            }
        }
    }

    private static int Size(GgufMetadata metadata, string key) => (int)metadata.Whole(key, 1, MaxSize);

    // One number, or one for each layer: only the same for all layers is supported.
    private static int? Heads(GgufMetadata metadata, string key)
    {
        if (!metadata.Has(key))
        {
            return null;
        }
        if (metadata.Describe(key).Kind != GgufValueKind.Array)
        {
            return Size(metadata, key);
        }
        long[] each = metadata.Integers(key);
        return each.Length > 0 && each.All(one => one == each[0]) && each[0] is >= 1 and <= MaxSize
            ? (int)each[0]
            : throw metadata.Error(key, $"one number, or the same from 1 to {MaxSize} for every layer");
    }

    private static int HeadWidth(GgufMetadata metadata, string architecture, int width, int heads)
    {
        string key = $"{architecture}.attention.key_length";
        if (!metadata.Has(key) && width % heads != 0)
        {
            throw metadata.Error($"{architecture}.attention.head_count", $"a divisor of the width {width}, because no key length is given");
        }
        int headWidth = (int)metadata.Whole(key, 1, MaxSize, width / heads);
        if (headWidth % 2 != 0 || headWidth == 0)
        {
            throw new WinnowException($"{metadata.Source}: heads have {headWidth} dimensions; rotary positions need an even number.");
        }
        foreach (string same in new[] { $"{architecture}.attention.value_length", $"{architecture}.rope.dimension_count" })
        {
            if (metadata.Whole(same, 1, MaxSize, headWidth) != headWidth)
            {
                throw metadata.Error(same, $"{headWidth}, the dimensions of a head: other values are not supported");
            }
        }
        return headWidth;
    }

    private static int VocabularySize(GgufFile file, string architecture)
    {
        string key = $"{architecture}.vocab_size";
        if (file.Metadata.Has(key))
        {
            return Size(file.Metadata, key);
        }
        return file.Tensors.TryGetValue("token_embd.weight", out StoredTensor? embedding) && embedding.Shape is [>= 1 and <= MaxSize, _]
            ? (int)embedding.Shape[0]
            : throw new WinnowException($"{file.Source}: metadata '{key}' is missing, and there is no tensor 'token_embd.weight' to tell the size of the vocabulary.");
    }

    private static RotarySettings Rotary(GgufFile file, string architecture, int headWidth)
    {
        GgufMetadata metadata = file.Metadata;
        string prefix = $"{architecture}.rope.scaling.";
        double theta = Positive(metadata, $"{architecture}.rope.freq_base", 10_000);
        if (file.Tensors.ContainsKey(RotaryDivisors))
        {
            return new RotarySettings { Theta = theta, Scaling = RotaryScaling.Divided, ShortFactors = Divisors(file, headWidth) };
        }
        // Old files have the inverse of a linear factor and no name of the scaling.
        double oldFactor = Positive(metadata, $"{architecture}.rope.scale_linear", 1);
        double factor = Positive(metadata, prefix + "factor", oldFactor);
        string type = metadata.OptionalText(prefix + "type") ?? (factor == 1 ? "none" : "linear");
        var settings = new RotarySettings
        {
            Theta = theta,
            Factor = factor,
            Scaling = type switch
            {
                "none" => RotaryScaling.None,
                "linear" => RotaryScaling.Linear,
                "yarn" => RotaryScaling.Yarn,
                _ => throw metadata.Error(prefix + "type", "\"none\", \"linear\" or \"yarn\": other scalings are not supported"),
            },
            OriginalContext = metadata.Has(prefix + "original_context_length") ? Size(metadata, prefix + "original_context_length") : null,
            BetaFast = Positive(metadata, prefix + "yarn_beta_fast", 32),
            BetaSlow = Positive(metadata, prefix + "yarn_beta_slow", 1),
        };
        double attention = Positive(metadata, prefix + "attn_factor", 1);
        return attention == 1 || settings.Scaling != RotaryScaling.Yarn
            ? settings
            : settings with { AttentionFactor = attention * ((0.1 * Math.Log(factor)) + 1) };
    }

    private static double[] Divisors(GgufFile file, int headWidth)
    {
        StoredTensor tensor = file.Tensors[RotaryDivisors];
        if (tensor.Count != headWidth / 2)
        {
            throw new WinnowException($"{file.Source}: tensor '{RotaryDivisors}' has shape {tensor.ShapeText}; heads of {headWidth} dimensions need {headWidth / 2} divisors.");
        }
        var divisors = new float[headWidth / 2];
        file.ReadFloats(RotaryDivisors, divisors);
        return Array.TrueForAll(divisors, d => d > 0 && float.IsFinite(d))
            ? [.. divisors.Select(d => (double)d)]
            : throw new WinnowException($"{file.Source}: tensor '{RotaryDivisors}' must hold finite numbers above 0.");
    }

    private static double Positive(GgufMetadata metadata, string key, double absent)
    {
        double number = metadata.Number(key, absent);
        return number > 0 ? number : throw metadata.Error(key, "a number above 0");
    }
}
