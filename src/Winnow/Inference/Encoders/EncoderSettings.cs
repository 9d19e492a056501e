namespace Winnow.Inference.Encoders;

/// <summary>What stands between the two matrices of an encoder's feed-forward part.</summary>
public enum EncoderActivation
{
    /// <summary>x · Φ(x).</summary>
    Gelu,

    /// <summary>max(x, 0).</summary>
    Relu,
}

/// <summary>The shape of an encoder of the BERT family.</summary>
public sealed record EncoderSettings
{
    private const string Family = "bert";

    /// <summary>Number of tokens.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Width of the hidden state, d.</summary>
    public required int Width { get; init; }

    /// <summary>Width within the feed-forward part.</summary>
    public required int FeedForwardWidth { get; init; }

    /// <summary>Number of blocks.</summary>
    public required int Layers { get; init; }

    /// <summary>Heads of the attention; a divisor of <see cref="Width"/>.</summary>
    public required int Heads { get; init; }

    /// <summary>Longest sequence, in tokens.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Kinds of segments; every token is of the first.</summary>
    public required int SegmentTypes { get; init; }

    /// <summary>Added under the root of layer normalisation.</summary>
    public required double NormEpsilon { get; init; }

    /// <summary>What stands between the two matrices of the feed-forward part.</summary>
    public required EncoderActivation Activation { get; init; }

    /// <summary>Whether a config.json is one of an encoder, supported or not.</summary>
    internal static bool Describes(JsonField root) => root["model_type"].OptionalText() == Family;

    internal static EncoderSettings Load(string folder) => Read(JsonField.Load(Path.Combine(folder, "config.json")));

    internal static EncoderSettings Read(JsonField root)
    {
        // Far beyond any model; keeps products of two sizes within 64 bits.
        const int MaxSize = 1 << 20;
        if (root["model_type"].Text() != Family)
        {
            throw root["model_type"].Error("\"bert\": other encoders are not supported");
        }
        if (root["position_embedding_type"].OptionalText() is not (null or "absolute"))
        {
            throw root["position_embedding_type"].Error("\"absolute\"");
        }
        int width = root["hidden_size"].Integer(1, MaxSize);
        int heads = root["num_attention_heads"].Integer(1, MaxSize);
        if (width % heads != 0)
        {
            throw root["num_attention_heads"].Error($"a divisor of hidden_size, {width}");
        }
        return new EncoderSettings
        {
            VocabularySize = root["vocab_size"].Integer(1, 1 << 24),
            Width = width,
            FeedForwardWidth = root["intermediate_size"].Integer(1, MaxSize),
            Layers = root["num_hidden_layers"].Integer(1, 1000),
            Heads = heads,
            ContextLength = root["max_position_embeddings"].Integer(1, MaxSize, 512),
            SegmentTypes = root["type_vocab_size"].Integer(1, 1000, 2),
            NormEpsilon = root["layer_norm_eps"].Number(1e-12),
            Activation = root["hidden_act"].OptionalText() switch
            {
                null or "gelu" => EncoderActivation.Gelu,
                "relu" => EncoderActivation.Relu,
                _ => throw root["hidden_act"].Error("\"gelu\" or \"relu\""),
            },
        };
    }
}
