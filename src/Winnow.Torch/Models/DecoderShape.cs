namespace Winnow.Torch.Models;

/// <summary>Sizes of a Llama decoder with tied embedding and one key-value head for each query head.</summary>
public sealed record DecoderShape
{
    /// <summary>Number of tokens, V. Range: at least 2.</summary>
    public required int VocabularySize { get; init => field = AtLeast(value, 2, nameof(VocabularySize)); }

    /// <summary>Width of the hidden state, d. Range: at least 2.</summary>
    public required int Width { get; init => field = AtLeast(value, 2, nameof(Width)); }

    /// <summary>Number of blocks, L. Range: at least 1.</summary>
    public required int Layers { get; init => field = AtLeast(value, 1, nameof(Layers)); }

    /// <summary>Attention heads, H; the width is a multiple of 2H.</summary>
    public required int Heads { get; init => field = AtLeast(value, 1, nameof(Heads)); }

    /// <summary>Longest sequence. Unit: tokens.</summary>
    public int ContextLength { get; init => field = AtLeast(value, 2, nameof(ContextLength)); } = 512;

    /// <summary>Width of the feed-forward part: 8d/3 rounded up to a multiple of 32.</summary>
    public int Hidden => (8 * Width / 3 + 31) / 32 * 32;

    /// <summary>Width of one head.</summary>
    public int HeadWidth => Width / Heads;

    /// <summary>Offset inside the norm of the hidden state.</summary>
    public const double NormEpsilon = 1e-5;

    /// <summary>Base of the rotary positions.</summary>
    public const double RopeBase = 10_000;

    /// <summary>About one million parameters: width 128, five blocks, four heads.</summary>
    public static DecoderShape ExtraSmall(int vocabularySize) => new() { VocabularySize = vocabularySize, Width = 128, Layers = 5, Heads = 4 };

    /// <summary>About three million parameters: width 192, six blocks, six heads.</summary>
    public static DecoderShape Small(int vocabularySize) => new() { VocabularySize = vocabularySize, Width = 192, Layers = 6, Heads = 6 };

    /// <summary>Number of parameters: V·d + L·(4d² + 3·d·hidden + 2d) + d.</summary>
    public long ParameterCount => (long)VocabularySize * Width + Layers * (4L * Width * Width + 3L * Width * Hidden + 2L * Width) + Width;

    /// <summary>Parameters of the matrices inside the blocks, which come first in <see cref="Tensors"/>; weight decay is for these alone.</summary>
    public long MatrixCount => Layers * (4L * Width * Width + 3L * Width * Hidden);

    /// <summary>
    /// The tensors with their Hugging Face names, in the order in which they lie in one flat array: block by block
    /// q, k, v, o, gate, up, down; then the embedding; then the norms. q, k, v and gate, up are neighbours, so that
    /// each group is also one bigger matrix.
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
            foreach (string name in (string[])["q", "k", "v"])
                Place($"{block}self_attn.{name}_proj.weight", TensorRole.Input, Width, Width);
            Place($"{block}self_attn.o_proj.weight", TensorRole.Output, Width, Width);
            foreach (string name in (string[])["gate", "up"])
                Place($"{block}mlp.{name}_proj.weight", TensorRole.Input, Hidden, Width);
            Place($"{block}mlp.down_proj.weight", TensorRole.Output, Width, Hidden);
        }
        Place("model.embed_tokens.weight", TensorRole.Embedding, VocabularySize, Width);
        for (int layer = 0; layer < Layers; layer++)
        {
            Place($"model.layers.{layer}.input_layernorm.weight", TensorRole.Norm, Width);
            Place($"model.layers.{layer}.post_attention_layernorm.weight", TensorRole.Norm, Width);
        }
        Place("model.norm.weight", TensorRole.Norm, Width);
        return places;
    }

    /// <summary>Checks what one setting alone cannot.</summary>
    /// <exception cref="ArgumentException">The width is not a multiple of twice the number of heads.</exception>
    public void Validate()
    {
        if (Width % (2 * Heads) != 0)
            throw new ArgumentException($"Width {Width} with {Heads} heads: the width must be a multiple of twice the number of heads, for rotary positions turn pairs.");
    }

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

    /// <summary>The embedding, which is also the output matrix.</summary>
    Embedding,

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
