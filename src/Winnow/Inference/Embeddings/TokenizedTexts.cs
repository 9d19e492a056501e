using System.Buffers;
using Winnow.Inference.Tokenizers;
using Winnow.Models;

namespace Winnow.Inference.Embeddings;

/// <summary>Texts as tokens, one after the other, each cut to a length. Used again for every batch.</summary>
/// <param name="vocabulary">The tokenizer.</param>
/// <param name="maxTokens">Longest text, special tokens included.</param>
internal sealed class TokenizedTexts(IVocabulary vocabulary, int maxTokens)
{
    private readonly ArrayBufferWriter<int> _text = new();
    private readonly ArrayBufferWriter<int> _tokens = new();
    private readonly ArrayBufferWriter<int> _lengths = new();

    public ReadOnlyMemory<int> Tokens => _tokens.WrittenMemory;

    public ReadOnlyMemory<int> Lengths => _lengths.WrittenMemory;

    public void Clear()
    {
        _tokens.ResetWrittenCount();
        _lengths.ResetWrittenCount();
    }

    /// <summary>Adds a text with the special tokens around it; what is too long is cut at the end of the text, before the special tokens behind it.</summary>
    public void Add(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _text.ResetWrittenCount();
        vocabulary.Encode(text.AsSpan(), _text, addSpecialTokens: true);
        ReadOnlySpan<int> tokens = _text.WrittenSpan;
        if (tokens.Length > maxTokens)
        {
            int behind = vocabulary is ModelTokenizer tokenizer ? Math.Min(tokenizer.Suffix.Length, maxTokens) : 0;
            _tokens.Write(tokens[..(maxTokens - behind)]);
            _tokens.Write(tokens[^behind..]);
        }
        else
        {
            _tokens.Write(tokens);
        }
        int length = Math.Min(tokens.Length, maxTokens);
        if (length == 0)
        {
            throw new ArgumentException("A text has no tokens; leave empty texts out, or use a model whose tokenizer puts special tokens around texts.", nameof(text));
        }
        _lengths.GetSpan(1)[0] = length;
        _lengths.Advance(1);
    }
}
