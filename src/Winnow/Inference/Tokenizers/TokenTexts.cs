using System.Text;
using Winnow.Inference.Tokenizers.Models;

namespace Winnow.Inference.Tokenizers;

/// <summary>How a tokenizer's decoder begins a text.</summary>
internal enum TextStart
{
    /// <summary>With the bytes of the first token.</summary>
    AsIs,

    /// <summary>Without one space at the beginning of the first token.</summary>
    WithoutSpace,

    /// <summary>Without any of the spaces of the first token.</summary>
    WithoutSpaces,
}

/// <summary>Writes the bytes that a token stands for.</summary>
/// <param name="name">Its name, UTF-8.</param>
/// <param name="bytes">Receives them; one longer than the name.</param>
/// <returns>How many they are.</returns>
internal delegate int TokenBytes(ReadOnlySpan<byte> name, Span<byte> bytes);

/// <summary>What a tokenizer's decoder makes of each token. Every supported decoder looks at one token at a time, but at the beginning.</summary>
internal sealed record TokenTexts
{
    /// <summary>Bytes that a token stands for, by its name.</summary>
    public required TokenBytes Bytes { get; init; }

    /// <summary>How a text begins.</summary>
    public TextStart Start { get; init; }

    /// <summary>Whether bytes of tokens that are named after bytes each become U+FFFD where together they are no UTF-8.</summary>
    public bool HasByteRuns { get; init; }

    /// <summary>Tokens written in printable stand-ins of bytes.</summary>
    public static TokenTexts ByteLevel { get; } = new() { Bytes = ByteAlphabet.Decode };

    /// <summary>SentencePiece's tokens: a mark for each space, and tokens named after bytes.</summary>
    public static TokenTexts SentencePiece(TextStart start, string mark = "\u2581")
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(mark);
        return new()
        {
            Bytes = (name, bytes) =>
            {
                if (UnknownText.ByteOf(name) is { } value)
                {
                    bytes[0] = value;
                    return 1;
                }
                return WithSpaces(name, utf8, bytes);
            },
            Start = start,
            HasByteRuns = true,
        };
    }

    /// <summary>Tokens with a mark for each space.</summary>
    public static TokenTexts Metaspace(TextStart start, string mark)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(mark);
        return new() { Bytes = (name, bytes) => WithSpaces(name, utf8, bytes), Start = start };
    }

    /// <summary>Words and their continuations.</summary>
    /// <param name="prefix">What continuations begin with.</param>
    /// <param name="cleansUp">Whether the space before marks and contractions is left out.</param>
    public static TokenTexts WordPieces(string prefix, bool cleansUp)
    {
        byte[] continuation = Encoding.UTF8.GetBytes(prefix);
        return new()
        {
            Bytes = (name, bytes) =>
            {
                if (name.StartsWith(continuation))
                {
                    name[continuation.Length..].CopyTo(bytes);
                    return name.Length - continuation.Length;
                }
                if (cleansUp)
                {
                    return Encoding.UTF8.GetBytes(CleanedUp($" {Encoding.UTF8.GetString(name)}"), bytes);
                }
                bytes[0] = (byte)' ';
                name.CopyTo(bytes[1..]);
                return name.Length + 1;
            },
            Start = TextStart.WithoutSpace,
        };
    }

    /// <summary>Tokens as they are named.</summary>
    public static TokenTexts Names { get; } = new()
    {
        Bytes = (name, bytes) =>
        {
            name.CopyTo(bytes);
            return name.Length;
        },
    };

    private static int WithSpaces(ReadOnlySpan<byte> name, ReadOnlySpan<byte> mark, Span<byte> bytes)
    {
        int count = 0;
        while (!mark.IsEmpty && name.IndexOf(mark) is >= 0 and var at)
        {
            name[..at].CopyTo(bytes[count..]);
            bytes[count + at] = (byte)' ';
            count += at + 1;
            name = name[(at + mark.Length)..];
        }
        name.CopyTo(bytes[count..]);
        return count + name.Length;
    }

    private static string CleanedUp(string word)
    {
        string[] closeUp = [".", "?", "!", ",", "n't", "'m", "'s", "'ve", "'re"];
        foreach (string mark in closeUp)
        {
            word = word.Replace($" {mark}", mark, StringComparison.Ordinal);
        }
        return word;
    }
}
