using System.Buffers;
using System.Globalization;
using System.Text;
using Winnow.Models;

namespace Winnow.Testing.Models;

/// <summary>A vocabulary for models without text: token 7 is written "7 ". Text is read back number by number.</summary>
/// <param name="size">Number of tokens.</param>
public sealed class NumberedVocabulary(int size) : IVocabulary
{
    private readonly byte[][] _bytes = [.. Enumerable.Range(0, size).Select(t => Encoding.ASCII.GetBytes($"{t} "))];

    public int Size => _bytes.Length;

    public int? BeginOfSequence => null;

    public int? EndOfSequence => null;

    public string? ChatTemplate => null;

    public int[] Encode(string text, bool addSpecialTokens = false) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(t => int.Parse(t, CultureInfo.InvariantCulture))];

    public void Encode(ReadOnlySpan<char> text, IBufferWriter<int> tokens, bool addSpecialTokens = false) =>
        tokens.Write(Encode(text.ToString(), addSpecialTokens));

    public string Decode(ReadOnlySpan<int> tokens, bool skipSpecialTokens = true) =>
        string.Concat(tokens.ToArray().Select(t => $"{t} "));

    public ReadOnlySpan<byte> Bytes(int token) => _bytes[token];

    public bool IsSpecial(int token) => false;

    public bool TryFind(string name, out int token) =>
        int.TryParse(name, CultureInfo.InvariantCulture, out token) && token >= 0 && token < Size;

    public string Name(int token) => token.ToString(CultureInfo.InvariantCulture);
}
