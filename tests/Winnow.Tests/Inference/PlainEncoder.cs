using Winnow.Inference.Checkpoints;
using Winnow.Inference.Encoders;

namespace Winnow.Tests.Inference;

/// <summary>BERT as its paper has it, in double precision and plain loops: what the engine is held against.</summary>
internal sealed class PlainEncoder(EncoderSettings settings, ICheckpoint checkpoint)
{
    /// <summary>Hidden states of a sequence, shape [tokens][d].</summary>
    public double[][] States(int[] tokens)
    {
        double[][] words = Rows("embeddings.word_embeddings.weight", settings.Width);
        double[][] positions = Rows("embeddings.position_embeddings.weight", settings.Width);
        double[] segment = Rows("embeddings.token_type_embeddings.weight", settings.Width)[0];
        double[][] x = [.. tokens.Select((token, at) => words[token].Select((w, i) => w + positions[at][i] + segment[i]).ToArray())];
        x = Norm(x, "embeddings.LayerNorm");
        for (int layer = 0; layer < settings.Layers; layer++)
        {
            string block = $"encoder.layer.{layer}";
            double[][] mixed = Attend(x, $"{block}.attention.self");
            x = Norm(Sum(x, Linear(mixed, $"{block}.attention.output.dense")), $"{block}.attention.output.LayerNorm");
            double[][] inner = [.. Linear(x, $"{block}.intermediate.dense").Select(row => row.Select(Activate).ToArray())];
            x = Norm(Sum(x, Linear(inner, $"{block}.output.dense")), $"{block}.output.LayerNorm");
        }
        return x;
    }

    private double[][] Attend(double[][] x, string name)
    {
        double[][] q = Linear(x, $"{name}.query");
        double[][] k = Linear(x, $"{name}.key");
        double[][] v = Linear(x, $"{name}.value");
        int width = settings.Width / settings.Heads;
        double[][] output = [.. x.Select(_ => new double[settings.Width])];
        for (int head = 0; head < settings.Heads; head++)
        {
            int first = head * width;
            for (int t = 0; t < x.Length; t++)
            {
                double[] weights = [.. k.Select(key => Enumerable.Range(first, width).Sum(i => q[t][i] * key[i]) / Math.Sqrt(width))];
                double max = weights.Max();
                weights = [.. weights.Select(w => Math.Exp(w - max))];
                double sum = weights.Sum();
                for (int i = first; i < first + width; i++)
                {
                    output[t][i] = weights.Select((w, s) => w / sum * v[s][i]).Sum();
                }
            }
        }
        return output;
    }

    // x · Φ(x), by the series of the error function.
    private double Activate(double x) => settings.Activation == EncoderActivation.Relu ? Math.Max(x, 0) : x * (1 + Erf(x / Math.Sqrt(2))) / 2;

    private static double Erf(double z)
    {
        if (Math.Abs(z) > 5)
        {
            return Math.Sign(z);
        }
        double term = z;
        double sum = z;
        for (int n = 1; n < 200; n++)
        {
            term *= -z * z / n;
            sum += term / ((2 * n) + 1);
        }
        return 2 / Math.Sqrt(Math.PI) * sum;
    }

    private double[][] Norm(double[][] x, string name)
    {
        double[] weight = Rows($"{name}.weight", settings.Width)[0];
        double[] bias = Rows($"{name}.bias", settings.Width)[0];
        return [.. x.Select(row =>
        {
            double mean = row.Average();
            double deviation = Math.Sqrt(row.Average(v => (v - mean) * (v - mean)) + settings.NormEpsilon);
            return row.Select((v, i) => ((v - mean) / deviation * weight[i]) + bias[i]).ToArray();
        })];
    }

    private double[][] Linear(double[][] x, string name)
    {
        double[][] weight = Rows($"{name}.weight", x[0].Length);
        double[] bias = Rows($"{name}.bias", weight.Length)[0];
        return [.. x.Select(row => weight.Select((w, o) => w.Select((v, i) => v * row[i]).Sum() + bias[o]).ToArray())];
    }

    private static double[][] Sum(double[][] a, double[][] b) => [.. a.Select((row, t) => row.Select((v, i) => v + b[t][i]).ToArray())];

    private double[][] Rows(string name, int width)
    {
        var values = new float[checkpoint.Tensors[name].Count];
        checkpoint.ReadFloats(name, values);
        return [.. values.Select(v => (double)v).Chunk(width)];
    }
}
