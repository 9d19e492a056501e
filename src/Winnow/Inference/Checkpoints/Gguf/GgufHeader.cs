using System.Collections.Frozen;
using System.Text;
using System.Text.Unicode;

namespace Winnow.Inference.Checkpoints.Gguf;

/// <summary>
/// The front of a GGUF file: magic, version, metadata, the table of tensors. Every number it claims is compared with
/// the file's size before it is believed.
/// </summary>
/// <remarks>Source: the GGUF specification, versions 2 and 3.</remarks>
internal sealed class GgufHeader
{
    public const uint Magic = 0x46554747;
    public const int DefaultAlignment = 32;
    public const string AlignmentKey = "general.alignment";
    public const int MaxDimensions = 4;
    public const int MaxNameBytes = 64;

    private const uint SwappedMagic = 0x47475546;

    private GgufHeader(uint version, int alignment, GgufMetadata metadata, long dataStart, IReadOnlyList<StoredTensor> ordered, FrozenDictionary<string, long> offsets)
    {
        Version = version;
        Alignment = alignment;
        Metadata = metadata;
        DataStart = dataStart;
        Ordered = ordered;
        Offsets = offsets;
        Tensors = ordered.ToFrozenDictionary(t => t.Name, StringComparer.Ordinal);
    }

    public uint Version { get; }

    public int Alignment { get; }

    public GgufMetadata Metadata { get; }

    /// <summary>Where the data of tensors begins, in bytes from the beginning of the file.</summary>
    public long DataStart { get; }

    /// <summary>Tensors in the order of the file.</summary>
    public IReadOnlyList<StoredTensor> Ordered { get; }

    public FrozenDictionary<string, StoredTensor> Tensors { get; }

    /// <summary>Where each tensor stands, in bytes from the beginning of the data.</summary>
    public FrozenDictionary<string, long> Offsets { get; }

    /// <summary>Reads and checks the front of a mapped file.</summary>
    /// <exception cref="WinnowException">The file is not what the format says.</exception>
    public static unsafe GgufHeader Read(byte* start, long length, string source)
    {
        var cursor = new GgufCursor(start, length, source);
        uint version = ReadVersion(cursor, source);
        // A tensor takes at least a name's length, dimensions, type and offset; a value a key's length, a kind and a byte.
        long tensorCount = cursor.Count(8 + 4 + 4 + 8, "the number of tensors");
        long keyCount = cursor.Count(8 + 4 + 1, "the number of metadata values");
        GgufMetadata metadata = GgufMetadata.Read(cursor, start, keyCount, source);
        int alignment = ReadAlignment(metadata);
        List<StoredTensor> tensors = [];
        var offsets = new Dictionary<string, long>(StringComparer.Ordinal);
        for (long i = 0; i < tensorCount; i++)
        {
            ReadTensor(cursor, alignment, length, tensors, offsets);
        }
        long dataStart = (cursor.Position + alignment - 1) / alignment * alignment;
        CheckPlaces(source, tensors, offsets, dataStart, length);
        return new GgufHeader(version, alignment, metadata, dataStart, tensors, offsets.ToFrozenDictionary(StringComparer.Ordinal));
    }

    private static uint ReadVersion(GgufCursor cursor, string source)
    {
        uint magic = cursor.UInt32("the magic number");
        if (magic == SwappedMagic)
        {
            throw new WinnowException($"{source}: byte 0: the file is big-endian; only little-endian GGUF files are supported.");
        }
        if (magic != Magic)
        {
            throw new WinnowException($"{source}: byte 0: the file does not begin with \"GGUF\"; it is no GGUF file.");
        }
        uint version = cursor.UInt32("the version");
        return version switch
        {
            2 or 3 => version,
            1 => throw new WinnowException($"{source}: byte 4: version 1 of GGUF, with 32-bit counts, is not supported; versions 2 and 3 are. Convert the file anew."),
            _ when System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(version) is 2 or 3 =>
                throw new WinnowException($"{source}: byte 4: the file is big-endian; only little-endian GGUF files are supported."),
            _ => throw new WinnowException($"{source}: byte 4: version {version} of GGUF is not known; versions 2 and 3 are supported."),
        };
    }

    private static int ReadAlignment(GgufMetadata metadata)
    {
        if (!metadata.Has(AlignmentKey))
        {
            return DefaultAlignment;
        }
        long alignment = metadata.Describe(AlignmentKey).Kind == GgufValueKind.U32 ? metadata.Whole(AlignmentKey) : 0;
        return alignment is >= 8 and <= 1 << 20 && long.IsPow2(alignment)
            ? (int)alignment
            : throw metadata.Error(AlignmentKey, "an unsigned 32-bit integer, a power of two from 8 to 1048576");
    }

    private static void ReadTensor(GgufCursor cursor, int alignment, long length, List<StoredTensor> tensors, Dictionary<string, long> offsets)
    {
        long at = cursor.Position;
        ReadOnlySpan<byte> nameBytes = cursor.Text("a tensor's name");
        if (nameBytes.Length is 0 or > MaxNameBytes || !Utf8.IsValid(nameBytes))
        {
            throw cursor.Error(at, $"a tensor's name must be UTF-8 text of 1 to {MaxNameBytes} bytes; it has {nameBytes.Length}");
        }
        string name = Encoding.UTF8.GetString(nameBytes);
        at = cursor.Position;
        uint dimensions = cursor.UInt32($"the number of dimensions of '{name}'");
        if (dimensions > MaxDimensions)
        {
            throw cursor.Error(at, $"tensor '{name}' has {dimensions} dimensions; at most {MaxDimensions} are possible");
        }
        var shape = new long[dimensions];
        for (int d = 0; d < shape.Length; d++)
        {
            // The file has the fastest dimension first, row-major shapes have it last.
            ulong size = cursor.UInt64($"a dimension of '{name}'");
            shape[^(d + 1)] = size <= long.MaxValue ? (long)size : throw cursor.Error(at, $"tensor '{name}' has a dimension of {size}");
        }
        long typeAt = cursor.Position;
        uint id = cursor.UInt32($"the type of '{name}'");
        if (!TensorTypes.TryGguf(id, out TensorType type))
        {
            throw cursor.Error(typeAt, $"tensor '{name}' has type {id}, which does not exist or was removed from the format");
        }
        long offsetAt = cursor.Position;
        ulong offset = cursor.UInt64($"the offset of '{name}'");
        var tensor = new StoredTensor(name, type, shape);
        CheckSize(cursor, at, tensor, length);
        if (offset % (ulong)alignment != 0)
        {
            throw cursor.Error(offsetAt, $"tensor '{name}' has offset {offset}, no multiple of the alignment {alignment}");
        }
        if (offset > (ulong)length)
        {
            throw cursor.Error(offsetAt, $"tensor '{name}' has offset {offset}, beyond the end of the file");
        }
        if (!offsets.TryAdd(name, (long)offset))
        {
            throw cursor.Error(at, $"tensor '{name}' is given twice");
        }
        tensors.Add(tensor);
    }

    private static void CheckSize(GgufCursor cursor, long at, StoredTensor tensor, long length)
    {
        BlockLayout layout = TensorTypes.Layout(tensor.Type);
        long most = length / layout.Bytes * layout.Numbers;
        long count = tensor.Shape.Contains(0) ? 0 : 1;
        foreach (long dimension in tensor.Shape)
        {
            // Bounded by the file's size at every factor, so the product cannot overflow.
            if (count > 0 && dimension > most / count)
            {
                throw cursor.Error(at, $"tensor '{tensor.Name}' of shape {tensor.ShapeText} is larger than the file, which has {length} bytes");
            }
            count *= dimension;
        }
        long row = tensor.Shape.Count == 0 ? 1 : tensor.Shape[^1];
        if (row % layout.Numbers != 0)
        {
            throw cursor.Error(at, $"tensor '{tensor.Name}' has rows of {row} numbers; {tensor.Type} is stored in blocks of {layout.Numbers}");
        }
    }

    private static void CheckPlaces(string source, List<StoredTensor> tensors, Dictionary<string, long> offsets, long dataStart, long length)
    {
        long covered = 0;
        foreach (StoredTensor tensor in tensors.Where(t => t.Count > 0).OrderBy(t => offsets[t.Name]))
        {
            long begin = offsets[tensor.Name];
            long bytes = TensorTypes.Bytes(tensor.Type, tensor.Count);
            if (begin < covered)
            {
                throw new WinnowException($"{source}: tensor '{tensor.Name}' begins at byte {dataStart + begin}, inside the one before it, which ends at byte {dataStart + covered}.");
            }
            covered = begin + bytes;
            if (dataStart + covered > length)
            {
                throw new WinnowException($"{source}: tensor '{tensor.Name}' ends at byte {dataStart + covered}, but the file has {length} bytes; it is truncated.");
            }
        }
    }
}
