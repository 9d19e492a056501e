namespace Winnow.Inference.Tokenizers;

/// <summary>
/// UTF-8 text on its way through a tokenizer, and for each of its bytes the part of the text as it was given that
/// the byte comes from. Alignments are carried only where somebody wants offsets.
/// </summary>
internal readonly ref struct AlignedText
{
    public AlignedText(ReadOnlySpan<byte> bytes, ReadOnlySpan<int> begins, ReadOnlySpan<int> ends, bool isStart)
    {
        Bytes = bytes;
        Begins = begins;
        Ends = ends;
        IsStart = isStart;
    }

    /// <summary>Well-formed UTF-8.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>For each byte, first code point it comes from; empty without alignments.</summary>
    public ReadOnlySpan<int> Begins { get; }

    /// <summary>For each byte, code point after the last it comes from; empty without alignments.</summary>
    public ReadOnlySpan<int> Ends { get; }

    /// <summary>Whether the text as it was given begins here.</summary>
    public bool IsStart { get; }

    public int Length => Bytes.Length;

    public bool IsEmpty => Bytes.IsEmpty;

    /// <summary>First code point that a byte comes from; 0 without alignments.</summary>
    public int Begin(int at) => Begins.IsEmpty ? 0 : Begins[at];

    /// <summary>Code point after the last that a byte comes from; 0 without alignments.</summary>
    public int End(int at) => Ends.IsEmpty ? 0 : Ends[at];

    public AlignedText Slice(int start, int length) => new(
        Bytes.Slice(start, length),
        Begins.IsEmpty ? default : Begins.Slice(start, length),
        Ends.IsEmpty ? default : Ends.Slice(start, length),
        IsStart && start == 0);
}
