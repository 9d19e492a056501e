using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Winnow.Inference.Checkpoints.Gguf;

/// <summary>Gathers the metadata of a GGUF file that is to be written. Keys keep their order.</summary>
public sealed class GgufMetadataBuilder
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);

    /// <summary>Number of values.</summary>
    public int Count => _keys.Count;

    /// <summary>The values as the file has them.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    /// <summary>Adds a text.</summary>
    /// <exception cref="ArgumentException">The key is there already.</exception>
    public GgufMetadataBuilder Add(string key, string text)
    {
        Begin(key, GgufValueKind.Text);
        WriteText(text);
        return this;
    }

    /// <summary>Adds a number that is not negative.</summary>
    /// <exception cref="ArgumentException">The key is there already.</exception>
    public GgufMetadataBuilder Add(string key, uint number)
    {
        Begin(key, GgufValueKind.U32);
        WriteUInt32(number);
        return this;
    }

    /// <summary>Adds a number in single precision.</summary>
    /// <exception cref="ArgumentException">The key is there already.</exception>
    public GgufMetadataBuilder Add(string key, float number)
    {
        Begin(key, GgufValueKind.F32);
        WriteUInt32(BitConverter.SingleToUInt32Bits(number));
        return this;
    }

    /// <summary>Adds true or false.</summary>
    /// <exception cref="ArgumentException">The key is there already.</exception>
    public GgufMetadataBuilder Add(string key, bool flag)
    {
        Begin(key, GgufValueKind.Flag);
        _bytes.Write([flag ? (byte)1 : (byte)0]);
        return this;
    }

    /// <summary>Adds texts.</summary>
    /// <exception cref="ArgumentException">The key is there already.</exception>
    public GgufMetadataBuilder Add(string key, IReadOnlyCollection<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        BeginArray(key, GgufValueKind.Text, texts.Count);
        foreach (string text in texts)
        {
            WriteText(text);
        }
        return this;
    }

    /// <summary>Adds whole numbers.</summary>
    /// <exception cref="ArgumentException">The key is there already.</exception>
    public GgufMetadataBuilder Add(string key, IReadOnlyCollection<int> numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        BeginArray(key, GgufValueKind.I32, numbers.Count);
        foreach (int number in numbers)
        {
            WriteUInt32((uint)number);
        }
        return this;
    }

    private void BeginArray(string key, GgufValueKind kind, int count)
    {
        Begin(key, GgufValueKind.Array);
        WriteUInt32((uint)kind);
        WriteUInt64((ulong)count);
    }

    private void Begin(string key, GgufValueKind kind)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (!_keys.Add(key))
        {
            throw new ArgumentException($"The metadata has '{key}' already.", nameof(key));
        }
        WriteText(key);
        WriteUInt32((uint)kind);
    }

    private void WriteText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        WriteUInt64((ulong)Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, _bytes);
    }

    private void WriteUInt32(uint number)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.GetSpan(4), number);
        _bytes.Advance(4);
    }

    private void WriteUInt64(ulong number)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.GetSpan(8), number);
        _bytes.Advance(8);
    }
}
