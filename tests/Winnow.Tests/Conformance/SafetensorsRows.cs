using System.Globalization;
using System.Runtime.InteropServices;
using Winnow.Inference.Checkpoints;
using Winnow.Inference.Checkpoints.Gguf;
using Winnow.Testing.Conformance;

namespace Winnow.Tests.Conformance;

/// <summary>Safetensors files, whole and broken, and the 16-bit formats.</summary>
public sealed class SafetensorsRows : IConformanceRows
{
    public string Family => "model_files";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["safetensors_valid"] = Valid,
        ["safetensors_invalid"] = Valid,
        ["checkpoint_tensors"] = Tensors,
        ["half_decode"] = row => new { values = Decode(row, FloatFormats.DecodeHalf) },
        ["bfloat16_decode"] = row => new { values = Decode(row, FloatFormats.DecodeBFloat16) },
        ["half_encode"] = row => new { bits = Encode(row, FloatFormats.EncodeHalf) },
        ["bfloat16_encode"] = row => new { bits = Encode(row, FloatFormats.EncodeBFloat16) },
    };

    private delegate void Decoder(ReadOnlySpan<ushort> bits, Span<float> values);

    private delegate void Encoder(ReadOnlySpan<float> values, Span<ushort> bits);

    private static double[] Decode(ConformanceRow row, Decoder decode)
    {
        ushort[] bits = [.. row.Input.Strings("bits").Select(b => ushort.Parse(b, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
        var values = new float[bits.Length];
        decode(bits, values);
        return [.. values.Select(v => (double)v)];
    }

    private static string[] Encode(ConformanceRow row, Encoder encode)
    {
        float[] values = [.. row.Input.Doubles("values").Select(v => (float)v)];
        var bits = new ushort[values.Length];
        encode(values, bits);
        return [.. bits.Select((b, i) => float.IsNaN(values[i]) ? (b & 0x7F80) == 0x7F80 ? "nan" : "?" : b.ToString("x4", CultureInfo.InvariantCulture))];
    }

    private static object Valid(ConformanceRow row)
    {
        using SafetensorsFile file = SafetensorsFile.Open(row.Resolve(row.Input.Text("file")!));
        return new
        {
            tensors = file.Tensors.Values.OrderBy(t => t.Name, StringComparer.Ordinal).Select(t => new
            {
                name = t.Name,
                dtype = t.Type.ToString().ToUpperInvariant(),
                shape = t.Shape,
                values = Values(file, t),
            }).ToArray(),
            metadata = file.Metadata,
        };
    }

    private static Array Values(SafetensorsFile file, StoredTensor tensor)
    {
        if (tensor.Type is TensorType.F32 or TensorType.F16 or TensorType.BF16)
        {
            var floats = new float[tensor.Count];
            file.ReadFloats(tensor.Name, floats);
            return floats.Select(v => (double)v).ToArray();
        }
        return tensor.Type switch
        {
            TensorType.Bool => Read<byte>(file, tensor).Select(b => b != 0).ToArray(),
            TensorType.U8 => Read<byte>(file, tensor).Select(b => (int)b).ToArray(),
            TensorType.I8 => Read<sbyte>(file, tensor),
            TensorType.U16 => Read<ushort>(file, tensor),
            TensorType.I16 => Read<short>(file, tensor),
            TensorType.U32 => Read<uint>(file, tensor),
            TensorType.I32 => Read<int>(file, tensor),
            TensorType.U64 => Read<ulong>(file, tensor),
            TensorType.I64 => Read<long>(file, tensor),
            _ => Read<double>(file, tensor),
        };
    }

    private static T[] Read<T>(SafetensorsFile file, StoredTensor tensor)
        where T : unmanaged
    {
        var values = new T[tensor.Count];
        file.ReadBytes(tensor.Name, MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    private static object Tensors(ConformanceRow row)
    {
        string path = row.Resolve(row.Input.Text("file")!);
        string[] part = row.Params.Text("part")!.Split(' ');
        using ICheckpoint checkpoint = path.EndsWith(".gguf", StringComparison.Ordinal) ? GgufFile.Open(path) : SafetensorsFolder.Open(path);
        IEnumerable<StoredTensor> ordered = checkpoint is GgufFile gguf
            ? gguf.TensorsInFileOrder
            : checkpoint.Tensors.Values.OrderBy(t => t.Name, StringComparer.Ordinal);
        // "first nine by name", "the rest", or "tensors 11 to 20 in file order".
        (int first, int end) = part[0] switch
        {
            "first" => (0, 9),
            "the" => (9, int.MaxValue),
            _ => (int.Parse(part[1], CultureInfo.InvariantCulture), int.Parse(part[3], CultureInfo.InvariantCulture) + 1),
        };
        return new
        {
            tensors = ordered.Skip(first).Take(end - first).Select(t =>
            {
                var values = new float[t.Count];
                checkpoint.ReadFloats(t.Name, values);
                return new
                {
                    name = t.Name,
                    dtype = TensorTypes.NameOf(t.Type),
                    shape = t.Shape,
                    sum = values.Sum(v => (double)v),
                    abs_sum = values.Sum(v => Math.Abs((double)v)),
                };
            }).ToArray(),
        };
    }
}
