using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace Winnow.Inference.Checkpoints;

/// <summary>
/// The header of a safetensors file: eight bytes of length, a JSON object, then the data, which the tensors cover
/// without gap or overlap. Nothing that the header claims is believed before it was compared with the file's size.
/// </summary>
internal sealed class SafetensorsHeader
{
    /// <summary>The format's own limit.</summary>
    private const long MaxHeaderBytes = 100_000_000;
    private const string MetadataName = "__metadata__";

    private static readonly FrozenDictionary<string, (TensorType Type, int Size)> Types = new[]
    {
        TensorType.Bool, TensorType.U8, TensorType.I8, TensorType.U16, TensorType.I16, TensorType.F16, TensorType.BF16,
        TensorType.U32, TensorType.I32, TensorType.F32, TensorType.U64, TensorType.I64, TensorType.F64,
    }.ToFrozenDictionary(TensorTypes.NameOf, type => (type, TensorTypes.Layout(type).Bytes), StringComparer.Ordinal);

    private SafetensorsHeader(
        FrozenDictionary<string, StoredTensor> tensors, FrozenDictionary<string, (long Begin, long End)> ranges, FrozenDictionary<string, string>? metadata)
    {
        Tensors = tensors;
        Ranges = ranges;
        Metadata = metadata;
    }

    public FrozenDictionary<string, StoredTensor> Tensors { get; }

    /// <summary>Where each tensor stands in the file, in bytes from its beginning.</summary>
    public FrozenDictionary<string, (long Begin, long End)> Ranges { get; }

    public FrozenDictionary<string, string>? Metadata { get; }

    /// <summary>Reads and checks a header.</summary>
    /// <param name="file">An open file.</param>
    /// <param name="source">Its name, for error messages.</param>
    /// <exception cref="WinnowException">The file is not what the format says.</exception>
    public static SafetensorsHeader Read(Microsoft.Win32.SafeHandles.SafeFileHandle file, string source)
    {
        long fileLength = RandomAccess.GetLength(file);
        if (fileLength < 8)
        {
            throw new WinnowException($"{source}: byte 0: the file has {fileLength} bytes; a safetensors file begins with 8 bytes of header length.");
        }
        byte[] lengthBytes = FileBytes.Read(file, 0, 8, source);
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(lengthBytes);
        long available = fileLength - 8;
        if (headerLength > (ulong)Math.Min(available, MaxHeaderBytes))
        {
            throw new WinnowException(
                $"{source}: byte 0: the header length is {headerLength}, but {available} bytes follow it; at most {Math.Min(available, MaxHeaderBytes)} are possible. The file is truncated or no safetensors file.");
        }
        byte[] json = FileBytes.Read(file, 8, (int)headerLength, source);
        return Read(JsonField.Parse(json, $"{source}: header at byte 8"), 8 + (long)headerLength, fileLength);
    }

    private static SafetensorsHeader Read(JsonField root, long dataStart, long fileLength)
    {
        var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        var ranges = new Dictionary<string, (long Begin, long End)>(StringComparer.Ordinal);
        FrozenDictionary<string, string>? metadata = null;
        foreach ((string name, JsonField field) in root.Fields())
        {
            if (name == MetadataName)
            {
                metadata = metadata is null ? ReadMetadata(field) : throw field.Error("given once");
                continue;
            }
            StoredTensor tensor = ReadTensor(name, field, fileLength);
            if (!tensors.TryAdd(name, tensor))
            {
                throw field.Error("the only tensor of its name");
            }
            (long begin, long end) = ReadRange(field, tensor);
            ranges.Add(name, (dataStart + begin, dataStart + end));
        }
        CheckCoverage(root.Source, ranges, dataStart, fileLength);
        return new SafetensorsHeader(
            tensors.ToFrozenDictionary(StringComparer.Ordinal), ranges.ToFrozenDictionary(StringComparer.Ordinal), metadata);
    }

    private static FrozenDictionary<string, string> ReadMetadata(JsonField field)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, JsonField value) in field.Fields())
        {
            metadata[key] = value.Text();
        }
        return metadata.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static StoredTensor ReadTensor(string name, JsonField field, long fileLength)
    {
        field.Require(JsonValueKind.Object);
        string typeName = field["dtype"].Text();
        if (!Types.TryGetValue(typeName, out (TensorType Type, int Size) type))
        {
            throw field["dtype"].Error($"one of {string.Join(", ", Types.Keys.Order(StringComparer.Ordinal))}");
        }
        List<long> shape = [];
        foreach (JsonField dimension in field["shape"].Items())
        {
            shape.Add(Whole(dimension));
        }
        long count = shape.Contains(0) ? 0 : 1;
        foreach (long dimension in shape)
        {
            // Bounded by the file's size at every factor, so the product cannot overflow.
            if (count > 0 && dimension > fileLength / type.Size / count)
            {
                throw field["shape"].Error($"no larger than the file: it has {fileLength} bytes");
            }
            count *= dimension;
        }
        return new StoredTensor(name, type.Type, shape);
    }

    private static (long Begin, long End) ReadRange(JsonField field, StoredTensor tensor)
    {
        JsonField offsets = field["data_offsets"];
        JsonField[] pair = [.. offsets.Items().Take(3)];
        if (pair.Length != 2)
        {
            throw offsets.Error("two numbers, begin and end");
        }
        long begin = Whole(pair[0]);
        long end = Whole(pair[1]);
        if (end < begin)
        {
            throw offsets.Error("a range whose end is not before its begin");
        }
        long bytes = TensorTypes.Bytes(tensor.Type, tensor.Count);
        return end - begin == bytes
            ? (begin, end)
            : throw offsets.Error($"a range of {bytes} bytes, as {TensorTypes.NameOf(tensor.Type)} {tensor.ShapeText} takes");
    }

    // Below 2^62, so that sums of two cannot overflow.
    private static long Whole(JsonField field)
    {
        field.Require(JsonValueKind.Number);
        return field.Value.TryGetInt64(out long number) && number is >= 0 and < 1L << 62
            ? number
            : throw field.Error("a whole number, 0 or more");
    }

    private static void CheckCoverage(string source, Dictionary<string, (long Begin, long End)> ranges, long dataStart, long fileLength)
    {
        long covered = dataStart;
        foreach ((string name, (long begin, long end)) in ranges.OrderBy(r => r.Value.Begin).ThenBy(r => r.Value.End))
        {
            if (begin != covered)
            {
                string what = begin < covered ? "overlaps the one before it" : "leaves a hole before it";
                throw new WinnowException(string.Create(CultureInfo.InvariantCulture,
                    $"{source}: tensor '{name}' begins at byte {begin} of the file and {what}; the data before it ends at byte {covered}."));
            }
            covered = end;
        }
        if (covered != fileLength)
        {
            throw new WinnowException(string.Create(CultureInfo.InvariantCulture,
                $"{source}: the tensors end at byte {covered}, but the file has {fileLength} bytes; it is truncated or has something behind its data."));
        }
    }
}
