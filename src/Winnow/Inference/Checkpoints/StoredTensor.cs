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

    /// <summary>Where whole rows along the last dimension stand among the tensor's bytes.</summary>
    /// <param name="firstRow">The first of them.</param>
    /// <param name="bytes">Bytes that they take.</param>
    /// <exception cref="ArgumentException">The bytes are no whole rows, or the tensor does not have them.</exception>
    internal (long Offset, long Rows) RowRange(long firstRow, long bytes)
    {
        long numbers = Shape.Count == 0 ? 1 : Shape[^1];
        long rowBytes = TensorTypes.Bytes(Type, numbers);
        long rows = rowBytes == 0 ? 0 : bytes / rowBytes;
        long all = numbers == 0 ? 0 : Count / numbers;
        return firstRow >= 0 && rows * rowBytes == bytes && rows <= all - firstRow
            ? (firstRow * rowBytes, rows)
            : throw new ArgumentException($"Tensor '{Name}' has {all} rows of {rowBytes} bytes; {bytes} bytes from row {firstRow} on are not among them.", nameof(bytes));
    }
}
