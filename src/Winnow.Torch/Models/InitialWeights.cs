using Winnow.Numerics;

namespace Winnow.Torch.Models;

/// <summary>Initial values of a decoder.</summary>
/// <remarks>
/// Scales matter at this size: with the usual 0.02 a model of a million parameters does not learn to copy from its
/// context. Embedding N(0, d^-1/2), matrices that read the stream N(0, s), those that write it N(0, s/√(2L)), norms 1, biases 0.
/// Pure function of seed, tensor name and element, so independent of order and threads.
/// </remarks>
public static class InitialWeights
{
    /// <summary>Fills a flat array of parameters.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="scale">Standard deviation s of the matrices that read the stream, above 0.</param>
    /// <param name="embeddingScale">Standard deviation of the embedding, above 0; null: d^-1/2.</param>
    /// <param name="seed">Seed.</param>
    /// <param name="weights">Shape [<see cref="DecoderShape.ParameterCount"/>].</param>
    public static void Fill(DecoderShape shape, double scale, double? embeddingScale, ulong seed, Span<float> weights)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scale);
        if (weights.Length != shape.ParameterCount)
        {
            throw new ArgumentException($"Got room for {weights.Length} parameters; the shape has {shape.ParameterCount}.", nameof(weights));
        }
        foreach (TensorPlace place in shape.Tensors())
        {
            Span<float> part = weights.Slice((int)place.Offset, (int)place.Count);
            switch (place.Role)
            {
                case TensorRole.Norm:
                    part.Fill(1);
                    break;
                case TensorRole.Bias:
                    part.Clear();
                    break;
                case TensorRole.Embedding:
                    Normal(part, embeddingScale ?? 1 / Math.Sqrt(shape.Width), place.Name, seed);
                    break;
                case TensorRole.Output:
                    Normal(part, scale / Math.Sqrt(2.0 * shape.Layers), place.Name, seed);
                    break;
                default:
                    Normal(part, scale, place.Name, seed);
                    break;
            }
        }
    }

    private static void Normal(Span<float> values, double deviation, string name, ulong seed)
    {
        HashedUniforms uniforms = HashedUniforms.For(seed, name);
        for (int i = 0; i < values.Length; i += 2)
        {
            double radius = deviation * Math.Sqrt(-2 * Math.Log(1 - uniforms.Next("radius", 0, 0, i)));
            (double sin, double cos) = Math.SinCos(2 * Math.PI * uniforms.Next("angle", 0, 0, i));
            values[i] = (float)(radius * cos);
            if (i + 1 < values.Length)
            {
                values[i + 1] = (float)(radius * sin);
            }
        }
    }
}
