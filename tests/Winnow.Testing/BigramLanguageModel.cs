using System.Buffers;
using System.Text;
using Winnow.Models;
using Winnow.Numerics;

namespace Winnow.Testing;

/// <summary>
/// A language model whose next token depends on the last one only, by a table: every probability of a text is known
/// exactly. Token 0 ends a sequence; the others stand for one character each.
/// </summary>
public sealed class BigramLanguageModel : ILanguageModel, IVocabulary
{
    private readonly string _characters;
    private readonly byte[][] _bytes;
    private readonly float[][] _logits;

    /// <summary>A table of hashed logits.</summary>
    /// <param name="seed">Another seed is another model with the same vocabulary.</param>
    /// <param name="characters">Characters of tokens 1, 2, …</param>
    /// <param name="contextLength">Longest sequence.</param>
    public BigramLanguageModel(ulong seed, string characters = "\nabcdA: ", int contextLength = 200)
    {
        _characters = characters;
        _bytes = [[], .. characters.Select(c => Encoding.UTF8.GetBytes([c]))];
        var uniforms = new HashedUniforms(seed);
        _logits = [.. Enumerable.Range(0, Size).Select(last => Enumerable.Range(0, Size).Select(next => (float)(3 * uniforms.Next("logit", 0, last, next))).ToArray())];
        Info = new ModelInfo { Name = "bigram", Architecture = "table", VocabularySize = Size, Width = 1, Layers = 1, ContextLength = contextLength, Parameters = Size * Size };
    }

    public ModelInfo Info { get; }

    public IVocabulary Vocabulary => this;

    public int Size => _characters.Length + 1;

    public int? BeginOfSequence => null;

    public int? EndOfSequence => 0;

    public string? ChatTemplate => null;

    /// <summary>Natural-log probability of a token after another.</summary>
    public double LogProb(int last, int next)
    {
        double sum = 0;
        foreach (float logit in _logits[last])
        {
            sum += Math.Exp(logit);
        }
        return _logits[last][next] - Math.Log(sum);
    }

    public ReadOnlySpan<float> LogitsAfter(int token) => _logits[token];

    public int[] Encode(string text, bool addSpecialTokens = false) => [.. text.Select(c => _characters.IndexOf(c, StringComparison.Ordinal) + 1)];

    public void Encode(ReadOnlySpan<char> text, IBufferWriter<int> tokens, bool addSpecialTokens = false) =>
        tokens.Write(Encode(text.ToString(), addSpecialTokens));

    public string Name(int token) => token == 0 ? "<end>" : _characters[token - 1].ToString();

    public bool TryFind(string name, out int token)
    {
        token = name == "<end>" ? 0 : name.Length == 1 ? _characters.IndexOf(name[0], StringComparison.Ordinal) + 1 : -1;
        return token > 0 || name == "<end>";
    }

    public string Decode(ReadOnlySpan<int> tokens, bool skipSpecialTokens = true)
    {
        var text = new StringBuilder();
        foreach (int token in tokens)
        {
            text.Append(token == 0 ? "" : _characters[token - 1]);
        }
        return text.ToString();
    }

    public ReadOnlySpan<byte> Bytes(int token) => _bytes[token];

    public bool IsSpecial(int token) => token == 0;

    public void CopyOutputKey(int token, Span<float> key) => key[0] = token;

    public ISession Open(SessionOptions options) => new BigramSession(this, options);

    public void Dispose()
    {
    }
}
