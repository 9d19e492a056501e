using System.Buffers;
using System.Text;
using Winnow.Models;
using Winnow.Numerics;

namespace Winnow.Benchmarks;

/// <summary>A vocabulary of single bytes and of made-up tokens of 2 to 8 printable bytes; the last one ends a text.</summary>
internal sealed class SyntheticVocabulary : IVocabulary
{
    private readonly byte[][] _bytes;

    public SyntheticVocabulary(int size)
    {
        HashedUniforms uniforms = new(2);
        _bytes = new byte[size][];
        for (int token = 0; token < size; token++)
        {
            _bytes[token] = token < 256 ? [(byte)token]
                : token == size - 1 ? []
                : [.. Enumerable.Range(0, 2 + (int)(7 * uniforms.Next("length", 0, token, 0))).Select(i => (byte)(32 + (int)(95 * uniforms.Next("byte", 0, token, i))))];
        }
    }

    public int Size => _bytes.Length;

    public int? BeginOfSequence => null;

    public int? EndOfSequence => Size - 1;

    public string? ChatTemplate => null;

    public int[] Encode(string text, bool addSpecialTokens = false) => [.. Encoding.UTF8.GetBytes(text).Select(b => (int)b)];

    public void Encode(ReadOnlySpan<char> text, IBufferWriter<int> tokens, bool addSpecialTokens = false) => tokens.Write(Encode(text.ToString()));

    public string Decode(ReadOnlySpan<int> tokens, bool skipSpecialTokens = true) => Encoding.UTF8.GetString([.. tokens.ToArray().SelectMany(t => _bytes[t])]);

    public ReadOnlySpan<byte> Bytes(int token) => _bytes[token];

    public bool IsSpecial(int token) => token == Size - 1;

    public bool TryFind(string name, out int token)
    {
        token = -1;
        return false;
    }

    public string Name(int token) => Encoding.Latin1.GetString(_bytes[token]);
}
