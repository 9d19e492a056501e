using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Winnow.Inference.Tokenizers;

/// <summary>Tokens of pieces that were met before; looked up by bytes without allocating. Thread-safe and bounded.</summary>
internal sealed class PieceCache
{
    private const int MaxPieces = 1 << 16;
    private const int MaxBytes = 64;

    private readonly ConcurrentDictionary<byte[], int[]> _pieces = new(ByteComparer.Instance);
    private readonly ConcurrentDictionary<byte[], int[]>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private int _count;

    public PieceCache() => _lookup = _pieces.GetAlternateLookup<ReadOnlySpan<byte>>();

    public bool TryGet(ReadOnlySpan<byte> piece, [NotNullWhen(true)] out int[]? tokens) => _lookup.TryGetValue(piece, out tokens);

    public void Add(ReadOnlySpan<byte> piece, ReadOnlySpan<int> tokens)
    {
        if (piece.Length <= MaxBytes && Volatile.Read(ref _count) < MaxPieces && _lookup.TryAdd(piece, tokens.ToArray()))
        {
            Interlocked.Increment(ref _count);
        }
    }
}

/// <summary>Compares byte strings by content.</summary>
internal sealed class ByteComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    public static ByteComparer Instance { get; } = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(byte[] bytes) => GetHashCode(bytes.AsSpan());

    public bool Equals(ReadOnlySpan<byte> bytes, byte[] other) => bytes.SequenceEqual(other);

    // Seeded by the process, so that nobody can write a file or text of strings that all collide.
    public int GetHashCode(ReadOnlySpan<byte> bytes)
    {
        var hash = new HashCode();
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }

    public byte[] Create(ReadOnlySpan<byte> bytes) => bytes.ToArray();
}
