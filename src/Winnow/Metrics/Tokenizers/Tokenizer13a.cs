using System.Buffers;

namespace Winnow.Metrics.Tokenizers;

/// <summary>The tokenizer of NIST's mteval-v13a, the default of BLEU in machine translation (<c>13a</c>).</summary>
/// <remarks>
/// Skipped tags are dropped, words hyphenated over a line end are joined, four entities are unescaped; then ASCII
/// punctuation stands alone, except a stop or comma between digits, an apostrophe, and a dash that no digit precedes.
/// Source: NIST mteval-v13a.pl, as fixed by Post (2018), "A Call for Clarity in Reporting BLEU Scores". Cost: O(length).
/// </remarks>
public sealed class Tokenizer13a : TextTokenizer
{
    private const string SkippedTag = "<skipped>";

    private Tokenizer13a()
    {
    }

    /// <summary>The one instance.</summary>
    public static Tokenizer13a Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "13a";

    /// <inheritdoc/>
    /// <remarks>All rules look at neighbours, of which white space is like the end of a text; only a hyphen at a line's end joins two words, and a skipped tag may have stood between them.</remarks>
    public override bool IsWordwise(ReadOnlySpan<char> text) =>
        !text.Contains("-\n", StringComparison.Ordinal) && !text.Contains(SkippedTag, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override void Tokenize(ReadOnlySpan<char> text, TokenList tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        int room = SpacingPass.RoomFor(text.Length);
        char[] buffer = ArrayPool<char>.Shared.Rent(2 * room);
        Span<char> first = buffer.AsSpan(0, room);
        first[0] = ' ';
        text.CopyTo(first[1..]);
        Span<char> body = first.Slice(1, text.Length);
        int length = Entities.Replace(body, SkippedTag, null);
        length = Entities.Replace(body[..length], "-\n", null);
        body[..length].Replace('\n', ' ');
        length = Entities.Unescape(body[..length]);
        first[length + 1] = ' ';
        var pass = new SpacingPass(first, buffer.AsSpan(room, room), length + 2);
        WesternPunctuation.Separate(ref pass);
        tokens.AddWords(pass.Text);
        ArrayPool<char>.Shared.Return(buffer);
    }
}
