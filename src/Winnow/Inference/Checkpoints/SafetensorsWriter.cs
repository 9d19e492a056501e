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
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        if (type is not (TensorType.F32 or TensorType.F16 or TensorType.BF16))
        {
            throw new ArgumentException($"Numbers can be written as F32, F16 or BF16, not as {type}.", nameof(type));
        }
        NamedTensor[] ordered = [.. tensors.OrderBy(t => t.Name, StringComparer.Ordinal)];
        Check(ordered);
        string unfinished = path + ".unfinished";
        try
        {
            using (FileStream file = File.Create(unfinished))
            {
                WriteHeader(file, ordered, type, metadata);
                foreach (NamedTensor tensor in ordered)
                {
                    WriteValues(file, tensor.Values.Span, type);
                }
            }
            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new WinnowException($"{path}: the file cannot be written ({error.Message})", error);
        }
    }

    private static void Check(NamedTensor[] tensors)
    {
        for (int i = 0; i < tensors.Length; i++)
        {
            NamedTensor tensor = tensors[i];
            if (i > 0 && tensors[i - 1].Name == tensor.Name)
            {
                throw new ArgumentException($"Two tensors are named '{tensor.Name}'.", nameof(tensors));
            }
            long count = new StoredTensor(tensor.Name, TensorType.F32, tensor.Shape).Count;
            if (count != tensor.Values.Length)
            {
                throw new ArgumentException(
                    $"Tensor '{tensor.Name}' has {tensor.Values.Length} numbers; its shape [{string.Join(", ", tensor.Shape)}] needs {count}.", nameof(tensors));
            }
        }
    }

    private static void WriteHeader(FileStream file, NamedTensor[] tensors, TensorType type, IReadOnlyDictionary<string, string>? metadata)
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
            foreach (NamedTensor tensor in tensors)
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
                offset += TensorTypes.Bytes(type, tensor.Values.Length);
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
