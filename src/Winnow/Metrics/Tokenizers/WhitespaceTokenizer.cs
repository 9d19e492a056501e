namespace Winnow.Metrics.Tokenizers;

/// <summary>Splits at white space only: for text that is tokenized already (<c>none</c>).</summary>
public sealed class WhitespaceTokenizer : TextTokenizer
{
    private WhitespaceTokenizer()
    {
    }

    /// <summary>The one instance.</summary>
    public static WhitespaceTokenizer Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "none";

    /// <inheritdoc/>
    public override bool IsWordwise(ReadOnlySpan<char> text) => true;

    /// <inheritdoc/>
    public override void Tokenize(ReadOnlySpan<char> text, TokenList tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        tokens.AddWords(text);
    }
}
