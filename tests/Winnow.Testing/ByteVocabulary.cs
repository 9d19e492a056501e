using System.Buffers;
using System.Text;
using Winnow.Models;

namespace Winnow.Testing;

/// <summary>A vocabulary of every byte, some longer pieces, and an end token.</summary>
/// <param name="pieces">Longer tokens, as text.</param>
public sealed class ByteVocabulary(params IReadOnlyList<string> pieces) : IVocabulary
{
    private readonly byte[][] _bytes = [.. Enumerable.Range(0, 256).Select(b => new[] { (byte)b }), .. pieces.Select(Encoding.UTF8.GetBytes), []];

    /// <inheritdoc/>
    public int Size => _bytes.Length;

    /// <inheritdoc/>
    public int? BeginOfSequence => null;

    /// <inheritdoc/>
    public int? EndOfSequence => Size - 1;

    /// <inheritdoc/>
    public string? ChatTemplate { get; init; }

    /// <inheritdoc/>
    public int[] Encode(string text, bool addSpecialTokens = false) => [.. Encoding.UTF8.GetBytes(text).Select(b => (int)b)];

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<char> text, IBufferWriter<int> tokens, bool addSpecialTokens = false) => tokens.Write(Encode(text.ToString()));

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> tokens, bool skipSpecialTokens = true)
    {
        List<byte> bytes = [];
        foreach (int token in tokens)
        {
            bytes.AddRange(_bytes[token]);
        }
        return Encoding.UTF8.GetString([.. bytes]);
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Bytes(int token) => _bytes[token];

    /// <inheritdoc/>
    public bool IsSpecial(int token) => token == Size - 1;

    /// <inheritdoc/>
    public bool TryFind(string name, out int token)
    {
        token = Enumerable.Range(0, Size).FirstOrDefault(t => Name(t) == name, -1);
        return token >= 0;
    }

    /// <inheritdoc/>
    public string Name(int token) => IsSpecial(token) ? "<end>" : Encoding.Latin1.GetString(_bytes[token]);
}
