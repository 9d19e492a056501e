namespace Winnow.Inference.Checkpoints;

/// <summary>Named tensors on disk, whatever the file format. Not thread-safe.</summary>
public interface ICheckpoint : IDisposable
{
    /// <summary>The folder or file, for error messages.</summary>
    string Source { get; }

    /// <summary>Every tensor by name.</summary>
    IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <summary>Reads a tensor, widened to single precision.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="values">Receives its numbers, row-major; exactly as many as it holds.</param>
    /// <exception cref="WinnowException">There is no such tensor, it does not hold floating-point numbers, or the file cannot be read.</exception>
    void ReadFloats(string name, Span<float> values);

    /// <summary>Reads some rows of a tensor as they are stored.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="firstRow">The first row, along all dimensions but the last.</param>
    /// <param name="rows">Receives whole rows.</param>
    /// <exception cref="WinnowException">There is no such tensor, or the file cannot be read.</exception>
    /// <exception cref="ArgumentException">The span is no whole number of rows, or the tensor does not have them.</exception>
    void ReadRows(string name, long firstRow, Span<byte> rows);
}
