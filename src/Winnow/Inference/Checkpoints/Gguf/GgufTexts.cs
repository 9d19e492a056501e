using System.Buffers.Binary;

namespace Winnow.Inference.Checkpoints.Gguf;

/// <summary>Texts of a checked array in a GGUF file, one after the other: each a length of eight bytes, then its bytes.</summary>
/// <param name="bytes">From the first length on.</param>
/// <param name="count">How many there are.</param>
internal ref struct GgufTexts(ReadOnlySpan<byte> bytes, int count)
{
    private ReadOnlySpan<byte> _rest = bytes;
    private int _left = count;

    /// <summary>The text that was reached.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>Itself.</summary>
    public readonly GgufTexts GetEnumerator() => this;

    /// <summary>Goes on to the next text.</summary>
    public bool MoveNext()
    {
        if (_left == 0)
        {
            return false;
        }
        _left--;
        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(_rest);
        Current = _rest.Slice(sizeof(ulong), length);
        _rest = _rest[(sizeof(ulong) + length)..];
        return true;
    }
}
