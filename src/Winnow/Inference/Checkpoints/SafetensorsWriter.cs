using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Winnow.Inference.Checkpoints;

/// <summary>A tensor to be written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Dimensions, row-major.</param>
/// <param name="Values">As many numbers as the product of the dimensions.</param>
public sealed record NamedTensor(string Name, IReadOnlyList<long> Shape, ReadOnlyMemory<float> Values);

/// <summary>Gives the numbers of a tensor that is written.</summary>
/// <param name="name">The tensor's name.</param>
/// <param name="values">Receives all of them, row-major.</param>
public delegate void TensorNumbers(string name, Span<float> values);

/// <summary>Writes safetensors files.</summary>
public static class SafetensorsWriter
{
    /// <summary>Writes tensors, ordered by name. The file appears whole or not at all.</summary>
    /// <param name="path">Path of the file; one that is there is replaced.</param>
    /// <param name="tensors">The tensors; names differ.</param>
    /// <param name="type">How numbers are written: F32, F16 (rounded to nearest even) or BF16.</param>
    /// <param name="metadata">Remarks; null for none.</param>
    /// <exception cref="ArgumentException">Two tensors have one name, a shape does not fit its numbers, or the type is another.</exception>
    /// <exception cref="WinnowException">The file cannot be written.</exception>
    public static void Write(
        string path, IEnumerable<NamedTensor> tensors, TensorType type = TensorType.F32, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        NamedTensor[] all = [.. tensors];
        foreach (NamedTensor tensor in all)
        {
            long count = new StoredTensor(tensor.Name, TensorType.F32, tensor.Shape).Count;
            if (count != tensor.Values.Length)
            {
                throw new ArgumentException(
                    $"Tensor '{tensor.Name}' has {tensor.Values.Length} numbers; its shape [{string.Join(", ", tensor.Shape)}] needs {count}.", nameof(tensors));
            }
        }
        Dictionary<string, NamedTensor> byName = new(StringComparer.Ordinal);
        foreach (NamedTensor tensor in all)
        {
            byName.TryAdd(tensor.Name, tensor);
        }
        Write(path, all.Select(t => new StoredTensor(t.Name, type, t.Shape)), (name, values) => byName[name].Values.Span.CopyTo(values), type, metadata);
    }

    /// <summary>Writes tensors one at a time, ordered by name. The file appears whole or not at all.</summary>
    /// <param name="path">Path of the file; one that is there is replaced.</param>
    /// <param name="tensors">Names and shapes; names differ.</param>
    /// <param name="read">Gives the numbers of a tensor; called once for each, in their order.</param>
    /// <param name="type">How numbers are written: F32, F16 (rounded to nearest even) or BF16.</param>
    /// <param name="metadata">Remarks; null for none.</param>
    /// <param name="cancellationToken">Stops between two tensors and leaves no file.</param>
    /// <exception cref="ArgumentException">Two tensors have one name, or the type is another.</exception>
    /// <exception cref="WinnowException">The file cannot be written.</exception>
    public static void Write(
        string path, IEnumerable<StoredTensor> tensors, TensorNumbers read, TensorType type = TensorType.F32,
        IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(read);
        if (type is not (TensorType.F32 or TensorType.F16 or TensorType.BF16))
        {
            throw new ArgumentException($"Numbers can be written as F32, F16 or BF16, not as {type}.", nameof(type));
        }
        StoredTensor[] ordered = [.. tensors.OrderBy(t => t.Name, StringComparer.Ordinal)];
        for (int i = 1; i < ordered.Length; i++)
        {
            if (ordered[i - 1].Name == ordered[i].Name)
            {
                throw new ArgumentException($"Two tensors are named '{ordered[i].Name}'.", nameof(tensors));
            }
        }
        WholeFile.Write(path, file =>
        {
            WriteHeader(file, ordered, type, metadata);
            foreach (StoredTensor tensor in ordered)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var values = new float[tensor.Count];
                read(tensor.Name, values);
                WriteValues(file, values, type);
            }
        });
    }

    private static void WriteHeader(FileStream file, StoredTensor[] tensors, TensorType type, IReadOnlyDictionary<string, string>? metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is not null)
            {
                json.WriteStartObject("__metadata__");
                foreach ((string key, string value) in metadata)
                {
                    json.WriteString(key, value);
                }
                json.WriteEndObject();
            }
            long offset = 0;
            foreach (StoredTensor tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", TensorTypes.NameOf(type));
                json.WriteStartArray("shape");
                foreach (long dimension in tensor.Shape)
                {
                    json.WriteNumberValue(dimension);
                }
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                offset += TensorTypes.Bytes(type, tensor.Count);
                json.WriteNumberValue(offset);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        // Blanks bring the data to a multiple of eight, as the format recommends.
        int padding = -buffer.WrittenCount & 7;
        buffer.GetSpan(8)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, buffer.WrittenCount);
        file.Write(length);
        file.Write(buffer.WrittenSpan);
    }

    private static void WriteValues(FileStream file, ReadOnlySpan<float> values, TensorType type)
    {
        if (type == TensorType.F32)
        {
            file.Write(MemoryMarshal.AsBytes(values));
            return;
        }
        const int Chunk = 1 << 15;
        var bits = new ushort[Math.Min(Chunk, values.Length)];
        while (!values.IsEmpty)
        {
            ReadOnlySpan<float> part = values[..Math.Min(Chunk, values.Length)];
            if (type == TensorType.F16)
            {
                FloatFormats.EncodeHalf(part, bits);
            }
            else
            {
                FloatFormats.EncodeBFloat16(part, bits);
            }
            file.Write(MemoryMarshal.AsBytes(bits.AsSpan(0, part.Length)));
            values = values[part.Length..];
        }
    }
}
