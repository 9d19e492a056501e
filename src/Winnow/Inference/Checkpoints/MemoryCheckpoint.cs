using System.Collections.Frozen;
using System.Runtime.InteropServices;

namespace Winnow.Inference.Checkpoints;

/// <summary>Tensors that are in memory already: a model under training, or one made up for a test.</summary>
public sealed class MemoryCheckpoint : ICheckpoint
{
    private readonly FrozenDictionary<string, NamedTensor> _tensors;

    /// <param name="tensors">The tensors; their numbers are not copied.</param>
    /// <param name="source">What error messages call them.</param>
    /// <exception cref="ArgumentException">Two tensors have one name, or a shape does not fit its numbers.</exception>
    public MemoryCheckpoint(IEnumerable<NamedTensor> tensors, string source = "memory")
    {
        ArgumentNullException.ThrowIfNull(tensors);
        _tensors = tensors.ToDictionary(t => t.Name, StringComparer.Ordinal).ToFrozenDictionary(StringComparer.Ordinal);
        Source = source;
        Tensors = _tensors.Values.ToFrozenDictionary(t => t.Name, t => new StoredTensor(t.Name, TensorType.F32, t.Shape), StringComparer.Ordinal);
        foreach (StoredTensor tensor in Tensors.Values)
        {
            if (tensor.Count != _tensors[tensor.Name].Values.Length)
            {
                throw new ArgumentException($"Tensor '{tensor.Name}' has {_tensors[tensor.Name].Values.Length} numbers; its shape {tensor.ShapeText} needs {tensor.Count}.", nameof(tensors));
            }
        }
    }

    /// <inheritdoc/>
    public string Source { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <inheritdoc/>
    public void ReadFloats(string name, Span<float> values)
    {
        NamedTensor tensor = Find(name);
        if (tensor.Values.Length != values.Length)
        {
            throw new ArgumentException($"Tensor '{name}' has {tensor.Values.Length} numbers; the span has room for {values.Length}.", nameof(values));
        }
        tensor.Values.Span.CopyTo(values);
    }

    /// <inheritdoc/>
    public void ReadRows(string name, long firstRow, Span<byte> rows)
    {
        NamedTensor tensor = Find(name);
        (long offset, _) = Tensors[name].RowRange(firstRow, rows.Length);
        MemoryMarshal.AsBytes(tensor.Values.Span).Slice((int)offset, rows.Length).CopyTo(rows);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held open.
    }

    private NamedTensor Find(string name) => _tensors.TryGetValue(name, out NamedTensor? tensor)
        ? tensor
        : throw new WinnowException($"{Source}: there is no tensor '{name}'; there are {_tensors.Count} others.");
}
