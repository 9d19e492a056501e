using System.Collections.Frozen;
using Winnow.Inference.Checkpoints;
using Winnow.Inference.Checkpoints.Gguf;

namespace Winnow.Inference.Decoders;

/// <summary>
/// The tensors of a GGUF file under the names that the decoder knows, with rows of queries and keys in its order: files
/// of the Llama architecture keep the two dimensions of a rotary pair side by side, the decoder half a head apart.
/// </summary>
public sealed class GgufDecoderCheckpoint : ICheckpoint
{
    private readonly GgufFile _file;
    private readonly FrozenDictionary<string, Mapped> _mapped;

    /// <param name="file">The file; closed together with the checkpoint.</param>
    /// <param name="settings">The shape that was read from it.</param>
    public GgufDecoderCheckpoint(GgufFile file, DecoderSettings settings)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(settings);
        _file = file;
        int interleaved = GgufRowOrder.PairedWidth(settings);
        _mapped = file.TensorsInFileOrder.Where(t => t.Name != GgufDecoderSettings.RotaryDivisors).Select(t => Map(t, interleaved))
            .ToFrozenDictionary(t => t.Tensor.Name, StringComparer.Ordinal);
        Tensors = _mapped.Values.ToFrozenDictionary(t => t.Tensor.Name, t => t.Tensor, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public string Source => _file.Source;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <inheritdoc/>
    public void ReadFloats(string name, Span<float> values)
    {
        Mapped mapped = Find(name);
        _file.ReadFloats(mapped.FileName, values);
        if (mapped.HeadWidth > 0)
        {
            int rowLength = mapped.Tensor.Shape.Count == 1 ? 1 : (int)mapped.Tensor.Shape[^1];
            GgufRowOrder.Unpair(values, rowLength, mapped.HeadWidth);
        }
    }

    /// <inheritdoc/>
    public void ReadRows(string name, long firstRow, Span<byte> rows)
    {
        Mapped mapped = Find(name);
        if (mapped.HeadWidth == 0 || mapped.Tensor.Shape.Count == 1)
        {
            _file.ReadRows(mapped.FileName, firstRow, rows);
            return;
        }
        int rowBytes = (int)TensorTypes.Bytes(mapped.Tensor.Type, mapped.Tensor.Shape[^1]);
        for (int at = 0; at < rows.Length; at += rowBytes, firstRow++)
        {
            _file.ReadRows(mapped.FileName, GgufRowOrder.InFile(firstRow, mapped.HeadWidth), rows.Slice(at, Math.Min(rowBytes, rows.Length - at)));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static Mapped Map(StoredTensor tensor, int interleaved)
    {
        string name = GgufTensorNames.ToDecoder(tensor.Name);
        bool isPaired = interleaved > 0 && (name.Contains(".q_proj.", StringComparison.Ordinal) || name.Contains(".k_proj.", StringComparison.Ordinal))
            && tensor.Shape.Count is 1 or 2 && tensor.Shape[0] % interleaved == 0;
        return new Mapped(tensor.Name, tensor with { Name = name }, isPaired ? interleaved : 0);
    }

    private Mapped Find(string name) => _mapped.TryGetValue(name, out Mapped? mapped)
        ? mapped
        : throw new WinnowException($"{Source}: there is no tensor '{name}'; the file has {_mapped.Count} others.");

    private sealed record Mapped(string FileName, StoredTensor Tensor, int HeadWidth);
}
