namespace Winnow.Metrics.Tokenizers;

/// <summary>Splits a text into the tokens that a metric counts. Immutable and thread-safe.</summary>
/// <remarks>A score is only comparable to another with the same tokenizer, so its name is part of every signature.</remarks>
public abstract class TextTokenizer
{
    /// <summary>Every tokenizer by its name.</summary>
    public static IReadOnlyDictionary<string, TextTokenizer> ByName { get; } = new Dictionary<string, TextTokenizer>(StringComparer.Ordinal)
    {
        [Tokenizer13a.Instance.Name] = Tokenizer13a.Instance,
        [InternationalTokenizer.Instance.Name] = InternationalTokenizer.Instance,
        [CharacterTokenizer.Instance.Name] = CharacterTokenizer.Instance,
        [WhitespaceTokenizer.Instance.Name] = WhitespaceTokenizer.Instance,
        [ChineseTokenizer.Instance.Name] = ChineseTokenizer.Instance,
    };

    /// <summary>As in a signature: <c>13a</c>, <c>intl</c>, <c>char</c>, <c>none</c>, <c>zh</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Appends the tokens of a text.</summary>
    /// <param name="text">One segment.</param>
    /// <param name="tokens">Receives them, in order.</param>
    public abstract void Tokenize(ReadOnlySpan<char> text, TokenList tokens);

    /// <summary>Whether the tokens of a text are those of its words, the pieces between white space, one after the other; false where that is not sure.</summary>
    /// <remarks>Then words that come again need not be split again.</remarks>
    public virtual bool IsWordwise(ReadOnlySpan<char> text) => false;

    /// <summary>The tokens of a text.</summary>
    public string[] Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tokens = new TokenList();
        Tokenize(text, tokens);
        return tokens.ToArray();
    }

    /// <summary>The tokenizer of a name.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static TextTokenizer Named(string name) => ByName.TryGetValue(name, out TextTokenizer? tokenizer)
        ? tokenizer
        : throw new ArgumentException($"There is no tokenizer \"{name}\"; choose one of {string.Join(", ", ByName.Keys)}.", nameof(name));
}
