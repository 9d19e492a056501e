using System.Globalization;
using TorchSharp;
using Winnow.Inference.Decoders;
using Winnow.Torch.Models;
using static TorchSharp.torch;

namespace Winnow.Torch.Benchmarks;

/// <summary>
/// A decoder as one TorchScript function a step, so that libtorch runs it without coming back to managed code: fused
/// matrices for queries, keys and values and for gate and up, its own RMSNorm and attention, caches of fixed size, no mask.
/// </summary>
internal sealed class ScriptRows : TorchRows
{
    // Six matrices and norms a block, then embedding, output and last norm.
    // The parser of scripts wants a line end after the last line.
    private const string Script = """
        def step(tokens, position: int, weights: List[Tensor], keys: List[Tensor], values: List[Tensor], cos, sin):
            d = LAYERS * 6
            rows = tokens.size(0)
            count = tokens.size(1)
            x = torch.embedding(weights[d], tokens)
            c = cos.narrow(0, position, count)
            s = sin.narrow(0, position, count)
            for i in range(LAYERS):
                n = torch.rms_norm(x, [WIDTH], weights[i * 6], EPSILON)
                qkv = torch.linear(n, weights[i * 6 + 1]).view(rows, count, QUERIES + KEYS + KEYS, HEAD)
                qk = qkv.narrow(2, 0, QUERIES + KEYS)
                qk = torch.addcmul(qk * c, torch.roll(qk, [HALF], [-1]), s)
                k = keys[i]
                v = values[i]
                k.narrow(2, position, count).copy_(qk.narrow(2, QUERIES, KEYS).transpose(1, 2))
                v.narrow(2, position, count).copy_(qkv.narrow(2, QUERIES + KEYS, KEYS).transpose(1, 2))
                a = torch.scaled_dot_product_attention(qk.narrow(2, 0, QUERIES).transpose(1, 2), k.narrow(2, 0, position + count), v.narrow(2, 0, position + count), None, 0.0, count > 1, scale=None, enable_gqa=GROUPED)
                x = x + torch.linear(a.transpose(1, 2).reshape(rows, count, QUERIES * HEAD), weights[i * 6 + 2])
                n = torch.rms_norm(x, [WIDTH], weights[i * 6 + 3], EPSILON)
                g = torch.linear(n, weights[i * 6 + 4])
                x = x + torch.linear(torch.silu(g.narrow(2, 0, INNER)) * g.narrow(2, INNER, INNER), weights[i * 6 + 5])
            return torch.linear(torch.rms_norm(x.narrow(1, count - 1, 1), [WIDTH], weights[d + 2], EPSILON), weights[d + 1])

        """;

    private readonly jit.CompilationUnit _unit;
    private readonly List<Tensor> _weights = [];
    private readonly Tensor[] _keys;
    private readonly Tensor[] _values;
    private readonly Tensor _cos;
    private readonly Tensor _sin;
    private readonly int[] _prompt;
    private readonly int _rows;
    private Tensor? _logits;
    private int _position;

    public ScriptRows(DecoderShape shape, ReadOnlySpan<float> weights, int[] prompt, int rows, int steps)
    {
        _prompt = prompt;
        _rows = rows;
        _unit = jit.compile(Filled(shape));
        Dictionary<string, TensorPlace> places = shape.Tensors().ToDictionary(p => p.Name, StringComparer.Ordinal);
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            string block = $"model.layers.{layer}";
            _weights.Add(Read(weights, places, $"{block}.input_layernorm.weight"));
            _weights.Add(Read(weights, places, $"{block}.self_attn.q_proj.weight", $"{block}.self_attn.k_proj.weight", $"{block}.self_attn.v_proj.weight"));
            _weights.Add(Read(weights, places, $"{block}.self_attn.o_proj.weight"));
            _weights.Add(Read(weights, places, $"{block}.post_attention_layernorm.weight"));
            _weights.Add(Read(weights, places, $"{block}.mlp.gate_proj.weight", $"{block}.mlp.up_proj.weight"));
            _weights.Add(Read(weights, places, $"{block}.mlp.down_proj.weight"));
        }
        _weights.Add(Read(weights, places, "model.embed_tokens.weight"));
        _weights.Add(shape.IsTied ? _weights[^1] : Read(weights, places, "lm_head.weight"));
        _weights.Add(Read(weights, places, "model.norm.weight"));
        _keys = [.. Enumerable.Range(0, shape.Layers).Select(_ => zeros(rows, shape.KeyValueHeads, prompt.Length + steps, shape.HeadWidth))];
        _values = [.. Enumerable.Range(0, shape.Layers).Select(_ => zeros(rows, shape.KeyValueHeads, prompt.Length + steps, shape.HeadWidth))];
        (_cos, _sin) = Rotations(shape);
    }

    public override float[] Logits => [.. _logits!.data<float>()];

    public override void Restart()
    {
        _position = 0;
        Run([.. Enumerable.Repeat(_prompt, _rows).SelectMany(p => p)], _prompt.Length);
    }

    public override void Step(int[] tokens) => Run(tokens, 1);

    public override void Dispose()
    {
        foreach (Tensor tensor in _weights.Concat(_keys).Concat(_values).Append(_cos).Append(_sin))
        {
            tensor.Dispose();
        }
        _logits?.Dispose();
        _unit.Dispose();
    }

    private void Run(int[] tokens, int count)
    {
        using IDisposable inference = inference_mode();
        using DisposeScope scope = NewDisposeScope();
        Tensor ids = tensor([.. tokens.Select(t => (long)t)], [_rows, count]);
        _logits?.Dispose();
        _logits = ((Tensor)_unit.invoke("step", ids, (long)_position, _weights.ToArray(), _keys, _values, _cos, _sin)).DetachFromDisposeScope();
        _position += count;
    }

    private static string Filled(DecoderShape shape)
    {
        (string Name, string Value)[] constants =
        [
            ("LAYERS", $"{shape.Layers}"), ("WIDTH", $"{shape.Width}"), ("QUERIES", $"{shape.Heads}"), ("KEYS", $"{shape.KeyValueHeads}"),
            ("HEAD", $"{shape.HeadWidth}"), ("HALF", $"{shape.HeadWidth / 2}"), ("INNER", $"{shape.Hidden}"),
            ("EPSILON", shape.NormEpsilon.ToString("0.0#########", CultureInfo.InvariantCulture)), ("GROUPED", shape.Heads == shape.KeyValueHeads ? "False" : "True"),
        ];
        return constants.Aggregate(Script, (script, constant) => script.Replace(constant.Name, constant.Value, StringComparison.Ordinal));
    }

    private static Tensor Read(ReadOnlySpan<float> weights, Dictionary<string, TensorPlace> places, params ReadOnlySpan<string> names)
    {
        List<float> numbers = [];
        foreach (string name in names)
        {
            numbers.AddRange(weights.Slice((int)places[name].Offset, (int)places[name].Count));
        }
        IReadOnlyList<int> shape = places[names[0]].Shape;
        return shape.Count == 1 ? tensor(numbers.ToArray(), [shape[0]]) : tensor(numbers.ToArray(), [numbers.Count / shape[1], shape[1]]);
    }

    /// <summary>Cosines, and sines with the sign that turning by a roll needs; shape [positions][1][head width].</summary>
    private static (Tensor Cos, Tensor Sin) Rotations(DecoderShape shape)
    {
        RotaryFrequencies rotary = RotaryFrequencies.Compute(shape.Rotary, shape.HeadWidth, shape.ContextLength);
        int half = shape.HeadWidth / 2;
        var cos = new float[shape.ContextLength * shape.HeadWidth];
        var sin = new float[cos.Length];
        for (int position = 0; position < shape.ContextLength; position++)
        {
            for (int i = 0; i < half; i++)
            {
                double angle = position * (double)rotary.Frequencies[i];
                int at = (position * shape.HeadWidth) + i;
                cos[at] = cos[at + half] = (float)Math.Cos(angle);
                sin[at + half] = (float)Math.Sin(angle);
                sin[at] = -sin[at + half];
            }
        }
        return (tensor(cos, [shape.ContextLength, 1, shape.HeadWidth]), tensor(sin, [shape.ContextLength, 1, shape.HeadWidth]));
    }
}
