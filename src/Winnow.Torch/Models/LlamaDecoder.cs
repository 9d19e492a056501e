using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using Winnow.Inference.Decoders;
using Winnow.Torch.Native;
using static TorchSharp.torch;

namespace Winnow.Torch.Models;

/// <summary>
/// Decoder of the Llama family in float32 for training: pre-norm RMSNorm, rotary positions on rotated halves,
/// grouped-query attention, SwiGLU, no dropout.
/// </summary>
/// <remarks>
/// All parameters lie in one flat array, all gradients in another; the matrices that libtorch works on are views.
/// An optimiser step, a checkpoint or an average of models is then one pass over one span. q, k, v and gate, up
/// are multiplied as one matrix each; <see cref="DecoderShape.Tensors"/> names the parts as Hugging Face does.
/// Not thread-safe.
/// </remarks>
public sealed class LlamaDecoder : nn.Module<Tensor, Tensor>
{
    private readonly Tensor _flat;
    private readonly Tensor _flatGradients;
    private readonly Tensor _normEpsilon;
    private readonly Parameter _embedding;
    private readonly Parameter _output;
    private readonly Parameter _finalNorm;
    private readonly Block[] _blocks;
    private readonly Tensor _cos;
    private readonly Tensor _signedSin;

    private sealed record Block(Parameter Qkv, Parameter? QkvBias, Parameter O, Parameter GateUp, Parameter Down, Parameter AttentionNorm, Parameter MlpNorm);

    /// <summary>A decoder with all parameters zero; fill <see cref="Weights"/> next.</summary>
    /// <param name="shape">Sizes.</param>
    /// <exception cref="WinnowException">libtorch cannot be loaded.</exception>
    public LlamaDecoder(DecoderShape shape) : base(NameOnceLoaded())
    {
        ArgumentNullException.ThrowIfNull(shape);
        shape.Validate();
        Shape = shape;
        _flat = zeros(shape.ParameterCount).DetachFromDisposeScope();
        _flatGradients = zeros(shape.ParameterCount).DetachFromDisposeScope();
        Dictionary<string, long> offsets = shape.Tensors().ToDictionary(place => place.Name, place => place.Offset, StringComparer.Ordinal);
        Parameter View(string first, params long[] size)
        {
            long count = size.Aggregate(1L, (a, b) => a * b);
            Parameter parameter = new(_flat.narrow(0, offsets[first], count).view(size), requires_grad: true);
            parameter.grad = _flatGradients.narrow(0, offsets[first], count).view(size);
            parameter.DetachFromDisposeScope();
            return parameter;
        }
        int d = shape.Width;
        _blocks = new Block[shape.Layers];
        for (int i = 0; i < _blocks.Length; i++)
        {
            string block = $"model.layers.{i}.";
            _blocks[i] = new Block(
                View(block + "self_attn.q_proj.weight", shape.QkvHeads * shape.HeadWidth, d),
                shape.HasAttentionBias ? View(block + "self_attn.q_proj.bias", shape.QkvHeads * shape.HeadWidth) : null,
                View(block + "self_attn.o_proj.weight", d, shape.Heads * shape.HeadWidth),
                View(block + "mlp.gate_proj.weight", 2 * shape.Hidden, d),
                View(block + "mlp.down_proj.weight", d, shape.Hidden),
                View(block + "input_layernorm.weight", d),
                View(block + "post_attention_layernorm.weight", d));
        }
        _normEpsilon = tensor((float)shape.NormEpsilon).DetachFromDisposeScope();
        _embedding = View("model.embed_tokens.weight", shape.VocabularySize, d);
        _output = shape.IsTied ? _embedding : View("lm_head.weight", shape.VocabularySize, d);
        _finalNorm = View("model.norm.weight", d);
        (_cos, _signedSin) = Rotations(shape);
    }

    /// <summary>Sizes.</summary>
    public DecoderShape Shape { get; }

    /// <summary>All parameters, in the order of <see cref="DecoderShape.Tensors"/>. Writing to it changes the model.</summary>
    public Span<float> Weights => MemoryMarshal.Cast<byte, float>(_flat.bytes);

    /// <summary>Gradients of the last backward passes since <see cref="ClearGradients"/>, in the same order.</summary>
    public Span<float> Gradients => MemoryMarshal.Cast<byte, float>(_flatGradients.bytes);

    /// <summary>Sets all gradients to 0.</summary>
    public void ClearGradients() => Gradients.Clear();

    /// <summary>Logits after every token.</summary>
    /// <param name="input">Shape [B, T], int64; T at most the context length. Padding stands on the right, where no earlier token sees it.</param>
    /// <returns>Shape [B, T, V].</returns>
    public override Tensor forward(Tensor input) => Logits(HiddenStates(input));

    /// <summary>Hidden states after the final norm.</summary>
    /// <param name="tokens">Shape [B, T], int64.</param>
    /// <param name="cache">Keys and values of earlier tokens, which is extended; null to read whole sequences.</param>
    /// <returns>Shape [B, T, d].</returns>
    public Tensor HiddenStates(Tensor tokens, DecodingCache? cache = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        long rows = tokens.shape[0];
        long length = tokens.shape[1];
        int d = Shape.Width;
        (Tensor cos, Tensor sin) = cache?.SelectRotations(_cos, _signedSin) ?? (_cos.narrow(0, 0, length), _signedSin.narrow(0, 0, length));
        Tensor x = _embedding.index_select(0, tokens.reshape(-1)).view(rows, length, d);
        for (int layer = 0; layer < _blocks.Length; layer++)
        {
            Block block = _blocks[layer];
            Tensor qkv = nn.functional.linear(Norm(x, block.AttentionNorm), block.Qkv, block.QkvBias).view(rows, length, Shape.QkvHeads, Shape.HeadWidth);
            Tensor qk = qkv.narrow(2, 0, Shape.Heads + Shape.KeyValueHeads);
            // rotate-half is a roll by half a head with the sine's sign folded into the table.
            qk = (qk * cos).PlusProduct(qk.roll(Shape.HeadWidth / 2, -1), sin);
            Tensor q = qk.narrow(2, 0, Shape.Heads).transpose(1, 2);
            Tensor k = ForEachQuery(qk.narrow(2, Shape.Heads, Shape.KeyValueHeads)).transpose(1, 2);
            Tensor v = ForEachQuery(qkv.narrow(2, Shape.Heads + Shape.KeyValueHeads, Shape.KeyValueHeads)).transpose(1, 2);
            Tensor attended = cache is null
                ? nn.functional.scaled_dot_product_attention(q, k, v, is_casual: true)
                : cache.Attend(layer, q, k, v);
            x = x.Plus(nn.functional.linear(attended.transpose(1, 2).reshape(rows, length, -1), block.O));
            Tensor gateUp = nn.functional.linear(Norm(x, block.MlpNorm), block.GateUp);
            Tensor hidden = nn.functional.silu(gateUp.narrow(2, 0, Shape.Hidden)) * gateUp.narrow(2, Shape.Hidden, Shape.Hidden);
            x = x.Plus(nn.functional.linear(hidden, block.Down));
        }
        return Norm(x, _finalNorm);
    }

    /// <summary>Logits of hidden states.</summary>
    /// <param name="hidden">Shape [..., d].</param>
    /// <returns>Shape [..., V].</returns>
    public Tensor Logits(Tensor hidden) => nn.functional.linear(hidden, _output);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (Block block in _blocks)
            {
                foreach (Parameter? parameter in (Parameter?[])[block.Qkv, block.QkvBias, block.O, block.GateUp, block.Down, block.AttentionNorm, block.MlpNorm])
                {
                    parameter?.Dispose();
                }
            }
            _normEpsilon.Dispose();
            _output.Dispose();
            _embedding.Dispose();
            _finalNorm.Dispose();
            _cos.Dispose();
            _signedSin.Dispose();
            _flat.Dispose();
            _flatGradients.Dispose();
        }
        base.Dispose(disposing);
    }

    /// <summary>The base class calls libtorch in its constructor, before the body of this one's can.</summary>
    private static string NameOnceLoaded()
    {
        TorchRuntime.EnsureLoaded();
        return nameof(LlamaDecoder);
    }

    private Tensor Norm(Tensor x, Tensor weight) => x * x.ReciprocalRootMeanSquare(_normEpsilon) * weight;

    /// <summary>Repeats each key-value head for the query heads that share it: [B, T, K, h] becomes [B, T, H, h].</summary>
    private Tensor ForEachQuery(Tensor heads)
    {
        long sharing = Shape.Heads / Shape.KeyValueHeads;
        return sharing == 1
            ? heads
            : heads.unsqueeze(3).expand(heads.shape[0], heads.shape[1], Shape.KeyValueHeads, sharing, Shape.HeadWidth).reshape(heads.shape[0], heads.shape[1], Shape.Heads, Shape.HeadWidth);
    }

    private static (Tensor Cos, Tensor SignedSin) Rotations(DecoderShape shape)
    {
        RotaryFrequencies rotary = RotaryFrequencies.Compute(shape.Rotary, shape.HeadWidth, shape.ContextLength);
        int half = shape.HeadWidth / 2;
        float[] cos = new float[shape.ContextLength * shape.HeadWidth];
        float[] sin = new float[cos.Length];
        for (int position = 0; position < shape.ContextLength; position++)
        {
            for (int i = 0; i < half; i++)
            {
                double angle = position * (double)rotary.Frequencies[i];
                int at = position * shape.HeadWidth + i;
                cos[at] = cos[at + half] = (float)(Math.Cos(angle) * rotary.AttentionScaling);
                sin[at + half] = (float)(Math.Sin(angle) * rotary.AttentionScaling);
                sin[at] = -sin[at + half];
            }
        }
        long[] size = [shape.ContextLength, 1, shape.HeadWidth];
        return (tensor(cos, size).DetachFromDisposeScope(), tensor(sin, size).DetachFromDisposeScope());
    }
}
