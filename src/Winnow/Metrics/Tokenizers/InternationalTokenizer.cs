using System.Buffers;
using System.Globalization;
using System.Text;

namespace Winnow.Metrics.Tokenizers;

/// <summary>The international tokenizer of mteval-v14: Unicode punctuation and symbols stand alone (<c>intl</c>).</summary>
/// <remarks>
/// Punctuation between numbers stays where it is; so does a stop after a number at the very end, as in the original.
/// Source: NIST mteval-v14.pl. Cost: O(length).
/// </remarks>
public sealed class InternationalTokenizer : TextTokenizer
{
    private InternationalTokenizer()
    {
    }

    /// <summary>The one instance.</summary>
    public static InternationalTokenizer Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "intl";

    /// <inheritdoc/>
    public override void Tokenize(ReadOnlySpan<char> text, TokenList tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        int room = SpacingPass.RoomFor(text.Length);
        char[] buffer = ArrayPool<char>.Shared.Rent(2 * room);
        text.CopyTo(buffer);
        var pass = new SpacingPass(buffer.AsSpan(0, room), buffer.AsSpan(room, room), text.Length);
        pass.SplitAndCloseAfter<PunctuationAfterNoNumber>();
        pass.SplitAndOpenBefore<PunctuationBeforeNoNumber>();
        pass.Surround<Symbol>();
        tokens.AddWords(pass.Text);
        ArrayPool<char>.Shared.Return(buffer);
    }

    private readonly struct PunctuationAfterNoNumber : IPairRule
    {
        public static bool Matches(Rune first, Rune second) => Rune.IsPunctuation(second) && !Rune.IsNumber(first);
    }

    private readonly struct PunctuationBeforeNoNumber : IPairRule
    {
        public static bool Matches(Rune first, Rune second) => Rune.IsPunctuation(first) && !Rune.IsNumber(second);
    }

    private readonly struct Symbol : ICodePointRule
    {
        public static bool Matches(Rune c) => Rune.GetUnicodeCategory(c)
            is UnicodeCategory.MathSymbol or UnicodeCategory.CurrencySymbol or UnicodeCategory.ModifierSymbol or UnicodeCategory.OtherSymbol;
    }
}
