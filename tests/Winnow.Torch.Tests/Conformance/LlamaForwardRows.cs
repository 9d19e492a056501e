using System.Text.Json;
using TorchSharp;
using Winnow.Inference;
using Winnow.Inference.Decoders;
using Winnow.Testing.Conformance;
using Winnow.Torch.Models;
using Winnow.Torch.Training;
using static TorchSharp.torch;

namespace Winnow.Torch.Tests.Conformance;

/// <summary>Logits, loss, gradients and one optimiser step of whole decoders against the reference library.</summary>
public sealed class LlamaForwardRows : IConformanceRows
{
    public string Family => "adaptation";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["llama_forward"] = Replay,
    };

    private static object Replay(ConformanceRow row)
    {
        var config = row.Params.GetProperty("config").Deserialize<Dictionary<string, object>>()!;
        config["model_type"] = row.Params.Text("architecture")!;
        DecoderShape shape = DecoderShape.From(DecoderSettingsJson.Read(JsonField.Parse(JsonSerializer.SerializeToUtf8Bytes(config), row.Id)));
        using LlamaDecoder model = new(shape);
        foreach (TensorPlace place in shape.Tensors())
        {
            Numbers(row.Input.GetProperty("weights").GetProperty(place.Name)).CopyTo(model.Weights.Slice((int)place.Offset, (int)place.Count));
        }
        int[] ids = row.Input.Ints("ids");

        (float[][] logits, double loss) = Pass(model, ids);
        float[] gradients = model.Gradients.ToArray();
        JsonElement adam = row.Params.GetProperty("adamw");
        double[] betas = adam.Doubles("betas");
        AdamW.Update(
            model.Weights, gradients, new float[gradients.Length], new float[gradients.Length], step: 1, adam.Number("lr"), adam.Number("weight_decay"),
            new AdamSettings { Beta1 = betas[0], Beta2 = betas[1], Epsilon = adam.Number("eps") });
        return new
        {
            logits,
            loss,
            grad_norm = Norm(gradients),
            grad_norms = shape.Tensors().ToDictionary(place => place.Name, place => Norm(gradients.AsSpan((int)place.Offset, (int)place.Count))),
            loss_after_step = Pass(model, ids).Loss,
        };
    }

    private static (float[][] Logits, double Loss) Pass(LlamaDecoder model, int[] ids)
    {
        using DisposeScope scope = NewDisposeScope();
        model.ClearGradients();
        Tensor logits = model.forward(tensor([.. ids.Select(id => (long)id)], [1, ids.Length]))[0];
        Tensor loss = nn.functional.cross_entropy(logits.narrow(0, 0, ids.Length - 1), tensor(ids[1..].Select(id => (long)id).ToArray()));
        loss.backward();
        return ([.. logits.contiguous().data<float>().ToArray().Chunk(model.Shape.VocabularySize)], loss.ToSingle());
    }

    private static double Norm(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
        {
            sum += (double)value * value;
        }
        return Math.Sqrt(sum);
    }

    private static float[] Numbers(JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? [.. value.EnumerateArray().SelectMany(Numbers)]
        : [value.GetSingle()];
}
