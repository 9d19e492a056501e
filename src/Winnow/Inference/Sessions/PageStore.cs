using System.Runtime.CompilerServices;
using Winnow.Inference.Kernels;

namespace Winnow.Inference.Sessions;

/// <summary>
/// Memory for keys and values in pages of sixteen tokens. Within a page each layer and key-value head has its keys
/// dimension by dimension (so that scores of sixteen tokens come out of one vector) and its values token by token.
/// </summary>
internal sealed unsafe class PageStore : IDisposable
{
    /// <summary>Tokens of a page.</summary>
    public const int PageTokens = 16;

    private readonly BufferArena _memory;
    private readonly List<AlignedBuffer> _buffers = [];
    private readonly Stack<int> _free = [];
    private readonly int _layers;
    private readonly int _heads;
    private readonly int _keyNumbers;
    private readonly int _valueNumbers;
    private nint[] _pointers = new nint[16];
    private int[] _tokens = new int[16 * PageTokens];

    public PageStore(int layers, int keyValueHeads, int headWidth)
    {
        _layers = layers;
        _heads = keyValueHeads;
        ValueStride = Stride(headWidth);
        _keyNumbers = headWidth * PageTokens;
        _valueNumbers = ValueStride * PageTokens;
        _memory = new BufferArena(expected: PageNumbers);
    }

    /// <summary>Bytes that all pages take, those in use and those that wait for their next.</summary>
    public long Bytes => _buffers.Count * PageBytes;

    /// <summary>Pages that wait for their next use.</summary>
    public int FreePages => _free.Count;

    /// <summary>Bytes of one page.</summary>
    public long PageBytes => BytesOfPage(_layers, _heads, _keyNumbers / PageTokens);

    /// <summary>Bytes of one page of a decoder.</summary>
    public static long BytesOfPage(int layers, int keyValueHeads, int headWidth) =>
        (long)layers * keyValueHeads * (headWidth + Stride(headWidth)) * PageTokens * sizeof(float);

    /// <summary>Numbers from one token's values to the next; a multiple of sixteen, the rest zeros.</summary>
    public int ValueStride { get; }

    // A call would cost the kernels that ask all their registers, so these two are no calls.

    /// <summary>Keys of a page, shape [head width][16].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Keys(int page, int layer, int head) =>
        (float*)_pointers[page] + ((((long)layer * _heads) + head) * (_keyNumbers + _valueNumbers));

    /// <summary>Values of a page, shape [16][value stride].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Values(int page, int layer, int head) => Keys(page, layer, head) + _keyNumbers;

    /// <summary>The token in a slot of a page.</summary>
    public ref int Token(int page, int slot) => ref _tokens[(page * PageTokens) + slot];

    private long PageNumbers => PageBytes / sizeof(float);

    /// <summary>Keys and values of one token, in all layers.</summary>
    public int TokenNumbers => 2 * _layers * _heads * (_keyNumbers / PageTokens);

    /// <summary>Copies a token's keys and values out.</summary>
    /// <param name="page">Its page.</param>
    /// <param name="slot">Its slot.</param>
    /// <param name="numbers">Shape [layers][heads][2][head width].</param>
    public void CopyOut(int page, int slot, Span<float> numbers)
    {
        int width = _keyNumbers / PageTokens;
        for (int part = 0; part < _layers * _heads; part++, numbers = numbers[(2 * width)..])
        {
            float* keys = Keys(page, part / _heads, part % _heads) + slot;
            for (int i = 0; i < width; i++)
            {
                numbers[i] = keys[i * PageTokens];
            }
            new ReadOnlySpan<float>(Values(page, part / _heads, part % _heads) + (slot * ValueStride), width).CopyTo(numbers[width..]);
        }
    }

    /// <summary>Fills a token's keys and values in.</summary>
    /// <param name="page">Its page.</param>
    /// <param name="slot">Its slot.</param>
    /// <param name="numbers">Shape [layers][heads][2][head width].</param>
    public void Fill(int page, int slot, ReadOnlySpan<float> numbers)
    {
        int width = _keyNumbers / PageTokens;
        for (int part = 0; part < _layers * _heads; part++, numbers = numbers[(2 * width)..])
        {
            float* keys = Keys(page, part / _heads, part % _heads) + slot;
            for (int i = 0; i < width; i++)
            {
                keys[i * PageTokens] = numbers[i];
            }
            numbers.Slice(width, width).CopyTo(new Span<float>(Values(page, part / _heads, part % _heads) + (slot * ValueStride), width));
        }
    }

    /// <summary>Hands out a page that nobody uses.</summary>
    public int Rent()
    {
        if (_free.TryPop(out int page))
        {
            return page;
        }
        page = _buffers.Count;
        if (page == _pointers.Length)
        {
            Array.Resize(ref _pointers, 2 * page);
            Array.Resize(ref _tokens, 2 * page * PageTokens);
        }
        _buffers.Add(_memory.Take(PageNumbers));
        _pointers[page] = (nint)_buffers[page].Pointer;
        return page;
    }

    /// <summary>Takes a page back.</summary>
    public void Return(int page) => _free.Push(page);

    private static int Stride(int headWidth) => (headWidth + 15) / 16 * 16;

    /// <inheritdoc/>
    public void Dispose()
    {
        _memory.Dispose();
        foreach (AlignedBuffer buffer in _buffers)
        {
            buffer.Dispose();
        }
    }
}
