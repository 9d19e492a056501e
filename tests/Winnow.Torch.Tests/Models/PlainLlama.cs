using Winnow.Torch.Models;

namespace Winnow.Torch.Tests.Models;

/// <summary>The decoder as plain loops in double precision: the oracle of the tests.</summary>
internal static class PlainLlama
{
    public static double[][] Logits(DecoderShape shape, ReadOnlySpan<float> weights, int[] tokens)
    {
        Dictionary<string, double[]> tensors = new(StringComparer.Ordinal);
        foreach (TensorPlace place in shape.Tensors())
        {
            tensors.Add(place.Name, Array.ConvertAll(weights.Slice((int)place.Offset, (int)place.Count).ToArray(), w => (double)w));
        }
        int d = shape.Width;
        double[] embedding = tensors["model.embed_tokens.weight"];
        double[][] x = [.. tokens.Select(token => embedding.AsSpan(token * d, d).ToArray())];
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            string block = $"model.layers.{layer}.";
            double[] Matrix(string name) => tensors[$"{block}{name}.weight"];
            double[][] normed = [.. x.Select(row => Norm(row, Matrix("input_layernorm")))];
            double[][] q = [.. normed.Select((row, i) => Rotate(shape, Multiply(Matrix("self_attn.q_proj"), row), i))];
            double[][] k = [.. normed.Select((row, i) => Rotate(shape, Multiply(Matrix("self_attn.k_proj"), row), i))];
            double[][] v = [.. normed.Select(row => Multiply(Matrix("self_attn.v_proj"), row))];
            for (int i = 0; i < x.Length; i++)
            {
                x[i] = Add(x[i], Multiply(Matrix("self_attn.o_proj"), Attend(shape, q[i], k, v, i)));
            }
            for (int i = 0; i < x.Length; i++)
            {
                double[] input = Norm(x[i], Matrix("post_attention_layernorm"));
                double[] gate = Multiply(Matrix("mlp.gate_proj"), input);
                double[] up = Multiply(Matrix("mlp.up_proj"), input);
                x[i] = Add(x[i], Multiply(Matrix("mlp.down_proj"), [.. gate.Zip(up, (g, u) => g / (1 + Math.Exp(-g)) * u)]));
            }
        }
        return [.. x.Select(row => Multiply(embedding, Norm(row, tensors["model.norm.weight"])))];
    }

    private static double[] Attend(DecoderShape shape, double[] query, double[][] keys, double[][] values, int position)
    {
        double[] result = new double[shape.Width];
        for (int head = 0; head < shape.Heads; head++)
        {
            int at = head * shape.HeadWidth;
            double[] weights = [.. keys.Take(position + 1).Select(key =>
                Math.Exp(Enumerable.Range(at, shape.HeadWidth).Sum(i => query[i] * key[i]) / Math.Sqrt(shape.HeadWidth)))];
            double total = weights.Sum();
            for (int j = 0; j <= position; j++)
            {
                for (int i = at; i < at + shape.HeadWidth; i++)
                {
                    result[i] += weights[j] / total * values[j][i];
                }
            }
        }
        return result;
    }

    private static double[] Rotate(DecoderShape shape, double[] vector, int position)
    {
        double[] result = new double[vector.Length];
        int half = shape.HeadWidth / 2;
        for (int head = 0; head < shape.Heads; head++)
        {
            for (int i = 0; i < half; i++)
            {
                int first = head * shape.HeadWidth + i;
                (double sin, double cos) = Math.SinCos(position * Math.Pow(10_000, -2.0 * i / shape.HeadWidth));
                result[first] = vector[first] * cos - vector[first + half] * sin;
                result[first + half] = vector[first + half] * cos + vector[first] * sin;
            }
        }
        return result;
    }

    private static double[] Norm(double[] row, double[] weight)
    {
        double scale = 1 / Math.Sqrt(row.Sum(value => value * value) / row.Length + 1e-5);
        return [.. row.Zip(weight, (value, w) => value * scale * w)];
    }

    private static double[] Multiply(double[] matrix, double[] vector) =>
        [.. Enumerable.Range(0, matrix.Length / vector.Length).Select(row => Enumerable.Range(0, vector.Length).Sum(i => matrix[row * vector.Length + i] * vector[i]))];

    private static double[] Add(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];
}
