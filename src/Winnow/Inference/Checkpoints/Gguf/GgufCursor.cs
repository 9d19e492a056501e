using System.Buffers.Binary;

namespace Winnow.Inference.Checkpoints.Gguf;

/// <summary>Reads a mapped file from front to back; nothing is read beyond its end.</summary>
internal sealed unsafe class GgufCursor(byte* start, long length, string source)
{
    public long Position { get; private set; }

    public long Left => length - Position;

    public uint UInt32(string what) => BinaryPrimitives.ReadUInt32LittleEndian(Take(4, what));

    public ulong UInt64(string what) => BinaryPrimitives.ReadUInt64LittleEndian(Take(8, what));

    public byte Byte(string what) => Take(1, what)[0];

    /// <summary>How many items follow, of which each takes some bytes at least.</summary>
    public long Count(int leastBytes, string what)
    {
        long at = Position;
        ulong count = UInt64(what);
        return count <= (ulong)(Left / leastBytes)
            ? (long)count
            : throw Error(at, $"{what} is {count}; the {Left} bytes that follow hold at most {Left / leastBytes}");
    }

    /// <summary>The bytes of a text.</summary>
    public ReadOnlySpan<byte> Text(string what)
    {
        long at = Position;
        // Most calls are for tokens by the thousand, so the message is made only where it is needed.
        if (Left < sizeof(ulong))
        {
            throw Error(at, $"the file ends inside the length of {what}");
        }
        ulong bytes = UInt64(what);
        return bytes <= (ulong)Math.Min(Left, int.MaxValue)
            ? Take((int)bytes, what)
            : throw Error(at, $"{what} would have {bytes} bytes; {Left} follow");
    }

    public void Skip(long bytes, string what)
    {
        if (bytes > Left)
        {
            throw Error(Position, $"{what} takes {bytes} bytes; {Left} follow");
        }
        Position += bytes;
    }

    public WinnowException Error(long position, string problem) => new($"{source}: byte {position}: {problem}. The file is broken or truncated.");

    private ReadOnlySpan<byte> Take(int bytes, string what)
    {
        if (bytes > Left)
        {
            throw Error(Position, $"the file ends inside {what}");
        }
        var span = new ReadOnlySpan<byte>(start + Position, bytes);
        Position += bytes;
        return span;
    }
}
