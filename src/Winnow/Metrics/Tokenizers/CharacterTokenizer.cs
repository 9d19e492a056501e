using System.Text;

namespace Winnow.Metrics.Tokenizers;

/// <summary>Every code point but white space is a token (<c>char</c>).</summary>
public sealed class CharacterTokenizer : TextTokenizer
{
    private CharacterTokenizer()
    {
    }

    /// <summary>The one instance.</summary>
    public static CharacterTokenizer Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "char";

    /// <inheritdoc/>
    public override void Tokenize(ReadOnlySpan<char> text, TokenList tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        while (!text.IsEmpty)
        {
            Rune.DecodeFromUtf16(text, out _, out int length);
            if (!TokenList.IsSpace(text[0]))
            {
                tokens.Add(text[..length]);
            }
            text = text[length..];
        }
    }
}
