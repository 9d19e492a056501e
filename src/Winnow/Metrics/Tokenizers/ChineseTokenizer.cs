using System.Buffers;
using System.Text;

namespace Winnow.Metrics.Tokenizers;

/// <summary>Chinese characters stand alone, the rest follows the rules of <c>13a</c> (<c>zh</c>).</summary>
/// <remarks>
/// Source: sacrebleu's <c>zh</c> tokenizer. Its two ranges meant for planes beyond the first in effect name U+2001 to
/// U+2A6D; they are kept so, for a score under the same signature must be the same number. Cost: O(length).
/// </remarks>
public sealed class ChineseTokenizer : TextTokenizer
{
    private ChineseTokenizer()
    {
    }

    /// <summary>The one instance.</summary>
    public static ChineseTokenizer Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "zh";

    /// <inheritdoc/>
    public override void Tokenize(ReadOnlySpan<char> text, TokenList tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        text = text.Trim();
        int room = SpacingPass.RoomFor(text.Length);
        char[] buffer = ArrayPool<char>.Shared.Rent(2 * room);
        text.CopyTo(buffer);
        var pass = new SpacingPass(buffer.AsSpan(0, room), buffer.AsSpan(room, room), text.Length);
        pass.Surround<Chinese>();
        WesternPunctuation.Separate(ref pass);
        tokens.AddWords(pass.Text);
        ArrayPool<char>.Shared.Return(buffer);
    }

    private readonly struct Chinese : ICodePointRule
    {
        public static bool Matches(Rune c) => c.Value
            is (>= 0x2001 and <= 0x2A6D) or (>= 0x2E80 and <= 0x2FDF) or (>= 0x2FF0 and <= 0x303F) or (>= 0x3100 and <= 0x312F)
            or (>= 0x31A0 and <= 0x31BF) or (>= 0x31C0 and <= 0x31EF) or (>= 0x3200 and <= 0x33FF) or (>= 0x3400 and <= 0x4DB5)
            or (>= 0x4E00 and <= 0x9FBB) or (>= 0xF900 and <= 0xFA2D) or (>= 0xFA30 and <= 0xFA6A) or (>= 0xFA70 and <= 0xFAD9)
            or (>= 0xFE10 and <= 0xFE1F) or (>= 0xFE30 and <= 0xFE4F) or (>= 0xFF00 and <= 0xFFEF);
    }
}
