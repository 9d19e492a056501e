using System.Buffers;
using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;
using Winnow.Inference.Checkpoints.Quantised;

namespace Winnow.Inference.Checkpoints.Gguf;

/// <summary>
/// A GGUF file, open for reading. Opening maps it, walks the whole metadata and the table of tensors and checks
/// every count, length, shape and offset against the file's size.
/// </summary>
public sealed class GgufFile : ICheckpoint
{
    private const int ChunkBytes = 1 << 16;

    private readonly SafeFileHandle _file;
    private readonly GgufHeader _header;

    private GgufFile(SafeFileHandle file, GgufHeader header, string source, long length)
    {
        _file = file;
        _header = header;
        Source = source;
        Length = length;
    }

    /// <inheritdoc/>
    public string Source { get; }

    /// <summary>Size of the file. Unit: bytes.</summary>
    public long Length { get; }

    /// <summary>Version of the format, 2 or 3.</summary>
    public int Version => (int)_header.Version;

    /// <summary>Offsets of tensors are multiples of this. Unit: bytes.</summary>
    public int Alignment => _header.Alignment;

    /// <summary>Where the data of tensors begins. Unit: bytes.</summary>
    public long DataOffset => _header.DataStart;

    /// <summary>The metadata; may be used after the file was closed.</summary>
    public GgufMetadata Metadata => _header.Metadata;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, StoredTensor> Tensors => _header.Tensors;

    /// <summary>Tensors in the order of the file.</summary>
    public IReadOnlyList<StoredTensor> TensorsInFileOrder => _header.Ordered;

    /// <summary>Opens a file and checks its front.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="WinnowException">The file is missing, or not what the format says; the message names the byte.</exception>
    public static GgufFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        SafeFileHandle file = FileBytes.Open(path);
        try
        {
            long length = RandomAccess.GetLength(file);
            return new GgufFile(file, ReadFront(file, length, path), path, length);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Where a tensor stands, in bytes from <see cref="DataOffset"/>.</summary>
    /// <exception cref="WinnowException">There is no such tensor.</exception>
    public long OffsetOf(string name) => _header.Offsets[Find(name).Name];

    /// <inheritdoc/>
    public void ReadFloats(string name, Span<float> values)
    {
        StoredTensor tensor = Find(name);
        if (tensor.Count != values.Length)
        {
            throw new ArgumentException($"Tensor '{name}' has {tensor.Count} numbers; the span has room for {values.Length}.", nameof(values));
        }
        if (!BlockFormats.CanDecode(tensor.Type))
        {
            throw new WinnowException($"{Source}: tensor '{name}' holds {TensorTypes.NameOf(tensor.Type)}, which is not supported.");
        }
        BlockLayout layout = TensorTypes.Layout(tensor.Type);
        int blocks = Math.Max(1, ChunkBytes / layout.Bytes);
        byte[] bytes = ArrayPool<byte>.Shared.Rent(blocks * layout.Bytes);
        long offset = _header.DataStart + _header.Offsets[name];
        for (int at = 0; at < values.Length; at += blocks * layout.Numbers)
        {
            Span<float> part = values.Slice(at, Math.Min(blocks * layout.Numbers, values.Length - at));
            Span<byte> stored = bytes.AsSpan(0, part.Length / layout.Numbers * layout.Bytes);
            FileBytes.Fill(_file, offset, stored, Source);
            BlockFormats.Decode(tensor.Type, stored, part);
            offset += stored.Length;
        }
        ArrayPool<byte>.Shared.Return(bytes);
    }

    /// <inheritdoc/>
    public void ReadRows(string name, long firstRow, Span<byte> rows)
    {
        StoredTensor tensor = Find(name);
        (long offset, _) = tensor.RowRange(firstRow, rows.Length);
        FileBytes.Fill(_file, _header.DataStart + _header.Offsets[name] + offset, rows, Source);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // Only the front is mapped, and only while it is walked: what is read later cannot fault when somebody shortens the
    // file, and the pages of weights are not counted twice.
    private static unsafe GgufHeader ReadFront(SafeFileHandle file, long length, string path)
    {
        if (length == 0)
        {
            throw new WinnowException($"{path}: byte 0: the file is empty; it is no GGUF file.");
        }
        byte* start = null;
        SafeMemoryMappedViewHandle? handle = null;
        try
        {
            using MemoryMappedFile mapping = MemoryMappedFile.CreateFromFile(
                file, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            using MemoryMappedViewAccessor view = mapping.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
            handle = view.SafeMemoryMappedViewHandle;
            handle.AcquirePointer(ref start);
            return GgufHeader.Read(start + view.PointerOffset, length, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new WinnowException($"{path}: the file cannot be mapped ({error.Message})", error);
        }
        finally
        {
            if (start is not null)
            {
                handle!.ReleasePointer();
            }
        }
    }

    private StoredTensor Find(string name) => Tensors.TryGetValue(name, out StoredTensor? tensor)
        ? tensor
        : throw new WinnowException($"{Source}: there is no tensor '{name}'; the file has {Tensors.Count} others.");
}
