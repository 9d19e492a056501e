using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Winnow.Inference.Checkpoints;

/// <summary>
/// A safetensors file, open for reading. Opening checks the whole header against the file's size; tensors are read
/// when they are asked for.
/// </summary>
public sealed class SafetensorsFile : ICheckpoint
{
    private readonly SafeFileHandle _file;
    private readonly SafetensorsHeader _header;

    private SafetensorsFile(SafeFileHandle file, SafetensorsHeader header, string source)
    {
        _file = file;
        _header = header;
        Source = source;
    }

    /// <summary>Whether a path is named as such files are.</summary>
    internal static bool IsNamedSo(string path) => path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public string Source { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, StoredTensor> Tensors => _header.Tensors;

    /// <summary>The file's own remarks; null where it has none.</summary>
    public IReadOnlyDictionary<string, string>? Metadata => _header.Metadata;

    /// <summary>Opens a file and checks its header.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="WinnowException">The file is missing, or not what the format says; the message names the byte.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        SafeFileHandle file = FileBytes.Open(path);
        try
        {
            return new SafetensorsFile(file, SafetensorsHeader.Read(file, path), path);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void ReadFloats(string name, Span<float> values)
    {
        StoredTensor tensor = Find(name);
        if (tensor.Count != values.Length)
        {
            throw new ArgumentException($"Tensor '{name}' has {tensor.Count} numbers; the span has room for {values.Length}.", nameof(values));
        }
        switch (tensor.Type)
        {
            case TensorType.F32:
                ReadBytes(name, MemoryMarshal.AsBytes(values));
                break;
            case TensorType.F16 or TensorType.BF16:
                ReadHalves(tensor, values);
                break;
            default:
                throw new WinnowException($"{Source}: tensor '{name}' holds {TensorTypes.NameOf(tensor.Type)}; weights must be F32, F16 or BF16.");
        }
    }

    /// <summary>Reads a tensor as it is stored.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="bytes">Receives its bytes; exactly as many as it has.</param>
    /// <exception cref="WinnowException">There is no such tensor, or the file cannot be read.</exception>
    public void ReadBytes(string name, Span<byte> bytes)
    {
        _ = Find(name);
        (long begin, long end) = _header.Ranges[name];
        if (end - begin != bytes.Length)
        {
            throw new ArgumentException($"Tensor '{name}' has {end - begin} bytes; the span has room for {bytes.Length}.", nameof(bytes));
        }
        FileBytes.Fill(_file, begin, bytes, Source);
    }

    /// <inheritdoc/>
    public void ReadRows(string name, long firstRow, Span<byte> rows)
    {
        (long offset, _) = Find(name).RowRange(firstRow, rows.Length);
        FileBytes.Fill(_file, _header.Ranges[name].Begin + offset, rows, Source);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private StoredTensor Find(string name) => Tensors.TryGetValue(name, out StoredTensor? tensor)
        ? tensor
        : throw new WinnowException($"{Source}: there is no tensor '{name}'; the file has {Tensors.Count} others.");

    private void ReadHalves(StoredTensor tensor, Span<float> values)
    {
        const int Chunk = 1 << 15;
        ushort[] bits = ArrayPool<ushort>.Shared.Rent(Chunk);
        long offset = _header.Ranges[tensor.Name].Begin;
        for (int at = 0; at < values.Length; at += Chunk)
        {
            int count = Math.Min(Chunk, values.Length - at);
            FileBytes.Fill(_file, offset + (2L * at), MemoryMarshal.AsBytes(bits.AsSpan(0, count)), Source);
            if (tensor.Type == TensorType.F16)
            {
                FloatFormats.DecodeHalf(bits.AsSpan(0, count), values.Slice(at, count));
            }
            else
            {
                FloatFormats.DecodeBFloat16(bits.AsSpan(0, count), values.Slice(at, count));
            }
        }
        ArrayPool<ushort>.Shared.Return(bits);
    }
}
