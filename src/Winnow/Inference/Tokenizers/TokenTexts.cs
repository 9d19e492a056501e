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

/// <summary>What a tokenizer's decoder makes of each token. Every supported decoder looks at one token at a time, but at the beginning.</summary>
internal sealed record TokenTexts
{
    /// <summary>Bytes that a token stands for, by its name.</summary>
    public required Func<string, byte[]> Bytes { get; init; }

    /// <summary>How a text begins.</summary>
    public TextStart Start { get; init; }

    /// <summary>Whether bytes of tokens that are named after bytes each become U+FFFD where together they are no UTF-8.</summary>
    public bool HasByteRuns { get; init; }

    /// <summary>Tokens written in printable stand-ins of bytes.</summary>
    public static TokenTexts ByteLevel { get; } = new() { Bytes = ByteAlphabet.Decode };

    /// <summary>SentencePiece's tokens: a mark for each space, and tokens named after bytes.</summary>
    public static TokenTexts SentencePiece(TextStart start, string mark = "\u2581") => new()
    {
        Bytes = name => UnknownText.ByteOf(name) is { } value ? [value] : Encoding.UTF8.GetBytes(name.Replace(mark, " ", StringComparison.Ordinal)),
        Start = start,
        HasByteRuns = true,
    };

    /// <summary>Tokens with a mark for each space.</summary>
    public static TokenTexts Metaspace(TextStart start, string mark) => new()
    {
        Bytes = name => Encoding.UTF8.GetBytes(name.Replace(mark, " ", StringComparison.Ordinal)),
        Start = start,
    };

    /// <summary>Words and their continuations.</summary>
    /// <param name="prefix">What continuations begin with.</param>
    /// <param name="cleansUp">Whether the space before marks and contractions is left out.</param>
    public static TokenTexts WordPieces(string prefix, bool cleansUp) => new()
    {
        Bytes = name => Encoding.UTF8.GetBytes(name.StartsWith(prefix, StringComparison.Ordinal)
            ? name[prefix.Length..]
            : cleansUp ? CleanedUp($" {name}") : $" {name}"),
        Start = TextStart.WithoutSpace,
    };

    /// <summary>Tokens as they are named.</summary>
    public static TokenTexts Names { get; } = new() { Bytes = Encoding.UTF8.GetBytes };

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
