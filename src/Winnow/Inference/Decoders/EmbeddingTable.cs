using System.Security.Cryptography;
using Winnow.Inference.Checkpoints;
using Winnow.Inference.Checkpoints.Quantised;
using Winnow.Inference.Kernels;

namespace Winnow.Inference.Decoders;

/// <summary>Embeddings of tokens, as they are stored, for models whose output matrix is another one.</summary>
internal sealed unsafe class EmbeddingTable : IDisposable
{
    private readonly AlignedBuffer _rows;
    private readonly TensorType _type;
    private readonly int _rowBytes;

    private EmbeddingTable(TensorType type, int rowBytes, long rows)
    {
        _type = type;
        _rowBytes = rowBytes;
        _rows = new AlignedBuffer(((rows * rowBytes) + sizeof(float) - 1) / sizeof(float));
    }

    /// <summary>Bytes that it takes.</summary>
    public long Bytes => _rows.Length * sizeof(float);

    /// <summary>Reads the table.</summary>
    /// <exception cref="WinnowException">The type is not supported, or the file cannot be read.</exception>
    public static EmbeddingTable Load(ICheckpoint checkpoint, string name)
    {
        StoredTensor tensor = checkpoint.Tensors[name];
        if (!BlockFormats.CanDecode(tensor.Type))
        {
            throw DecoderTensors.Unsupported(checkpoint, tensor);
        }
        int rowBytes = checked((int)TensorTypes.Bytes(tensor.Type, tensor.Shape[1]));
        var table = new EmbeddingTable(tensor.Type, rowBytes, tensor.Shape[0]);
        try
        {
            int batch = DecoderTensors.RowsAtOnce(rowBytes);
            for (long row = 0; row < tensor.Shape[0]; row += batch)
            {
                int rows = (int)Math.Min(batch, tensor.Shape[0] - row);
                checkpoint.ReadRows(name, row, new Span<byte>((byte*)table._rows.Pointer + (row * rowBytes), rows * rowBytes));
            }
            return table;
        }
        catch
        {
            table.Dispose();
            throw;
        }
    }

    /// <summary>Copies the embedding of a token, widened.</summary>
    /// <param name="token">The token.</param>
    /// <param name="values">Shape [width].</param>
    public void CopyRow(int token, Span<float> values) =>
        BlockFormats.Decode(_type, new ReadOnlySpan<byte>((byte*)_rows.Pointer + ((long)token * _rowBytes), _rowBytes), values);

    /// <summary>Appends the table to a checksum.</summary>
    public void AppendTo(IncrementalHash hash)
    {
        hash.AppendData([(byte)_type]);
        _rows.AppendTo(hash);
    }

    /// <inheritdoc/>
    public void Dispose() => _rows.Dispose();
}
