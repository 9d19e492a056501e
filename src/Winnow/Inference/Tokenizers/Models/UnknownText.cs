using System.Globalization;

namespace Winnow.Inference.Tokenizers.Models;

/// <summary>What becomes of characters that a vocabulary does not hold: tokens of their bytes, the unknown token, or nothing.</summary>
/// <param name="ByteTokens">Shape [256]; the tokens named &lt;0x00&gt; … &lt;0xFF&gt;, −1 where there is none; null where bytes are not fallen back on.</param>
/// <param name="Unknown">The unknown token; null where there is none.</param>
/// <param name="IsFused">Whether unknown characters that follow each other become one token.</param>
internal sealed record UnknownText(int[]? ByteTokens, int? Unknown, bool IsFused)
{
    /// <summary>Appends the tokens of unknown text.</summary>
    /// <param name="text">UTF-8 of one or more characters.</param>
    /// <param name="work">Receives the tokens.</param>
    /// <param name="first">First token of this piece.</param>
    public void Append(ReadOnlySpan<byte> text, PieceWork work, int first)
    {
        if (ByteTokens is not null && HasAll(text))
        {
            foreach (byte b in text)
            {
                work.Tokens.Add(new PieceToken(ByteTokens[b], 1));
            }
            return;
        }
        // Text that the vocabulary drops still has a length, or the tokens after it would be thought to stand earlier.
        int id = Unknown ?? Dropped;
        if (IsFused && work.Tokens.Count > first && work.Tokens[^1].Id == id)
        {
            work.Tokens[^1] = new PieceToken(id, work.Tokens[^1].Length + text.Length);
            return;
        }
        work.Tokens.Add(new PieceToken(id, text.Length));
    }

    /// <summary>Bytes of the name of a token that is named after a byte.</summary>
    public const int ByteNameLength = 6;

    /// <summary>Stands for text that has no token.</summary>
    public const int Dropped = -2;

    /// <summary>The tokens named after bytes.</summary>
    /// <param name="names">Tokens by name.</param>
    public static int[] FindByteTokens(ByteStrings names)
    {
        var tokens = new int[256];
        for (int b = 0; b < 256; b++)
        {
            tokens[b] = names.Find(ByteName(b));
        }
        return tokens;
    }

    /// <summary>The byte that a token is named after; null where it is named otherwise.</summary>
    public static byte? ByteOf(ReadOnlySpan<byte> name) =>
        name.Length == ByteNameLength && name.StartsWith("<0x"u8) && name[5] == '>'
        && byte.TryParse(name.Slice(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value)
            ? value
            : null;

    private static string ByteName(int value) => string.Create(CultureInfo.InvariantCulture, $"<0x{value:X2}>");

    private bool HasAll(ReadOnlySpan<byte> text)
    {
        foreach (byte b in text)
        {
            if (ByteTokens![b] < 0)
            {
                return false;
            }
        }
        return true;
    }
}
