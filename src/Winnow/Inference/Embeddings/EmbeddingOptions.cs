namespace Winnow.Inference.Embeddings;

/// <summary>How texts become vectors. What is left open is as the model's folder says.</summary>
public sealed record EmbeddingOptions
{
    /// <summary>How hidden states become one vector; null: as the folder says, else the mean for encoders and the last token for decoders.</summary>
    public PoolingMode? Pooling { get; init; }

    /// <summary>Whether vectors are scaled to length 1; null: as the folder says, else not.</summary>
    public bool? Normalizes { get; init; }

    /// <summary>Longest text; what is beyond is cut off. Unit: tokens, special ones included; at least 3; null: as the folder says, else the model's context.</summary>
    public int? MaxTokens
    {
        get;
        init
        {
            if (value is { } tokens)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 3);
            }
            field = value;
        }
    }

    /// <summary>Threads that compute. Unit: threads; 0 means all cores; results do not depend on it.</summary>
    public int Threads
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }
}
