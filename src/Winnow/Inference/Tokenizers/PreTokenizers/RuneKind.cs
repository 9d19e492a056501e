using System.Buffers;
using System.Text;

namespace Winnow.Inference.Tokenizers.PreTokenizers;

/// <summary>The classes that pre-tokenizer patterns tell apart: \p{L}, \p{N}, \s and everything else.</summary>
internal enum RuneKind : byte
{
    Other,
    Letter,
    Number,
    Space,
}

/// <summary>Classes of code points in UTF-8 text.</summary>
internal static class RuneKinds
{
    private static readonly RuneKind[] Ascii = [.. Enumerable.Range(0, 128).Select(c => Of(new Rune(c)))];

    /// <summary>Class of the code point that starts a text, and how many bytes it takes.</summary>
    public static RuneKind First(ReadOnlySpan<byte> text, out int length)
    {
        byte first = text[0];
        if (first < 128)
        {
            length = 1;
            return Ascii[first];
        }
        return Rune.DecodeFromUtf8(text, out Rune rune, out length) == OperationStatus.Done ? Of(rune) : RuneKind.Other;
    }

    /// <summary>Bytes of the longest run of one class at the start of a text.</summary>
    public static int Run(ReadOnlySpan<byte> text, RuneKind kind)
    {
        int at = 0;
        while (at < text.Length && First(text[at..], out int length) == kind)
        {
            at += length;
        }
        return at;
    }

    private static RuneKind Of(Rune rune) =>
        Rune.IsLetter(rune) ? RuneKind.Letter
        : Rune.IsNumber(rune) ? RuneKind.Number
        : Rune.IsWhiteSpace(rune) ? RuneKind.Space
        : RuneKind.Other;
}
