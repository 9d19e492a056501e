using Winnow.Inference.Decoders;

namespace Winnow.Torch.Models;

/// <summary>Shape of a trainable decoder of the Llama family. What is not set is as in the embedded models.</summary>
public sealed record DecoderShape
{
    private readonly int _headWidth;

    /// <summary>Number of tokens, V. Range: at least 2.</summary>
    public required int VocabularySize { get; init => field = AtLeast(value, 2, nameof(VocabularySize)); }

    /// <summary>Width of the hidden state, d. Range: at least 2.</summary>
    public required int Width { get; init => field = AtLeast(value, 2, nameof(Width)); }

    /// <summary>Number of blocks, L. Range: at least 1.</summary>
    public required int Layers { get; init => field = AtLeast(value, 1, nameof(Layers)); }

    /// <summary>Query heads, H. Range: at least 1.</summary>
    public required int Heads { get; init => field = AtLeast(value, 1, nameof(Heads)); }

    /// <summary>Key-value heads, K; divides H. Unless set: H.</summary>
    public int KeyValueHeads { get => field == 0 ? Heads : field; init => field = AtLeast(value, 1, nameof(KeyValueHeads)); }

    /// <summary>Width of one head, h; even. Unless set: d / H.</summary>
    public int HeadWidth { get => _headWidth == 0 ? Width / Heads : _headWidth; init => _headWidth = AtLeast(value, 2, nameof(HeadWidth)); }

    /// <summary>Width of the feed-forward part, f. Unless set: 8d/3 rounded up to a multiple of 32.</summary>
    public int Hidden { get => field == 0 ? (8 * Width / 3 + 31) / 32 * 32 : field; init => field = AtLeast(value, 1, nameof(Hidden)); }

    /// <summary>Longest sequence. Unit: tokens.</summary>
    public int ContextLength { get; init => field = AtLeast(value, 2, nameof(ContextLength)); } = 512;

    /// <summary>Offset under the root of the norms. Range: at least 0.</summary>
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>Rotary positions.</summary>
    public RotarySettings Rotary { get; init; } = new();

    /// <summary>Whether the output matrix is the embedding.</summary>
    public bool IsTied { get; init; } = true;

    /// <summary>Whether queries, keys and values have a bias (Qwen2).</summary>
    public bool HasAttentionBias { get; init; }

    /// <summary>About one million parameters: width 128, five blocks, four heads.</summary>
    public static DecoderShape ExtraSmall(int vocabularySize) => new() { VocabularySize = vocabularySize, Width = 128, Layers = 5, Heads = 4 };

    /// <summary>About three million parameters: width 192, six blocks, six heads.</summary>
    public static DecoderShape Small(int vocabularySize) => new() { VocabularySize = vocabularySize, Width = 192, Layers = 6, Heads = 6 };

    /// <summary>Number of parameters.</summary>
    public long ParameterCount => MatrixCount + (IsTied ? 1L : 2L) * VocabularySize * Width
        + Layers * (2L * Width + (HasAttentionBias ? QkvHeads * HeadWidth : 0)) + Width;

    /// <summary>Parameters of the matrices inside the blocks, L·((2H + 2K)·h·d + 3·d·f). They come first in <see cref="Tensors"/>; weight decay is for these alone.</summary>
    public long MatrixCount => Layers * ((QkvHeads + Heads) * (long)HeadWidth * Width + 3L * Width * Hidden);

    /// <summary>Heads of queries, keys and values together: H + 2K.</summary>
    internal int QkvHeads => Heads + 2 * KeyValueHeads;

    /// <summary>The shape of a model of the engine, to train it.</summary>
    /// <exception cref="NotSupportedException">The model has norms over heads (Qwen3).</exception>
    public static DecoderShape From(DecoderSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.HasHeadNorms)
        {
            throw new NotSupportedException($"Decoders of architecture '{settings.Architecture}' run but are not trained: norms over heads of queries and keys have no trainable form here.");
        }
        return new DecoderShape
        {
            VocabularySize = settings.VocabularySize,
            Width = settings.Width,
            Layers = settings.Layers,
            Heads = settings.Heads,
            KeyValueHeads = settings.KeyValueHeads,
            HeadWidth = settings.HeadWidth,
            Hidden = settings.FeedForwardWidth,
            ContextLength = settings.ContextLength,
            NormEpsilon = settings.NormEpsilon,
            Rotary = settings.Rotary,
            IsTied = settings.IsTied,
            HasAttentionBias = settings.Architecture == "qwen2",
        };
    }

    /// <summary>
    /// The tensors with their Hugging Face names, in the order in which they lie in one flat array: block by block
    /// q, k, v, o, gate, up, down; then the embedding and, unless it is the same, the output matrix; then the norms
    /// and biases. q, k, v and gate, up are neighbours, so that each group is also one bigger matrix.
    /// </summary>
    public IReadOnlyList<TensorPlace> Tensors()
    {
        Validate();
        List<TensorPlace> places = [];
        long offset = 0;
        void Place(string name, TensorRole role, params int[] shape)
        {
            TensorPlace place = new(name, role, offset, shape);
            offset += place.Count;
            places.Add(place);
        }
        for (int layer = 0; layer < Layers; layer++)
        {
            string block = $"model.layers.{layer}.";
            foreach ((string name, int heads) in QkvParts())
            {
                Place($"{block}self_attn.{name}_proj.weight", TensorRole.Input, heads * HeadWidth, Width);
            }
            Place($"{block}self_attn.o_proj.weight", TensorRole.Output, Width, Heads * HeadWidth);
            foreach (string name in (string[])["gate", "up"])
            {
                Place($"{block}mlp.{name}_proj.weight", TensorRole.Input, Hidden, Width);
            }
            Place($"{block}mlp.down_proj.weight", TensorRole.Output, Width, Hidden);
        }
        Place("model.embed_tokens.weight", TensorRole.Embedding, VocabularySize, Width);
        if (!IsTied)
        {
            Place("lm_head.weight", TensorRole.Embedding, VocabularySize, Width);
        }
        for (int layer = 0; layer < Layers; layer++)
        {
            Place($"model.layers.{layer}.input_layernorm.weight", TensorRole.Norm, Width);
            Place($"model.layers.{layer}.post_attention_layernorm.weight", TensorRole.Norm, Width);
            foreach ((string name, int heads) in HasAttentionBias ? QkvParts() : [])
            {
                Place($"model.layers.{layer}.self_attn.{name}_proj.bias", TensorRole.Bias, heads * HeadWidth);
            }
        }
        Place("model.norm.weight", TensorRole.Norm, Width);
        return places;
    }

    /// <summary>Checks what one setting alone cannot.</summary>
    /// <exception cref="ArgumentException">A head's width is odd or the key-value heads do not divide the query heads.</exception>
    public void Validate()
    {
        if (HeadWidth % 2 != 0 || (_headWidth == 0 && Width % Heads != 0))
        {
            throw new ArgumentException($"Width {Width} with {Heads} heads of width {HeadWidth}: a head's width must be even, for rotary positions turn pairs, and unless it is set the heads must divide the width.");
        }
        if (Heads % KeyValueHeads != 0)
        {
            throw new ArgumentException($"{KeyValueHeads} key-value heads with {Heads} query heads: they must divide them.");
        }
    }

    private (string Name, int Heads)[] QkvParts() => [("q", Heads), ("k", KeyValueHeads), ("v", KeyValueHeads)];

    private static int AtLeast(int value, int least, string name) =>
        value >= least ? value : throw new ArgumentOutOfRangeException(name, value, $"Must be {least} or more.");
}

/// <summary>What a tensor does, which decides how it begins and whether it decays.</summary>
public enum TensorRole
{
    /// <summary>A matrix that reads the residual stream (q, k, v, gate, up).</summary>
    Input,

    /// <summary>A matrix that writes to the residual stream (o, down).</summary>
    Output,

    /// <summary>The embedding or the output matrix.</summary>
    Embedding,

    /// <summary>What is added to queries, keys or values.</summary>
    Bias,

    /// <summary>Weights of a norm.</summary>
    Norm,
}

/// <summary>Where a tensor lies in the flat array of parameters.</summary>
/// <param name="Name">Hugging Face name.</param>
/// <param name="Role">What it does.</param>
/// <param name="Offset">Index of its first element.</param>
/// <param name="Shape">Its dimensions, row-major.</param>
public sealed record TensorPlace(string Name, TensorRole Role, long Offset, IReadOnlyList<int> Shape)
{
    /// <summary>Number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);
}
