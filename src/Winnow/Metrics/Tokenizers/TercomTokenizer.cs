using System.Buffers;
using System.Text;

namespace Winnow.Metrics.Tokenizers;

/// <summary>The normalisation of Tercom, the reference implementation of TER (<c>tercom</c>).</summary>
/// <param name="options">What is normalised.</param>
/// <remarks>
/// Source: Tercom's Normalizer, as in sacrebleu. Its rules for kana apply at the start of a text only, before which
/// normalisation has put a space, so that they never act; they are left out. Cost: O(length).
/// </remarks>
public sealed class TercomTokenizer(TerOptions options) : TextTokenizer
{
    /// <inheritdoc/>
    public override string Name => "tercom";

    /// <inheritdoc/>
    public override void Tokenize(ReadOnlySpan<char> text, TokenList tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        int room = SpacingPass.RoomFor(text.Length);
        char[] buffer = ArrayPool<char>.Shared.Rent(2 * room);
        Span<char> first = buffer.AsSpan(0, room);
        first[0] = ' ';
        Span<char> body = first.Slice(1, text.Length);
        int length = text.Length;
        if (options.CaseSensitive)
        {
            text.CopyTo(body);
        }
        else
        {
            text.ToLowerInvariant(body);
        }
        if (options.Normalized)
        {
            length = Entities.Replace(body, "\n-", null);
            body[..length].Replace('\n', ' ');
            length = Entities.Unescape(body[..length]);
        }
        first[length + 1] = ' ';
        var pass = new SpacingPass(first, buffer.AsSpan(room, room), length + 2);
        if (options.Normalized)
        {
            pass.Surround<WesternPunctuation.Symbols>();
            pass.OpenBefore("'s ");
            WesternPunctuation.SeparateStops(ref pass);
            if (options.AsianSupport)
            {
                pass.Surround<Ideograph>();
                pass.Surround<AsianPunctuation>();
            }
        }
        if (options.NoPunctuation)
        {
            pass.Remove<Punctuation>();
            if (options.AsianSupport)
            {
                pass.Remove<AsianPunctuation>();
            }
        }
        tokens.AddWords(pass.Text);
        ArrayPool<char>.Shared.Return(buffer);
    }

    private readonly struct Punctuation : ICodePointRule
    {
        public static bool Matches(Rune c) => c.Value is '.' or ',' or '?' or ':' or ';' or '!' or '"' or '(' or ')';
    }

    private readonly struct Ideograph : ICodePointRule
    {
        public static bool Matches(Rune c) => c.Value
            is (>= 0x2E80 and <= 0x2EFF) or (>= 0x31C0 and <= 0x31EF) or (>= 0x3200 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF)
            or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE4F);
    }

    private readonly struct AsianPunctuation : ICodePointRule
    {
        public static bool Matches(Rune c) => c.Value
            is 0x3001 or 0x3002 or (>= 0x3008 and <= 0x3011) or (>= 0x3014 and <= 0x301f) or (>= 0xff61 and <= 0xff65) or 0x30fb
            or 0xff0e or 0xff0c or 0xff1f or 0xff1a or 0xff1b or 0xff01 or 0xff02 or 0xff08 or 0xff09;
    }
}
