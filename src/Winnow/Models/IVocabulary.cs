namespace Winnow.Models;

/// <summary>Text to tokens and back. Immutable and thread-safe.</summary>
public interface IVocabulary
{
    /// <summary>Number of tokens, special ones included.</summary>
    int Size { get; }

    /// <summary>Token that begins a sequence, where the model has one.</summary>
    int? BeginOfSequence { get; }

    /// <summary>Token that ends a sequence, where the model has one.</summary>
    int? EndOfSequence { get; }

    /// <summary>The model's chat template (Jinja text), where it has one.</summary>
    string? ChatTemplate { get; }

    /// <summary>Tokens of a text.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="addSpecialTokens">Whether the tokenizer's own begin and end tokens are added.</param>
    int[] Encode(string text, bool addSpecialTokens = false);

    /// <summary>Text of tokens; bytes that are not UTF-8 become U+FFFD.</summary>
    string Decode(ReadOnlySpan<int> tokens, bool skipSpecialTokens = true);

    /// <summary>The bytes a token stands for; empty for special tokens.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The token is not in the vocabulary.</exception>
    ReadOnlySpan<byte> Bytes(int token);

    /// <summary>Whether a token is special (begin, end, padding, …) and stands for no text.</summary>
    bool IsSpecial(int token);
}
