namespace Winnow.Inference.Tokenizers;

/// <summary>Receives text that is rewritten. Used again and again, so that rewriting allocates nothing after warm-up.</summary>
internal sealed class AlignedTextBuffer
{
    /// <summary>NFKC makes at most eleven bytes of one; a tokenizer's file that makes more of text is broken or hostile.</summary>
    private const int MaxGrowth = 64;

    private const int MinLimit = 1 << 16;
    private const int KeptBytes = 1 << 20;

    private byte[] _bytes = new byte[256];
    private int[] _begins = [];
    private int[] _ends = [];
    private int _length;
    private long _limit;
    private bool _isAligned;

    /// <summary>Empties the buffer for a text that is made of another.</summary>
    /// <param name="sourceLength">Bytes of the text as it was given.</param>
    /// <param name="isAligned">Whether alignments are carried.</param>
    public void Reset(int sourceLength, bool isAligned)
    {
        _length = 0;
        _isAligned = isAligned;
        _limit = Math.Max(MinLimit, (long)sourceLength * MaxGrowth);
        if (_bytes.Length > KeptBytes && sourceLength < KeptBytes)
        {
            _bytes = new byte[256];
            _begins = _ends = [];
        }
    }

    /// <summary>What was written. Valid until the next change.</summary>
    /// <param name="isStart">Whether the text as it was given begins here.</param>
    public AlignedText Text(bool isStart) => new(
        _bytes.AsSpan(0, _length),
        _isAligned ? _begins.AsSpan(0, _length) : default,
        _isAligned ? _ends.AsSpan(0, _length) : default,
        isStart);

    /// <summary>Adds bytes that all come from one part of the text.</summary>
    public void Append(ReadOnlySpan<byte> bytes, int begin, int end)
    {
        int at = Grow(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(at));
        if (_isAligned)
        {
            _begins.AsSpan(at, bytes.Length).Fill(begin);
            _ends.AsSpan(at, bytes.Length).Fill(end);
        }
    }

    /// <summary>Adds a code point.</summary>
    public void Append(System.Text.Rune rune, int begin, int end)
    {
        Span<byte> utf8 = stackalloc byte[4];
        Append(utf8[..rune.EncodeToUtf8(utf8)], begin, end);
    }

    /// <summary>Adds text as it is.</summary>
    public void Append(AlignedText text)
    {
        int at = Grow(text.Length);
        text.Bytes.CopyTo(_bytes.AsSpan(at));
        if (_isAligned)
        {
            text.Begins.CopyTo(_begins.AsSpan(at));
            text.Ends.CopyTo(_ends.AsSpan(at));
        }
    }

    private int Grow(int count)
    {
        int at = _length;
        long length = (long)at + count;
        if (length > _limit)
        {
            throw new WinnowException($"The tokenizer's normaliser makes more than {_limit} bytes of a text; the tokenizer's file is broken.");
        }
        if (length > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(length, 2L * _bytes.Length)));
        }
        if (_isAligned && length > _begins.Length)
        {
            Array.Resize(ref _begins, _bytes.Length);
            Array.Resize(ref _ends, _bytes.Length);
        }
        _length = (int)length;
        return at;
    }
}
