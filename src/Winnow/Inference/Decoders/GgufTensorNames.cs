using System.Globalization;

namespace Winnow.Inference.Decoders;

/// <summary>The two names of a decoder's tensors: in GGUF files, and in folders, whose names the decoder uses.</summary>
/// <remarks>Source: the GGUF specification, standardised tensor names.</remarks>
internal static class GgufTensorNames
{
    private const string Block = "blk.";
    private const string Layer = "model.layers.";

    private static readonly (string Gguf, string Decoder)[] Whole =
    [
        ("token_embd.weight", DecoderTensors.Embedding),
        ("output_norm.weight", DecoderTensors.FinalNorm),
        ("output.weight", DecoderTensors.Head),
    ];

    private static readonly (string Gguf, string Decoder)[] Parts =
    [
        ("attn_norm", "input_layernorm"),
        ("ffn_norm", "post_attention_layernorm"),
        ("attn_q_norm", "self_attn.q_norm"),
        ("attn_k_norm", "self_attn.k_norm"),
        ("attn_q", "self_attn.q_proj"),
        ("attn_k", "self_attn.k_proj"),
        ("attn_v", "self_attn.v_proj"),
        ("attn_output", "self_attn.o_proj"),
        ("ffn_gate", "mlp.gate_proj"),
        ("ffn_up", "mlp.up_proj"),
        ("ffn_down", "mlp.down_proj"),
    ];

    /// <summary>The decoder's name; the same where it knows none.</summary>
    public static string ToDecoder(string name) => Translate(name, Block, Layer, Whole, Parts);

    /// <summary>The name in GGUF files; the same where they have none.</summary>
    public static string ToGguf(string name) => Translate(
        name, Layer, Block, [.. Whole.Select(pair => (pair.Decoder, pair.Gguf))], [.. Parts.Select(pair => (pair.Decoder, pair.Gguf))]);

    private static string Translate(string name, string fromPrefix, string toPrefix, (string From, string To)[] whole, (string From, string To)[] parts)
    {
        foreach ((string from, string to) in whole)
        {
            if (name == from)
            {
                return to;
            }
        }
        if (!name.StartsWith(fromPrefix, StringComparison.Ordinal))
        {
            return name;
        }
        int end = name.IndexOf('.', fromPrefix.Length);
        int last = name.LastIndexOf('.');
        if (end < 0 || last <= end || !int.TryParse(name.AsSpan(fromPrefix.Length, end - fromPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int layer))
        {
            return name;
        }
        ReadOnlySpan<char> part = name.AsSpan(end + 1, last - end - 1);
        foreach ((string from, string to) in parts)
        {
            if (part.SequenceEqual(from))
            {
                return string.Create(CultureInfo.InvariantCulture, $"{toPrefix}{layer}.{to}{name.AsSpan(last)}");
            }
        }
        return name;
    }
}
