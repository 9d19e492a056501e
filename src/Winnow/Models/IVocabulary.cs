using System.Buffers;

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
    /// <param name="text">Any text; a surrogate without its partner counts as U+FFFD.</param>
    /// <param name="addSpecialTokens">Whether the tokenizer's own begin and end tokens are added.</param>
    int[] Encode(string text, bool addSpecialTokens = false);

    /// <summary>Appends the tokens of a text to a buffer, without allocating for text that was met before.</summary>
    /// <param name="text">Any text; a surrogate without its partner counts as U+FFFD.</param>
    /// <param name="tokens">Receives the tokens.</param>
    /// <param name="addSpecialTokens">Whether the tokenizer's own begin and end tokens are added.</param>
    void Encode(ReadOnlySpan<char> text, IBufferWriter<int> tokens, bool addSpecialTokens = false);

    /// <summary>Text of tokens; bytes that are not UTF-8 become U+FFFD.</summary>
    string Decode(ReadOnlySpan<int> tokens, bool skipSpecialTokens = true);

    /// <summary>The bytes a token stands for; empty for special tokens.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The token is not in the vocabulary.</exception>
    ReadOnlySpan<byte> Bytes(int token);

    /// <summary>The bytes a token stands for where it begins a text: some tokenizers write a space before every text, which is no part of it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The token is not in the vocabulary.</exception>
    ReadOnlySpan<byte> FirstBytes(int token) => Bytes(token);

    /// <summary>Whether a token is special (begin, end, padding, …) and stands for no text.</summary>
    bool IsSpecial(int token);

    /// <summary>Finds a token by its name as the tokenizer's file writes it, for example <c>&lt;|end|&gt;</c>.</summary>
    bool TryFind(string name, out int token);

    /// <summary>A token's name as the tokenizer's file writes it; empty for an id that the file leaves out.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The token is not in the vocabulary.</exception>
    string Name(int token);
}
