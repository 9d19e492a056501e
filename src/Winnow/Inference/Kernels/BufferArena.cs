namespace Winnow.Inference.Kernels;

/// <summary>
/// Hands out parts of a few large buffers, which the system can back by large pages, where many small ones would lie
/// scattered. A part keeps its buffer; a buffer goes when its last part and the arena are gone. Not thread-safe.
/// </summary>
/// <param name="expected">Numbers that will be taken, as far as is known: the size of the first buffer; each later one is twice the one before, up to 16 MB.</param>
internal sealed class BufferArena(long expected) : IDisposable
{
    private const long LineNumbers = 16;
    private const long MostNumbers = (16 << 20) / sizeof(float);

    private AlignedBuffer? _current;
    private long _next = expected;
    private long _used;

    /// <summary>Numbers that start as zeros, at the beginning of a cache line.</summary>
    /// <param name="length">How many.</param>
    public AlignedBuffer Take(long length)
    {
        if (_current is null || _current.Length - _used < length)
        {
            _current?.Dispose();
            _current = new AlignedBuffer(Math.Max(_next, length), isFilled: true);
            _used = 0;
            _next = Math.Min(2 * _next, MostNumbers);
        }
        AlignedBuffer part = _current.Part(_used, length);
        _used = Math.Min((_used + length + LineNumbers - 1) / LineNumbers * LineNumbers, _current.Length);
        return part;
    }

    /// <inheritdoc/>
    public void Dispose() => _current?.Dispose();
}
