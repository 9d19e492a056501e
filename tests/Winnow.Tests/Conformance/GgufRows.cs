using Winnow.Inference.Checkpoints;
using Winnow.Inference.Checkpoints.Gguf;
using Winnow.Inference.Checkpoints.Quantised;
using Winnow.Testing.Conformance;

namespace Winnow.Tests.Conformance;

/// <summary>GGUF files, whole and broken, and their block formats.</summary>
public sealed class GgufRows : IConformanceRows
{
    public string Family => "model_files";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["gguf_metadata"] = Metadata,
        ["gguf_invalid"] = Metadata,
        ["gguf_dequantize"] = row =>
        {
            TensorType type = TypeOf(row);
            byte[] bytes = Convert.FromHexString(row.Input.Text("hex")!);
            BlockLayout layout = TensorTypes.Layout(type);
            var values = new float[bytes.Length / layout.Bytes * layout.Numbers];
            BlockFormats.Decode(type, bytes, values);
            return new { values };
        },
        ["gguf_quantize"] = row =>
        {
            float[] values = [.. row.Input.Doubles("values").Select(v => (float)v)];
            var bytes = new byte[TensorTypes.Bytes(TypeOf(row), values.Length)];
            BlockFormats.Encode(TypeOf(row), values, bytes);
            return new { hex = Convert.ToHexStringLower(bytes) };
        },
    };

    private static TensorType TypeOf(ConformanceRow row) => Enum.Parse<TensorType>(row.Params.Text("type")!);

    private static object Metadata(ConformanceRow row)
    {
        using GgufFile file = GgufFile.Open(row.Resolve(row.Input.Text("file")!));
        GgufMetadata metadata = file.Metadata;
        return new
        {
            version = file.Version,
            alignment = file.Alignment,
            tensor_count = file.Tensors.Count,
            data_offset = file.DataOffset,
            kv = metadata.Keys.ToDictionary(key => key, key => Value(metadata, key), StringComparer.Ordinal),
            tensor_offsets = file.TensorsInFileOrder.Select(t => file.OffsetOf(t.Name)).ToArray(),
            tensor_bytes = file.TensorsInFileOrder.Select(t => TensorTypes.Bytes(t.Type, t.Count)).ToArray(),
        };
    }

    private static object Value(GgufMetadata metadata, string key)
    {
        (GgufValueKind kind, GgufValueKind element, _) = metadata.Describe(key);
        return kind switch
        {
            GgufValueKind.Text => metadata.Text(key),
            GgufValueKind.Flag => metadata.Flag(key, absent: false),
            GgufValueKind.F32 or GgufValueKind.F64 => metadata.Number(key),
            GgufValueKind.Array when element == GgufValueKind.Text => metadata.Texts(key),
            GgufValueKind.Array => metadata.Numbers(key),
            _ => metadata.Whole(key),
        };
    }
}
