using System.Text.Json;
using Winnow.Inference;
using Winnow.Inference.Checkpoints;
using Winnow.Inference.Decoders;
using Winnow.Inference.Kernels;
using Winnow.Models;
using Winnow.Testing.Conformance;
using Winnow.Testing.Models;

namespace Winnow.Tests.Conformance;

/// <summary>The parts of a decoder against the reference libraries.</summary>
public sealed class DecoderPartRows : IConformanceRows
{
    public string Family => "adaptation";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["rms_norm"] = RmsNormRow,
        ["swiglu"] = SwiGluRow,
        ["rope"] = Rope,
        ["attention"] = Attention,
    };

    [Fact]
    public void Logits_and_loss_of_whole_decoders_agree()
    {
        ConformanceRow[] rows = [.. ConformanceDocument.All.Where(d => d.Name.Contains("adaptation", StringComparison.Ordinal))
            .SelectMany(d => d.Rows).Where(r => r.Method == "llama_forward")];
        Assert.SkipWhen(rows.Length == 0, "no conformance files");
        foreach (ConformanceRow row in rows)
        {
            float[][] logits = Forward(row);
            int[] ids = row.Input.Ints("ids");
            double loss = Enumerable.Range(0, ids.Length - 1).Average(t => -LogSoftmax.At(logits[t], ids[t + 1]));
            double[][] expected = row.Expected.Matrix("logits");
            Assert.Equal(row.Expected.Number("loss"), loss, row.Tolerance);
            for (int t = 0; t < ids.Length; t++)
            {
                Assert.All(expected[t].Zip(logits[t]), pair => Assert.Equal(pair.First, pair.Second, row.Tolerance));
            }
        }
    }

    private static float[][] Forward(ConformanceRow row)
    {
        var config = row.Params.GetProperty("config").Deserialize<Dictionary<string, object>>()!;
        config["model_type"] = row.Params.Text("architecture")!;
        DecoderSettings settings = DecoderSettingsJson.Read(JsonField.Parse(JsonSerializer.SerializeToUtf8Bytes(config), row.Id));
        using var checkpoint = new MemoryCheckpoint(row.Input.GetProperty("weights").EnumerateObject().Select(w => Tensor(w.Name, w.Value)));
        using DecoderModel model = DecoderModel.Create(settings, checkpoint, new NumberedVocabulary(settings.VocabularySize), row.Id);
        using ISession session = model.Open(new SessionOptions());
        int[] ids = row.Input.Ints("ids");
        session.Add(ids[..1]);
        float[] first = session.Logits(0, 0).ToArray();
        session.Forward(new TokenBatch([0], [ids.Length - 1], ids[1..]), Read.AllLogits);
        return [first, .. Enumerable.Range(1, ids.Length - 1).Select(t => session.Logits(0, t).ToArray())];
    }

    private static NamedTensor Tensor(string name, JsonElement value) => value[0].ValueKind == JsonValueKind.Array
        ? new NamedTensor(name, [value.GetArrayLength(), value[0].GetArrayLength()], value.EnumerateArray().SelectMany(r => r.AsDoubles()).Select(v => (float)v).ToArray())
        : new NamedTensor(name, [value.GetArrayLength()], value.AsDoubles().Select(v => (float)v).ToArray());

    private static object RmsNormRow(ConformanceRow row)
    {
        double[][] x = row.Input.Matrix("x");
        double[] weight = row.Input.Doubles("weight");
        foreach (double[] line in x)
        {
            RmsNorm.Apply<double>(line, weight, row.Params.Number("eps"), line);
        }
        return new { y = x };
    }

    private static object SwiGluRow(ConformanceRow row)
    {
        double[][] x = row.Input.Matrix("x");
        double[][] gate = Product(x, row.Input.Matrix("gate"));
        double[][] up = Product(x, row.Input.Matrix("up"));
        for (int i = 0; i < x.Length; i++)
        {
            SwiGlu.Apply<double>(gate[i], up[i]);
        }
        return new { y = Product(up, row.Input.Matrix("down")) };
    }

    private static double[][] Product(double[][] x, double[][] weights) =>
        [.. x.Select(row => weights.Select(w => w.Zip(row, (a, b) => a * b).Sum()).ToArray())];

    private static object Rope(ConformanceRow row)
    {
        JsonElement p = row.Params;
        var settings = new RotarySettings
        {
            Theta = p.Number("rope_theta"),
            Scaling = p.Text("type") switch
            {
                "default" => RotaryScaling.None,
                var other => Enum.Parse<RotaryScaling>(other!, ignoreCase: true),
            },
            Factor = p.Number("factor", 1),
            OriginalContext = p.Has("original_max_position_embeddings") ? p.Whole("original_max_position_embeddings") : null,
            LowFrequencyFactor = p.Number("low_freq_factor", 1),
            HighFrequencyFactor = p.Number("high_freq_factor", 4),
            BetaFast = p.Number("beta_fast", 32),
            BetaSlow = p.Number("beta_slow", 1),
            AttentionFactor = p.Has("attention_factor") ? p.Number("attention_factor") : null,
            ShortFactors = p.Has("short_factor") ? p.Doubles("short_factor") : [],
            LongFactors = p.Has("long_factor") ? p.Doubles("long_factor") : [],
        };
        RotaryFrequencies frequencies = RotaryFrequencies.Compute(
            settings, p.Whole("head_dim"), p.Whole("max_position_embeddings"), p.Has("seq_len") ? p.Whole("seq_len") : null);
        return new
        {
            inv_freq = frequencies.Frequencies,
            attention_scaling = frequencies.AttentionScaling,
            rotated = row.Input.Ints("positions").Select(position =>
            {
                float[] head = [.. row.Input.Doubles("x").Select(v => (float)v)];
                frequencies.Rotate(head, position);
                return head;
            }).ToArray(),
        };
    }

    private static object Attention(ConformanceRow row)
    {
        double[][][] q = Heads(row.Input, "q");
        double[][][] k = Heads(row.Input, "k");
        double[][][] v = Heads(row.Input, "v");
        int width = q[0][0].Length;
        AttentionMask mask = row.Params.Text("mask") switch
        {
            "causal" => AttentionMask.Causal,
            "prefix" => AttentionMask.Prefix,
            _ => AttentionMask.None,
        };
        return new
        {
            @out = q.Select((head, h) =>
            {
                int shared = h * k.Length / q.Length;
                var output = new double[head.Length * width];
                DenseAttention.Apply<double>(
                    [.. head.SelectMany(r => r)], [.. k[shared].SelectMany(r => r)], [.. v[shared].SelectMany(r => r)], width, mask,
                    row.Params.Whole("prefix", 0), row.Params.Number("scale", 1 / Math.Sqrt(width)), output);
                return output.Chunk(width).ToArray();
            }).ToArray(),
        };
    }

    private static double[][][] Heads(JsonElement input, string name) =>
        [.. input.GetProperty(name).EnumerateArray().Select(head => head.EnumerateArray().Select(r => r.AsDoubles()).ToArray())];
}
