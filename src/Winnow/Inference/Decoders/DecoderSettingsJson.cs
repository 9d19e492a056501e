using System.Text.Json;
using Winnow.Inference.Encoders;

namespace Winnow.Inference.Decoders;

/// <summary>Reads config.json of a model folder.</summary>
internal static class DecoderSettingsJson
{
    // Far beyond any model; keeps products of two sizes within 64 bits.
    private const int MaxSize = 1 << 24;

    public static DecoderSettings Load(string folder) => Read(JsonField.Load(Path.Combine(folder, "config.json")));

    public static DecoderSettings Read(JsonField root)
    {
        string type = root["model_type"].Text();
        if (!DecoderArchitectures.Has(type))
        {
            throw root["model_type"].Error(EncoderSettings.Describes(root)
                ? $"{DecoderArchitectures.Expected}: this is an encoder, which makes vectors of texts (embed) and draws none"
                : $"{DecoderArchitectures.Expected}: other architectures are not supported");
        }
        if (root["hidden_act"].OptionalText() is not (null or "silu"))
        {
            throw root["hidden_act"].Error("\"silu\"");
        }
        if (root["use_sliding_window"].Flag(absent: false))
        {
            throw root["use_sliding_window"].Error("false");
        }
        int width = root["hidden_size"].Integer(1, MaxSize);
        int heads = root["num_attention_heads"].Integer(1, MaxSize);
        int keyValueHeads = root["num_key_value_heads"].Integer(1, MaxSize, heads);
        if (heads % keyValueHeads != 0)
        {
            throw root["num_key_value_heads"].Error($"a divisor of num_attention_heads, {heads}");
        }
        if (!root["head_dim"].IsPresent && width % heads != 0)
        {
            throw root["num_attention_heads"].Error($"a divisor of hidden_size, {width}, because no head_dim is given");
        }
        int headWidth = root["head_dim"].Integer(1, MaxSize, width / heads);
        if (headWidth % 2 != 0 || headWidth == 0)
        {
            throw new WinnowException($"{root.Source}: heads have {headWidth} dimensions; rotary positions need an even number.");
        }
        int contextLength = root["max_position_embeddings"].Integer(1, MaxSize, 2048);
        return new DecoderSettings
        {
            Architecture = type,
            VocabularySize = root["vocab_size"].Integer(1, MaxSize),
            Width = width,
            FeedForwardWidth = root["intermediate_size"].Integer(1, MaxSize),
            Layers = root["num_hidden_layers"].Integer(1, 10_000),
            Heads = heads,
            KeyValueHeads = keyValueHeads,
            HeadWidth = headWidth,
            ContextLength = contextLength,
            NormEpsilon = root["rms_norm_eps"].Number(1e-6),
            IsTied = root["tie_word_embeddings"].Flag(absent: false),
            IsTokenClassifier = IsTokenClassifier(root["architectures"]),
            Rotary = Rotary(root, headWidth),
        };
    }

    private static bool IsTokenClassifier(JsonField architectures) =>
        architectures.IsPresent && architectures.Items().Any(a => a.Text().EndsWith("ForTokenClassification", StringComparison.Ordinal));

    private static RotarySettings Rotary(JsonField root, int headWidth)
    {
        // Older files keep theta beside rope_scaling, newer ones everything in rope_parameters.
        JsonField scaling = root["rope_parameters"].IsPresent ? root["rope_parameters"] : root["rope_scaling"];
        JsonField theta = scaling["rope_theta"].IsPresent ? scaling["rope_theta"] : root["rope_theta"];
        JsonField type = scaling["rope_type"].IsPresent ? scaling["rope_type"] : scaling["type"];
        var settings = new RotarySettings
        {
            Theta = Positive(theta, 10_000),
            Scaling = type.OptionalText() switch
            {
                null or "default" => RotaryScaling.None,
                "linear" => RotaryScaling.Linear,
                "dynamic" => RotaryScaling.Dynamic,
                "yarn" => RotaryScaling.Yarn,
                "llama3" => RotaryScaling.Llama3,
                "longrope" => RotaryScaling.LongRope,
                _ => throw type.Error("\"default\", \"linear\", \"dynamic\", \"yarn\", \"llama3\" or \"longrope\""),
            },
            Factor = Positive(scaling["factor"], 1),
            OriginalContext = scaling["original_max_position_embeddings"].IsPresent
                ? scaling["original_max_position_embeddings"].Integer(1, MaxSize)
                : null,
            LowFrequencyFactor = Positive(scaling["low_freq_factor"], 1),
            HighFrequencyFactor = Positive(scaling["high_freq_factor"], 4),
            BetaFast = Positive(scaling["beta_fast"], 32),
            BetaSlow = Positive(scaling["beta_slow"], 1),
            AttentionFactor = scaling["attention_factor"].IsPresent ? Positive(scaling["attention_factor"], 1) : null,
            ShortFactors = Factors(scaling["short_factor"]),
            LongFactors = Factors(scaling["long_factor"]),
        };
        if (settings.Scaling == RotaryScaling.LongRope && (settings.ShortFactors.Count != headWidth / 2 || settings.LongFactors.Count != headWidth / 2))
        {
            throw scaling.Error($"given with {headWidth / 2} short and as many long factors");
        }
        return settings;
    }

    private static double Positive(JsonField field, double absent)
    {
        double number = field.Number(absent);
        return number > 0 ? number : throw field.Error("a number above 0");
    }

    private static double[] Factors(JsonField field) =>
        field.Value.ValueKind == JsonValueKind.Array ? [.. field.Items().Select(f => Positive(f, 1))] : [];
}
