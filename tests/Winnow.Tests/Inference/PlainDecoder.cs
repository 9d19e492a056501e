using Winnow.Inference.Checkpoints;
using Winnow.Inference.Decoders;
using Winnow.Inference.Kernels;

namespace Winnow.Tests.Inference;

/// <summary>The decoder as its papers have it, in double precision, without a cache: what the engine is held against.</summary>
internal static class PlainDecoder
{
    /// <summary>Logits after every token.</summary>
    public static double[][] Logits(DecoderSettings settings, ICheckpoint checkpoint, int[] tokens)
    {
        double[] embedding = Read(checkpoint, "model.embed_tokens.weight");
        double[][] x = [.. tokens.Select(t => embedding[(t * settings.Width)..((t + 1) * settings.Width)])];
        for (int layer = 0; layer < settings.Layers; layer++)
        {
            string prefix = $"model.layers.{layer}";
            AddTo(x, Attention(settings, checkpoint, prefix, Norm(settings, checkpoint, $"{prefix}.input_layernorm.weight", x)));
            double[][] normed = Norm(settings, checkpoint, $"{prefix}.post_attention_layernorm.weight", x);
            double[][] gate = Linear(checkpoint, $"{prefix}.mlp.gate_proj", normed);
            double[][] up = Linear(checkpoint, $"{prefix}.mlp.up_proj", normed);
            for (int t = 0; t < x.Length; t++)
            {
                up[t] = [.. up[t].Zip(gate[t], (u, g) => u * g / (1 + Math.Exp(-g)))];
            }
            AddTo(x, Linear(checkpoint, $"{prefix}.mlp.down_proj", up));
        }
        double[][] hidden = Norm(settings, checkpoint, "model.norm.weight", x);
        return Linear(checkpoint, settings.IsTied ? "model.embed_tokens" : "lm_head", hidden);
    }

    private static double[][] Attention(DecoderSettings settings, ICheckpoint checkpoint, string prefix, double[][] x)
    {
        int width = settings.HeadWidth;
        RotaryFrequencies rotary = RotaryFrequencies.Compute(settings.Rotary, width, settings.ContextLength);
        double[][] queries = Linear(checkpoint, $"{prefix}.self_attn.q_proj", x);
        double[][] keys = Linear(checkpoint, $"{prefix}.self_attn.k_proj", x);
        double[][] values = Linear(checkpoint, $"{prefix}.self_attn.v_proj", x);
        double[][] output = [.. x.Select(_ => new double[settings.Heads * width])];
        for (int head = 0; head < settings.Heads; head++)
        {
            int shared = head * settings.KeyValueHeads / settings.Heads;
            double[] q = [.. Heads(queries, head, "q_norm").SelectMany((row, t) => Rotated(rotary, row, t))];
            double[] k = [.. Heads(keys, shared, "k_norm").SelectMany((row, t) => Rotated(rotary, row, t))];
            double[] v = [.. values.SelectMany(row => row[(shared * width)..((shared + 1) * width)])];
            var mixed = new double[q.Length];
            DenseAttention.Apply<double>(q, k, v, width, AttentionMask.Causal, 0, 1 / Math.Sqrt(width), mixed);
            for (int t = 0; t < x.Length; t++)
            {
                mixed.AsSpan(t * width, width).CopyTo(output[t].AsSpan(head * width));
            }
        }
        return Linear(checkpoint, $"{prefix}.self_attn.o_proj", output);

        double[][] Heads(double[][] rows, int head, string norm)
        {
            double[][] heads = [.. rows.Select(row => row[(head * width)..((head + 1) * width)])];
            return settings.HasHeadNorms ? Norm(settings, checkpoint, $"{prefix}.self_attn.{norm}.weight", heads) : heads;
        }
    }

    private static double[] Rotated(RotaryFrequencies rotary, double[] head, int position)
    {
        int half = head.Length / 2;
        var turned = new double[head.Length];
        for (int i = 0; i < half; i++)
        {
            (double sin, double cos) = Math.SinCos((double)position * rotary.Frequencies[i]);
            turned[i] = ((head[i] * cos) - (head[i + half] * sin)) * rotary.AttentionScaling;
            turned[i + half] = ((head[i + half] * cos) + (head[i] * sin)) * rotary.AttentionScaling;
        }
        return turned;
    }

    private static double[][] Norm(DecoderSettings settings, ICheckpoint checkpoint, string name, double[][] x)
    {
        double[] weight = Read(checkpoint, name);
        return [.. x.Select(row =>
        {
            double scale = 1 / Math.Sqrt(row.Average(v => v * v) + settings.NormEpsilon);
            return row.Zip(weight, (v, w) => v * scale * w).ToArray();
        })];
    }

    private static double[][] Linear(ICheckpoint checkpoint, string name, double[][] x)
    {
        double[] weights = Read(checkpoint, $"{name}.weight");
        double[] bias = checkpoint.Tensors.ContainsKey($"{name}.bias") ? Read(checkpoint, $"{name}.bias") : [];
        int inputs = x[0].Length;
        return [.. x.Select(row => Enumerable.Range(0, weights.Length / inputs)
            .Select(o => row.Select((v, i) => v * weights[(o * inputs) + i]).Sum() + (bias.Length > 0 ? bias[o] : 0)).ToArray())];
    }

    private static void AddTo(double[][] x, double[][] y)
    {
        for (int t = 0; t < x.Length; t++)
        {
            x[t] = [.. x[t].Zip(y[t], (a, b) => a + b)];
        }
    }

    private static double[] Read(ICheckpoint checkpoint, string name)
    {
        var values = new float[checkpoint.Tensors[name].Count];
        checkpoint.ReadFloats(name, values);
        return [.. values.Select(v => (double)v)];
    }
}
