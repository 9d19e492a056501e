using System.Text;

namespace Winnow.Inference.Checkpoints.Gguf;

/// <summary>Gives the bytes of a tensor that is written.</summary>
/// <param name="tensor">The tensor.</param>
/// <param name="bytes">Receives all of them.</param>
public delegate void TensorBytes(StoredTensor tensor, Span<byte> bytes);

/// <summary>Writes GGUF files, version 3, one tensor at a time.</summary>
public static class GgufWriter
{
    /// <summary>Writes a file. It appears whole or not at all.</summary>
    /// <param name="path">Path of the file; one that is there is replaced.</param>
    /// <param name="metadata">The metadata; the alignment is the default of 32 bytes.</param>
    /// <param name="tensors">The tensors in the order of the file: names differ and have at most 64 bytes, shapes at most four dimensions.</param>
    /// <param name="read">Called once for every tensor, in their order.</param>
    /// <param name="cancellationToken">Stops between two tensors and leaves no file.</param>
    /// <exception cref="ArgumentException">A name or shape is not possible.</exception>
    /// <exception cref="WinnowException">The file cannot be written.</exception>
    public static void Write(
        string path, GgufMetadataBuilder metadata, IReadOnlyList<StoredTensor> tensors, TensorBytes read, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(read);
        Check(tensors);
        WholeFile.Write(path, file =>
        {
            WriteFront(file, metadata, tensors);
            foreach (StoredTensor tensor in tensors)
            {
                cancellationToken.ThrowIfCancellationRequested();
                WriteTensor(file, tensor, read);
            }
        });
    }

    private static void Check(IReadOnlyList<StoredTensor> tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (StoredTensor tensor in tensors)
        {
            if (!names.Add(tensor.Name) || Encoding.UTF8.GetByteCount(tensor.Name) is 0 or > GgufHeader.MaxNameBytes)
            {
                throw new ArgumentException($"Tensor names must differ and have 1 to {GgufHeader.MaxNameBytes} bytes; '{tensor.Name}' does not fit.", nameof(tensors));
            }
            if (tensor.Shape.Count > GgufHeader.MaxDimensions || TensorTypes.GgufId(tensor.Type) < 0)
            {
                throw new ArgumentException($"Tensor '{tensor.Name}' of type {tensor.Type} and shape {tensor.ShapeText} cannot be written to a GGUF file.", nameof(tensors));
            }
        }
    }

    private static void WriteFront(FileStream file, GgufMetadataBuilder metadata, IReadOnlyList<StoredTensor> tensors)
    {
        using var writer = new BinaryWriter(file, Encoding.UTF8, leaveOpen: true);
        writer.Write(GgufHeader.Magic);
        writer.Write(3u);
        writer.Write((ulong)tensors.Count);
        writer.Write((ulong)metadata.Count);
        writer.Write(metadata.Bytes);
        long offset = 0;
        foreach (StoredTensor tensor in tensors)
        {
            byte[] name = Encoding.UTF8.GetBytes(tensor.Name);
            writer.Write((ulong)name.Length);
            writer.Write(name);
            writer.Write((uint)tensor.Shape.Count);
            for (int d = tensor.Shape.Count - 1; d >= 0; d--)
            {
                writer.Write((ulong)tensor.Shape[d]);
            }
            writer.Write((uint)TensorTypes.GgufId(tensor.Type));
            writer.Write((ulong)offset);
            offset += Aligned(TensorTypes.Bytes(tensor.Type, tensor.Count));
        }
        writer.Flush();
        Pad(file);
    }

    private static void WriteTensor(FileStream file, StoredTensor tensor, TensorBytes read)
    {
        var bytes = new byte[TensorTypes.Bytes(tensor.Type, tensor.Count)];
        read(tensor, bytes);
        file.Write(bytes);
        Pad(file);
    }

    private static long Aligned(long bytes) => (bytes + GgufHeader.DefaultAlignment - 1) / GgufHeader.DefaultAlignment * GgufHeader.DefaultAlignment;

    private static void Pad(FileStream file)
    {
        Span<byte> zeros = stackalloc byte[GgufHeader.DefaultAlignment];
        zeros.Clear();
        file.Write(zeros[..(int)(Aligned(file.Position) - file.Position)]);
    }
}
