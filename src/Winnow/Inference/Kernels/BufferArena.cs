namespace Winnow.Inference.Kernels;

/// <summary>
/// Hands out parts of a few large buffers, which the system can back by large pages, where many small ones would lie
/// scattered. A part keeps its buffer; a buffer goes when its last part and the arena are gone. Not thread-safe.
/// </summary>
internal sealed class BufferArena : IDisposable
{
    private const long LineNumbers = 16;
    private const long FirstNumbers = (1 << 20) / sizeof(float);
    private const long MostNumbers = (16 << 20) / sizeof(float);

    private AlignedBuffer? _current;
    private long _next = FirstNumbers;
    private long _used;

    /// <summary>Numbers that start as zeros, at the beginning of a cache line.</summary>
    /// <param name="length">How many.</param>
    public AlignedBuffer Take(long length)
    {
        if (_current is null || _current.Length - _used < length)
        {
            _current?.Dispose();
            _current = new AlignedBuffer(Math.Max(_next, length));
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
