using System.Buffers;
using System.Text;
using Winnow.Models;

namespace Winnow.Inference.Tokenizers;

/// <summary>Text of tokens as they come. A character that spans tokens is held back until its last byte is there.</summary>
/// <param name="vocabulary">The vocabulary of the tokens.</param>
/// <param name="continuesText">Whether the tokens go on from text that stands before them; else they begin one.</param>
public sealed class StreamingDecoder(IVocabulary vocabulary, bool continuesText = false)
{
    private bool _isBegun = continuesText;
    private readonly ArrayBufferWriter<byte> _pending = new(64);

    /// <summary>Adds a token.</summary>
    /// <param name="token">Token id; special tokens add nothing.</param>
    /// <returns>The text that is complete now; empty while bytes are missing.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The token is not in the vocabulary.</exception>
    public string Append(int token)
    {
        _pending.Write(_isBegun ? vocabulary.Bytes(token) : vocabulary.FirstBytes(token));
        _isBegun |= !vocabulary.Bytes(token).IsEmpty;
        ReadOnlySpan<byte> bytes = _pending.WrittenSpan;
        int complete = CompleteLength(bytes);
        string text = Encoding.UTF8.GetString(bytes[..complete]);
        byte[] rest = bytes[complete..].ToArray();
        _pending.ResetWrittenCount();
        _pending.Write(rest);
        return text;
    }

    /// <summary>Whether no byte is held back.</summary>
    public bool IsComplete => _pending.WrittenCount == 0;

    /// <summary>Ends the text: bytes that never became a character come as U+FFFD.</summary>
    public string Flush()
    {
        string text = Encoding.UTF8.GetString(_pending.WrittenSpan);
        _pending.ResetWrittenCount();
        return text;
    }

    // Only a proper beginning of a sequence can still become a character; broken bytes are never held back.
    private static int CompleteLength(ReadOnlySpan<byte> bytes)
    {
        for (int back = 1; back <= Math.Min(3, bytes.Length); back++)
        {
            ReadOnlySpan<byte> tail = bytes[^back..];
            if (Rune.DecodeFromUtf8(tail, out _, out _) == OperationStatus.NeedMoreData)
            {
                return bytes.Length - back;
            }
        }
        return bytes.Length;
    }
}
