namespace Winnow.Decoding;

/// <summary>Buffers that a chain works in. One for each thread; grows to the vocabulary once, then nothing is allocated.</summary>
public sealed class SamplerWorkspace
{
    private const int SmallestBuffer = 1024;

    private float[] _logits = [];
    private float[] _weights = [];
    private float[] _blockMaxima = [];
    private float[] _selection = [];
    private float[] _sanitized = [];
    private int[] _ids = [];
    private int[] _members = [];
    private int[] _counts = [];
    private long[] _masses = [];
    private ulong[] _order = [];

    internal Span<float> Logits(int length) => Room(ref _logits, length);

    internal Span<int> Ids(int length) => Room(ref _ids, length);

    internal Span<float> Weights(int length) => Room(ref _weights, length);

    internal Span<float> BlockMaxima(int length) => Room(ref _blockMaxima, length);

    internal Span<float> Selection(int length) => Room(ref _selection, length);

    internal Span<float> Sanitized(int length) => Room(ref _sanitized, length);

    internal Span<int> Members(int length) => Room(ref _members, length);

    internal Span<long> Masses(int length) => Room(ref _masses, length);

    internal Span<ulong> Order(int length) => Room(ref _order, length);

    /// <summary>Counts by token, all zero; who writes to them leaves them zero.</summary>
    internal Span<int> ZeroCounts(int length) => Room(ref _counts, length);

    private static Span<T> Room<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = new T[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(length, SmallestBuffer))];
        }
        return buffer.AsSpan(0, length);
    }
}
