using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Winnow.Torch.Training;

/// <summary>AdamW: Adam's step with weight decay kept out of the moments.</summary>
/// <remarks>Source: Loshchilov and Hutter (2019), algorithm 2, with the schedule folded into the learning rate. One pass, vectorised, no allocation.</remarks>
public static class AdamW
{
    /// <summary>Scales gradients so that their Euclidean norm is at most <paramref name="maxNorm"/>.</summary>
    /// <returns>The norm before.</returns>
    public static double Clip(Span<float> gradients, double maxNorm)
    {
        double norm = Math.Sqrt(TensorPrimitives.SumOfSquares<float>(gradients));
        if (norm > maxNorm)
        {
            TensorPrimitives.Multiply(gradients, (float)(maxNorm / norm), gradients);
        }
        return norm;
    }

    /// <summary>Updates parameters and both moments, in place.</summary>
    /// <param name="weights">Shape [n].</param>
    /// <param name="gradients">Shape [n].</param>
    /// <param name="first">Shape [n]; mean of gradients so far.</param>
    /// <param name="second">Shape [n]; mean of squared gradients so far.</param>
    /// <param name="step">Number of this update, from 1.</param>
    /// <param name="learningRate">Learning rate of this update.</param>
    /// <param name="decay">Weight decay of these parameters; each loses <paramref name="learningRate"/>·decay of itself.</param>
    /// <param name="settings">Betas and epsilon.</param>
    public static void Update(Span<float> weights, ReadOnlySpan<float> gradients, Span<float> first, Span<float> second, long step, double learningRate, double decay, AdamSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        if (gradients.Length != weights.Length || first.Length != weights.Length || second.Length != weights.Length)
        {
            throw new ArgumentException($"Weights, gradients and moments differ in length: {weights.Length}, {gradients.Length}, {first.Length}, {second.Length}.", nameof(gradients));
        }

        float beta1 = (float)settings.Beta1;
        float beta2 = (float)settings.Beta2;
        float keep = (float)(1 - learningRate * decay);
        float rate = (float)(learningRate / (1 - Math.Pow(settings.Beta1, step)));
        float correction = (float)(1 / Math.Sqrt(1 - Math.Pow(settings.Beta2, step)));
        float epsilon = (float)settings.Epsilon;

        Span<Vector<float>> w = MemoryMarshal.Cast<float, Vector<float>>(weights);
        ReadOnlySpan<Vector<float>> g = MemoryMarshal.Cast<float, Vector<float>>(gradients);
        Span<Vector<float>> m = MemoryMarshal.Cast<float, Vector<float>>(first);
        Span<Vector<float>> v = MemoryMarshal.Cast<float, Vector<float>>(second);
        Vector<float> epsilons = new(epsilon);
        for (int i = 0; i < w.Length; i++)
        {
            Vector<float> gradient = g[i];
            m[i] = m[i] * beta1 + gradient * (1 - beta1);
            v[i] = v[i] * beta2 + gradient * gradient * (1 - beta2);
            w[i] = w[i] * keep - m[i] * rate / (Vector.SquareRoot(v[i]) * correction + epsilons);
        }
        for (int i = w.Length * Vector<float>.Count; i < weights.Length; i++)
        {
            float gradient = gradients[i];
            first[i] = first[i] * beta1 + gradient * (1 - beta1);
            second[i] = second[i] * beta2 + gradient * gradient * (1 - beta2);
            weights[i] = weights[i] * keep - first[i] * rate / (MathF.Sqrt(second[i]) * correction + epsilon);
        }
    }
}

/// <summary>Constants of Adam.</summary>
public sealed record AdamSettings
{
    /// <summary>Share of the first moment that is kept at each step. Range: [0, 1).</summary>
    public double Beta1 { get; init => field = Share(value, nameof(Beta1)); } = 0.9;

    /// <summary>Share of the second moment that is kept at each step. Range: [0, 1).</summary>
    public double Beta2 { get; init => field = Share(value, nameof(Beta2)); } = 0.98;

    /// <summary>Added to the root of the second moment. Above 0.</summary>
    public double Epsilon { get; init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(Epsilon), value, "Must be above 0."); } = 1e-8;

    private static double Share(double value, string name) =>
        value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(name, value, "Must lie in [0, 1).");
}
