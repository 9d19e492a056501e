using TorchSharp;
using Winnow.Inference.Checkpoints;
using Winnow.Inference.Encoders;
using static TorchSharp.torch;

namespace Winnow.Torch.Benchmarks;

/// <summary>The same encoder on libtorch: padded batches of like length, its fused attention, mean of the tokens scaled to length 1.</summary>
internal sealed class TorchEncoder : IDisposable
{
    private const int BatchTexts = 32;

    // Rooted: TorchSharp would free the factor of a + b under libtorch's hands.
    private static readonly Scalar One = 1L.ToScalar();

    private readonly EncoderSettings _settings;
    private readonly Dictionary<string, Tensor> _weights = new(StringComparer.Ordinal);

    public TorchEncoder(string folder, EncoderSettings settings)
    {
        _settings = settings;
        using SafetensorsFolder checkpoint = SafetensorsFolder.Open(folder);
        foreach (StoredTensor stored in checkpoint.Tensors.Values.Where(t => t.Type is TensorType.F16 or TensorType.F32))
        {
            var values = new float[stored.Count];
            checkpoint.ReadFloats(stored.Name, values);
            _weights.Add(stored.Name, tensor(values, [.. stored.Shape]));
        }
    }

    /// <summary>Vectors of texts, shape [texts][d].</summary>
    public float[] Embed(IReadOnlyList<int[]> texts)
    {
        using var scope = NewDisposeScope();
        using var _ = inference_mode();
        var vectors = new float[texts.Count * _settings.Width];
        int[] order = [.. Enumerable.Range(0, texts.Count).OrderByDescending(i => texts[i].Length)];
        foreach (int[] batch in order.Chunk(BatchTexts))
        {
            using var inner = NewDisposeScope();
            float[] pooled = [.. Run([.. batch.Select(i => texts[i])]).data<float>()];
            for (int i = 0; i < batch.Length; i++)
            {
                pooled.AsSpan(i * _settings.Width, _settings.Width).CopyTo(vectors.AsSpan(batch[i] * _settings.Width));
            }
        }
        return vectors;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor weight in _weights.Values)
        {
            weight.Dispose();
        }
    }

    private Tensor Run(int[][] texts)
    {
        int length = texts.Max(t => t.Length);
        var ids = new long[texts.Length * length];
        var seen = new float[texts.Length * length];
        var unseen = new float[texts.Length * length];
        Array.Fill(unseen, -1e9f);
        for (int i = 0; i < texts.Length; i++)
        {
            for (int at = 0; at < texts[i].Length; at++)
            {
                ids[(i * length) + at] = texts[i][at];
                seen[(i * length) + at] = 1;
                unseen[(i * length) + at] = 0;
            }
        }
        Tensor mask = tensor(seen, [texts.Length, length]);
        Tensor? added = texts.All(t => t.Length == length) ? null : tensor(unseen, [texts.Length, 1, 1, length]);
        Tensor x = Weight("embeddings.word_embeddings.weight").index_select(0, tensor(ids)).view(texts.Length, length, _settings.Width)
            .add(Weight("embeddings.position_embeddings.weight").narrow(0, 0, length), One)
            .add(Weight("embeddings.token_type_embeddings.weight")[0], One);
        x = Norm(x, "embeddings.LayerNorm");
        for (int layer = 0; layer < _settings.Layers; layer++)
        {
            string block = $"encoder.layer.{layer}";
            Tensor mixed = nn.functional.scaled_dot_product_attention(
                Heads(Linear(x, $"{block}.attention.self.query")), Heads(Linear(x, $"{block}.attention.self.key")), Heads(Linear(x, $"{block}.attention.self.value")), added);
            x = Norm(x.add(Linear(mixed.transpose(1, 2).reshape(texts.Length, length, _settings.Width), $"{block}.attention.output.dense"), One), $"{block}.attention.output.LayerNorm");
            Tensor inner = nn.functional.gelu(Linear(x, $"{block}.intermediate.dense"));
            x = Norm(x.add(Linear(inner, $"{block}.output.dense"), One), $"{block}.output.LayerNorm");
        }
        Tensor mean = (x * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim: true);
        return nn.functional.normalize(mean, dim: 1).contiguous();
    }

    private Tensor Heads(Tensor x) => x.view(x.shape[0], x.shape[1], _settings.Heads, _settings.Width / _settings.Heads).transpose(1, 2);

    private Tensor Linear(Tensor x, string name) => nn.functional.linear(x, Weight($"{name}.weight"), Weight($"{name}.bias"));

    private Tensor Norm(Tensor x, string name) => nn.functional.layer_norm(x, [_settings.Width], Weight($"{name}.weight"), Weight($"{name}.bias"), _settings.NormEpsilon);

    private Tensor Weight(string name) => _weights[name];
}
