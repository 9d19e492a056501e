using System.Buffers;
using System.Text;

namespace Winnow.Inference.Tokenizers.Normalizers;

/// <summary>Writes a text before every text that is not empty.</summary>
/// <param name="prefix">UTF-8.</param>
internal sealed class Prepend(byte[] prefix) : TextRewriter
{
    /// <inheritdoc/>
    public override void Rewrite(AlignedText source, AlignedTextBuffer target)
    {
        if (!source.IsEmpty)
        {
            target.Append(prefix, source.Begin(0), source.End(0));
            target.Append(source);
        }
    }
}

/// <summary>Writes a space before text that does not begin with one.</summary>
internal sealed class PrefixSpace : TextRewriter
{
    /// <inheritdoc/>
    public override void Rewrite(AlignedText source, AlignedTextBuffer target)
    {
        if (!source.IsEmpty && source.Bytes[0] != (byte)' ')
        {
            target.Append(" "u8, source.Begin(0), source.End(0));
        }
        target.Append(source);
    }
}

/// <summary>Leaves out white space at the ends.</summary>
/// <param name="left">Whether at the beginning.</param>
/// <param name="right">Whether at the end.</param>
internal sealed class StripSpace(bool left, bool right) : TextRewriter
{
    /// <inheritdoc/>
    public override void Rewrite(AlignedText source, AlignedTextBuffer target)
    {
        int start = 0;
        int end = source.Length;
        while (left && start < end && Rune.DecodeFromUtf8(source.Bytes[start..end], out Rune rune, out int length) == OperationStatus.Done && Rune.IsWhiteSpace(rune))
        {
            start += length;
        }
        while (right && start < end && Rune.DecodeLastFromUtf8(source.Bytes[start..end], out Rune rune, out int length) == OperationStatus.Done && Rune.IsWhiteSpace(rune))
        {
            end -= length;
        }
        target.Append(source.Slice(start, end - start));
    }
}

/// <summary>When a mark is written before a text.</summary>
internal enum PrependScheme
{
    /// <summary>Never.</summary>
    Never,

    /// <summary>At the beginning of the text as it was given.</summary>
    First,

    /// <summary>At the beginning of every part between added tokens.</summary>
    Always,
}

/// <summary>SentencePiece's way with spaces: each becomes a mark, and a text that does not begin with one gets one.</summary>
/// <param name="mark">UTF-8 of the mark, usually U+2581.</param>
/// <param name="scheme">When a text gets one.</param>
internal sealed class Metaspace(byte[] mark, PrependScheme scheme) : TextRewriter
{
    /// <inheritdoc/>
    public override void Rewrite(AlignedText source, AlignedTextBuffer target)
    {
        bool isAsked = scheme == PrependScheme.Always || (scheme == PrependScheme.First && source.IsStart);
        if (isAsked && !source.IsEmpty && source.Bytes[0] != (byte)' ' && !source.Bytes.StartsWith(mark))
        {
            target.Append(mark, source.Begin(0), source.End(0));
        }
        for (int at = 0; at < source.Length;)
        {
            int plain = source.Bytes[at..].IndexOf((byte)' ');
            if (plain < 0)
            {
                target.Append(source.Slice(at, source.Length - at));
                break;
            }
            target.Append(source.Slice(at, plain));
            at += plain;
            target.Append(mark, source.Begin(at), source.End(at));
            at++;
        }
    }
}

/// <summary>Writes a text for every match of a pattern.</summary>
/// <param name="pattern">What is replaced.</param>
/// <param name="content">UTF-8 of what takes its place; it counts as coming from the last character of the match.</param>
internal sealed class Replace(TextPattern pattern, byte[] content) : TextRewriter
{
    /// <inheritdoc/>
    public override void Rewrite(AlignedText source, AlignedTextBuffer target)
    {
        for (int at = 0; at < source.Length;)
        {
            int plain = pattern.Find(source.Bytes[at..], out int length);
            target.Append(source.Slice(at, plain));
            at += plain + length;
            if (length > 0)
            {
                target.Append(content, source.Begin(at - 1), source.End(at - 1));
            }
        }
    }
}
