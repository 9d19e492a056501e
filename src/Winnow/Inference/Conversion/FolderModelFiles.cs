using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Winnow.Inference.Checkpoints;
using Winnow.Inference.Checkpoints.Gguf;
using Winnow.Inference.Decoders;
using Winnow.Inference.Tokenizers.Json;
using Winnow.Inference.Tokenizers.PreTokenizers;

namespace Winnow.Inference.Conversion;

/// <summary>The JSON files of a model folder, made from the metadata of a GGUF file.</summary>
internal static class FolderModelFiles
{
    private static readonly JsonWriterOptions Layout = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>config.json.</summary>
    /// <exception cref="WinnowException">The rotary scaling cannot be written to one.</exception>
    public static byte[] Config(DecoderSettings settings, GgufMetadata metadata, TensorType type) => Json(json =>
    {
        json.WriteStartArray("architectures");
        json.WriteStringValue(DecoderArchitectures.ClassOf(settings.Architecture));
        json.WriteEndArray();
        json.WriteString("model_type", settings.Architecture);
        json.WriteString("hidden_act", "silu");
        json.WriteNumber("vocab_size", settings.VocabularySize);
        json.WriteNumber("hidden_size", settings.Width);
        json.WriteNumber("intermediate_size", settings.FeedForwardWidth);
        json.WriteNumber("num_hidden_layers", settings.Layers);
        json.WriteNumber("num_attention_heads", settings.Heads);
        json.WriteNumber("num_key_value_heads", settings.KeyValueHeads);
        json.WriteNumber("head_dim", settings.HeadWidth);
        json.WriteNumber("max_position_embeddings", settings.ContextLength);
        json.WriteNumber("rms_norm_eps", (float)settings.NormEpsilon);
        json.WriteBoolean("tie_word_embeddings", settings.IsTied);
        json.WriteNumber("rope_theta", settings.Rotary.Theta);
        WriteScaling(json, settings, metadata.Source);
        json.WriteString("torch_dtype", type switch { TensorType.F16 => "float16", TensorType.BF16 => "bfloat16", _ => "float32" });
        WriteId(json, metadata, "bos_token_id");
        WriteId(json, metadata, "eos_token_id");
    });

    /// <summary>tokenizer.json; null where the tokenizer is not byte-level with a known pre-tokenizer.</summary>
    public static byte[]? Tokenizer(GgufMetadata metadata)
    {
        string? pre = metadata.OptionalText("tokenizer.ggml.pre");
        if (metadata.OptionalText("tokenizer.ggml.model") != "gpt2" || pre is not ("gpt-2" or "gpt2" or "smollm" or "llama-bpe" or "llama3" or "llama-v3" or "qwen2"))
        {
            return null;
        }
        string[] tokens = metadata.Texts("tokenizer.ggml.tokens");
        long[] types = metadata.Has("tokenizer.ggml.token_type") ? metadata.Integers("tokenizer.ggml.token_type") : [.. tokens.Select(_ => 1L)];
        if (types.Length != tokens.Length)
        {
            throw new WinnowException($"{metadata.Source}: there are {tokens.Length} tokens and {types.Length} types of tokens.");
        }
        return Json(json =>
        {
            json.WriteString("version", "1.0");
            WriteAdded(json, tokens, types);
            json.WritePropertyName("normalizer");
            WriteNormalizer(json, pre);
            json.WritePropertyName("pre_tokenizer");
            WritePreTokenizer(json, pre);
            WritePostProcessor(json, metadata, tokens, pre);
            json.WriteStartObject("decoder");
            json.WriteString("type", "ByteLevel");
            json.WriteEndObject();
            WriteModel(json, metadata, tokens, types, pre);
        });
    }

    /// <summary>tokenizer_config.json.</summary>
    public static byte[] TokenizerConfig(GgufMetadata metadata) => Json(json =>
    {
        string[] tokens = metadata.Texts("tokenizer.ggml.tokens");
        foreach ((string key, string name) in new[] { ("bos_token_id", "bos_token"), ("eos_token_id", "eos_token"), ("padding_token_id", "pad_token") })
        {
            if (metadata.Has($"tokenizer.ggml.{key}"))
            {
                json.WriteString(name, tokens[metadata.Whole($"tokenizer.ggml.{key}", 0, tokens.Length - 1)]);
            }
        }
        if (metadata.OptionalText("tokenizer.chat_template") is { } template)
        {
            json.WriteString("chat_template", template);
        }
    });

    /// <summary>A number as a type keeps it.</summary>
    public static float Rounded(float value, TensorType type)
    {
        if (type == TensorType.F32)
        {
            return value;
        }
        Span<ushort> bits = stackalloc ushort[1];
        Span<float> wide = stackalloc float[1];
        if (type == TensorType.F16)
        {
            FloatFormats.EncodeHalf([value], bits);
            FloatFormats.DecodeHalf(bits, wide);
        }
        else
        {
            FloatFormats.EncodeBFloat16([value], bits);
            FloatFormats.DecodeBFloat16(bits, wide);
        }
        return wide[0];
    }

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Layout))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteScaling(Utf8JsonWriter json, DecoderSettings settings, string source)
    {
        RotarySettings rotary = settings.Rotary.Scaling == RotaryScaling.Divided ? Llama3Of(settings, source) : settings.Rotary;
        if (rotary.Scaling == RotaryScaling.None)
        {
            return;
        }
        json.WriteStartObject("rope_scaling");
        json.WriteString("rope_type", rotary.Scaling.ToString().ToLowerInvariant());
        json.WriteNumber("factor", rotary.Factor);
        if (rotary.OriginalContext is { } original)
        {
            json.WriteNumber("original_max_position_embeddings", original);
        }
        if (rotary.Scaling == RotaryScaling.Llama3)
        {
            json.WriteNumber("low_freq_factor", rotary.LowFrequencyFactor);
            json.WriteNumber("high_freq_factor", rotary.HighFrequencyFactor);
        }
        if (rotary.Scaling == RotaryScaling.Yarn)
        {
            json.WriteNumber("beta_fast", rotary.BetaFast);
            json.WriteNumber("beta_slow", rotary.BetaSlow);
        }
        if (rotary.AttentionFactor is { } attention)
        {
            json.WriteNumber("attention_factor", attention);
        }
        json.WriteEndObject();
    }

    // The file keeps divisors, the folder what they were made from: known settings are tried.
    private static RotarySettings Llama3Of(DecoderSettings settings, string source)
    {
        IReadOnlyList<float> frequencies = RotaryFrequencies.Compute(settings.Rotary, settings.HeadWidth, settings.ContextLength).Frequencies;
        foreach (int original in new[] { 8192, 4096, 2048, settings.ContextLength })
        {
            var candidate = new RotarySettings
            {
                Theta = settings.Rotary.Theta,
                Scaling = RotaryScaling.Llama3,
                Factor = Math.Round(settings.Rotary.ShortFactors.Max(), 4),
                OriginalContext = original,
            };
            IReadOnlyList<float> made = RotaryFrequencies.Compute(candidate, settings.HeadWidth, settings.ContextLength).Frequencies;
            if (made.Zip(frequencies, (a, b) => Math.Abs(a - b) <= 1e-5 * b).All(same => same))
            {
                return candidate;
            }
        }
        throw new WinnowException($"{source}: the divisors of the rotary frequencies are none that the llama3 scaling makes with its usual settings; a folder cannot hold them.");
    }

    private static void WriteId(Utf8JsonWriter json, GgufMetadata metadata, string key)
    {
        if (metadata.Has($"tokenizer.ggml.{key}"))
        {
            json.WriteNumber(key, metadata.Whole($"tokenizer.ggml.{key}", 0, int.MaxValue));
        }
    }

    private static void WriteAdded(Utf8JsonWriter json, string[] tokens, long[] types)
    {
        json.WriteStartArray("added_tokens");
        for (int id = 0; id < tokens.Length; id++)
        {
            if (types[id] is 2 or 3 or 4)
            {
                ByteLevelTokenizerJson.WriteAddedToken(json, id, tokens[id], isSpecial: types[id] is 2 or 3);
            }
        }
        json.WriteEndArray();
    }

    private static void WriteNormalizer(Utf8JsonWriter json, string pre)
    {
        if (pre != "qwen2")
        {
            json.WriteNullValue();
            return;
        }
        json.WriteStartObject();
        json.WriteString("type", "NFC");
        json.WriteEndObject();
    }

    private static void WritePreTokenizer(Utf8JsonWriter json, string pre)
    {
        string? pattern = pre switch
        {
            "qwen2" => Llama3Splitter.PatternOfOne,
            "llama-bpe" or "llama3" or "llama-v3" => Llama3Splitter.PatternOfThree,
            _ => null,
        };
        json.WriteStartObject();
        json.WriteString("type", "Sequence");
        json.WriteStartArray("pretokenizers");
        if (pre == "smollm")
        {
            json.WriteStartObject();
            json.WriteString("type", "Digits");
            json.WriteBoolean("individual_digits", true);
            json.WriteEndObject();
        }
        if (pattern is not null)
        {
            ByteLevelTokenizerJson.WriteSplit(json, pattern);
        }
        ByteLevelTokenizerJson.WriteByteLevel(json, trimsOffsets: true, cuts: pattern is null);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WritePostProcessor(Utf8JsonWriter json, GgufMetadata metadata, string[] tokens, string pre)
    {
        bool addsBegin = metadata.Flag("tokenizer.ggml.add_bos_token", absent: pre.StartsWith("llama", StringComparison.Ordinal)) && metadata.Has("tokenizer.ggml.bos_token_id");
        bool addsEnd = metadata.Flag("tokenizer.ggml.add_eos_token", absent: false) && metadata.Has("tokenizer.ggml.eos_token_id");
        if (!addsBegin && !addsEnd)
        {
            return;
        }
        List<int> special = [];
        json.WriteStartObject("post_processor");
        json.WriteString("type", "TemplateProcessing");
        json.WriteStartArray("single");
        End(addsBegin, "bos_token_id");
        json.WriteStartObject();
        json.WriteStartObject("Sequence");
        json.WriteString("id", "A");
        json.WriteNumber("type_id", 0);
        json.WriteEndObject();
        json.WriteEndObject();
        End(addsEnd, "eos_token_id");
        json.WriteEndArray();
        json.WriteStartObject("special_tokens");
        foreach (int id in special.Distinct())
        {
            json.WriteStartObject(tokens[id]);
            json.WriteString("id", tokens[id]);
            json.WriteStartArray("ids");
            json.WriteNumberValue(id);
            json.WriteEndArray();
            json.WriteStartArray("tokens");
            json.WriteStringValue(tokens[id]);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();

        void End(bool isAdded, string key)
        {
            if (isAdded)
            {
                int id = (int)metadata.Whole($"tokenizer.ggml.{key}", 0, tokens.Length - 1);
                special.Add(id);
                json.WriteStartObject();
                json.WriteStartObject("SpecialToken");
                json.WriteString("id", tokens[id]);
                json.WriteNumber("type_id", 0);
                json.WriteEndObject();
                json.WriteEndObject();
            }
        }
    }

    private static void WriteModel(Utf8JsonWriter json, GgufMetadata metadata, string[] tokens, long[] types, string pre)
    {
        json.WriteStartObject("model");
        json.WriteString("type", "BPE");
        json.WriteBoolean("ignore_merges", pre.StartsWith("llama", StringComparison.Ordinal));
        json.WriteStartObject("vocab");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int id = 0; id < tokens.Length; id++)
        {
            if (types[id] is not (2 or 3 or 4) && seen.Add(tokens[id]))
            {
                json.WriteNumber(tokens[id], id);
            }
        }
        json.WriteEndObject();
        json.WriteStartArray("merges");
        foreach (string merge in metadata.Texts("tokenizer.ggml.merges"))
        {
            json.WriteStringValue(merge);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
