using System.Text.Json;

namespace Winnow.Inference.Embeddings;

/// <summary>What the files of a sentence encoder say beside its model: how it pools, whether it scales, how long texts are.</summary>
internal sealed record SentenceSettings(PoolingMode? Pooling, bool Normalizes, int? MaxTokens)
{
    private const int MaxSize = 1 << 20;

    /// <summary>Reads modules.json, the pooling module's config.json and sentence_bert_config.json, where they are.</summary>
    /// <exception cref="WinnowException">A file is broken, or names a module or pooling that is not supported.</exception>
    public static SentenceSettings Load(string folder)
    {
        PoolingMode? pooling = null;
        bool normalizes = false;
        if (Optional(folder, "modules.json", JsonValueKind.Array) is { } modules)
        {
            foreach (JsonField module in modules.Items())
            {
                string type = module["type"].Text();
                switch (type[(type.LastIndexOf('.') + 1)..])
                {
                    case "Transformer":
                        break;
                    case "Pooling":
                        pooling = PoolingOf(JsonField.Load(Path.Combine(folder, Within(module["path"]), "config.json")));
                        break;
                    case "Normalize":
                        normalizes = true;
                        break;
                    default:
                        throw module["type"].Error("a \"Transformer\", \"Pooling\" or \"Normalize\" module: others are not supported");
                }
            }
        }
        JsonField? own = Optional(folder, "sentence_bert_config.json", JsonValueKind.Object);
        return new SentenceSettings(pooling, normalizes, own?["max_seq_length"] is { IsPresent: true } length ? length.Integer(3, MaxSize) : null);
    }

    private static string Within(JsonField path)
    {
        string name = path.Text();
        bool isPlain = name.Length > 0 && name.AsSpan().IndexOfAny('/', '\\') < 0 && name != "..";
        return isPlain ? name : throw path.Error("the name of a folder beside modules.json");
    }

    private static JsonField? Optional(string folder, string name, JsonValueKind kind)
    {
        string file = Path.Combine(folder, name);
        return File.Exists(file) ? JsonField.Load(file, kind) : null;
    }

    private static PoolingMode PoolingOf(JsonField config)
    {
        (string Field, PoolingMode? Mode)[] fields =
        [
            ("pooling_mode_cls_token", PoolingMode.Cls), ("pooling_mode_mean_tokens", PoolingMode.Mean), ("pooling_mode_lasttoken", PoolingMode.Last),
            ("pooling_mode_weightedmean_tokens", PoolingMode.WeightedMean), ("pooling_mode_max_tokens", null), ("pooling_mode_mean_sqrt_len_tokens", null),
        ];
        PoolingMode? found = null;
        foreach ((string field, PoolingMode? mode) in fields)
        {
            if (config[field].Flag(absent: false))
            {
                found = mode is not null && found is null ? mode : throw config[field].Error("false: one of the poolings cls, mean, last token and weighted mean is supported");
            }
        }
        return found ?? PoolingMode.Mean;
    }
}
