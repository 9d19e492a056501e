using Winnow.Inference.Checkpoints;
using Winnow.Inference.Checkpoints.Quantised;
using Winnow.Numerics;

namespace Winnow.Testing.Models;

/// <summary>A checkpoint whose matrices are stored in other types: rounded where the type can be written, made-up blocks where not.</summary>
public sealed class StoredCheckpoint : ICheckpoint
{
    private readonly Dictionary<string, byte[]> _bytes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StoredTensor> _tensors = new(StringComparer.Ordinal);

    /// <param name="original">What is to be stored.</param>
    /// <param name="typeOf">The type of a matrix by its name; vectors stay in single precision.</param>
    public StoredCheckpoint(ICheckpoint original, Func<string, TensorType> typeOf)
    {
        foreach (StoredTensor tensor in original.Tensors.Values)
        {
            var values = new float[tensor.Count];
            original.ReadFloats(tensor.Name, values);
            TensorType type = tensor.Shape.Count == 2 ? typeOf(tensor.Name) : TensorType.F32;
            _tensors.Add(tensor.Name, tensor with { Type = type });
            _bytes.Add(tensor.Name, Encode(type, values, tensor.Name));
        }
    }

    /// <inheritdoc/>
    public string Source => "stored";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, StoredTensor> Tensors => _tensors;

    /// <summary>Made-up blocks whose scales are numbers of a usual size.</summary>
    /// <param name="type">A type with scales in half precision.</param>
    /// <param name="count">Numbers; whole blocks.</param>
    /// <param name="name">Decides the bytes.</param>
    public static byte[] MadeUp(TensorType type, long count, string name)
    {
        BlockLayout layout = TensorTypes.Layout(type);
        var bytes = new byte[TensorTypes.Bytes(type, count)];
        var uniforms = new HashedUniforms(Seeds.Derive(7, name));
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)(256 * uniforms.Next("byte", 0, i, 0));
        }
        int[] scales = type switch
        {
            TensorType.F16 => [0],
            TensorType.Q4_1 or TensorType.Q5_1 or TensorType.Q4_K or TensorType.Q5_K => [0, 2],
            TensorType.Q2_K => [80, 82],
            TensorType.Q3_K => [108],
            TensorType.Q6_K => [208],
            TensorType.F32 or TensorType.BF16 => [],
            _ => [0],
        };
        for (int block = 0; block * layout.Bytes < bytes.Length; block++)
        {
            foreach (int at in scales)
            {
                // Of either sign, now and then zero or subnormal; small for k-quants, whose scales are multiplied by integers.
                double size = layout.Numbers == 256 ? 2e-4 : 0.02;
                double uniform = uniforms.Next("scale", 0, block, at);
                double scale = uniform < 0.05 ? 0 : uniform < 0.1 ? 2e-7 : size * (uniform - 0.3);
                BitConverter.TryWriteBytes(bytes.AsSpan((block * layout.Bytes) + at), (Half)scale);
            }
        }
        return bytes;
    }

    /// <inheritdoc/>
    public void ReadFloats(string name, Span<float> values) => BlockFormats.Decode(_tensors[name].Type, _bytes[name], values);

    /// <inheritdoc/>
    public void ReadRows(string name, long firstRow, Span<byte> rows)
    {
        StoredTensor tensor = _tensors[name];
        long rowBytes = TensorTypes.Bytes(tensor.Type, tensor.Shape[^1]);
        _bytes[name].AsSpan((int)(firstRow * rowBytes), rows.Length).CopyTo(rows);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held open.
    }

    private static byte[] Encode(TensorType type, float[] values, string name)
    {
        if (!BlockFormats.CanEncode(type))
        {
            return MadeUp(type, values.Length, name);
        }
        var bytes = new byte[TensorTypes.Bytes(type, values.Length)];
        BlockFormats.Encode(type, values, bytes);
        return bytes;
    }
}
