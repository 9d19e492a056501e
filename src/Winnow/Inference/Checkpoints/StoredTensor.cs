namespace Winnow.Inference.Checkpoints;

/// <summary>A tensor of a checkpoint: what it is, not its numbers.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">How its numbers are written.</param>
/// <param name="Shape">Dimensions in row-major order; empty for a scalar.</param>
public sealed record StoredTensor(string Name, TensorType Type, IReadOnlyList<long> Shape)
{
    /// <summary>Numbers it holds: the product of its dimensions.</summary>
    public long Count => Shape.Aggregate(1L, (product, dimension) => product * dimension);

    /// <summary>The shape for people, for example <c>[64, 32]</c>.</summary>
    public string ShapeText => $"[{string.Join(", ", Shape)}]";
}
