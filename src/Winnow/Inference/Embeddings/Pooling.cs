using System.Numerics.Tensors;

namespace Winnow.Inference.Embeddings;

/// <summary>How the hidden states of a text's tokens become one vector.</summary>
public enum PoolingMode
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>The first one, which encoders train for it.</summary>
    Cls,

    /// <summary>The last one, which alone has seen the whole text in a decoder.</summary>
    Last,

    /// <summary>Their mean with weights 1, 2, 3, …: later tokens of a decoder have seen more.</summary>
    WeightedMean,
}

/// <summary>Pools hidden states.</summary>
/// <remarks>Sources: Reimers and Gurevych (2019), Sentence-BERT; weighted mean: Muennighoff (2022), SGPT.</remarks>
public static class Pooling
{
    /// <summary>Makes one vector of many.</summary>
    /// <param name="mode">How.</param>
    /// <param name="states">Shape [n][d], n ≥ 1.</param>
    /// <param name="vector">Shape [d].</param>
    /// <exception cref="ArgumentException">The states are no whole number of rows, or none.</exception>
    public static void Apply(PoolingMode mode, ReadOnlySpan<float> states, Span<float> vector)
    {
        int width = vector.Length;
        if (width == 0 || states.IsEmpty || states.Length % width != 0)
        {
            throw new ArgumentException($"{states.Length} numbers are no rows of {width}; one row or more is needed.", nameof(states));
        }
        int count = states.Length / width;
        switch (mode)
        {
            case PoolingMode.Cls:
                states[..width].CopyTo(vector);
                break;
            case PoolingMode.Last:
                states[^width..].CopyTo(vector);
                break;
            case PoolingMode.Mean:
                states[..width].CopyTo(vector);
                for (int i = 1; i < count; i++)
                {
                    TensorPrimitives.Add(vector, states.Slice(i * width, width), vector);
                }
                TensorPrimitives.Divide(vector, count, vector);
                break;
            case PoolingMode.WeightedMean:
                states[..width].CopyTo(vector);
                for (int i = 1; i < count; i++)
                {
                    TensorPrimitives.MultiplyAdd(states.Slice(i * width, width), i + 1f, vector, vector);
                }
                TensorPrimitives.Divide(vector, count * (count + 1f) / 2f, vector);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(mode), mode, "There is no such pooling.");
        }
    }

    /// <summary>Scales a vector to length 1; zeros stay zeros.</summary>
    /// <param name="vector">Shape [d].</param>
    public static void Normalize(Span<float> vector)
    {
        float norm = TensorPrimitives.Norm<float>(vector);
        if (norm > 0)
        {
            TensorPrimitives.Divide(vector, norm, vector);
        }
    }
}
