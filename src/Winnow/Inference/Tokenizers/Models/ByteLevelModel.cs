namespace Winnow.Inference.Tokenizers.Models;

/// <summary>Byte pairs over bytes: where every byte has a token, every text has tokens that give it back byte for byte.</summary>
/// <param name="tokenOfByte">Shape [256]; the token of each byte, −1 where it has none.</param>
/// <param name="unknown">What becomes of bytes without a token.</param>
/// <param name="merges">Pairs that are joined.</param>
/// <param name="wholePieces">Names that a piece may have as a whole, whatever the merges say; null where merges decide.</param>
internal sealed class ByteLevelModel(int[] tokenOfByte, UnknownText unknown, BytePairMerges merges, ByteStrings? wholePieces) : PieceModel
{
    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<byte> piece, PieceWork work)
    {
        if (wholePieces is not null && FindWhole(piece) is >= 0 and var whole)
        {
            work.Tokens.Add(new PieceToken(whole, piece.Length));
            return;
        }
        int first = work.Tokens.Count;
        for (int i = 0; i < piece.Length; i++)
        {
            int token = tokenOfByte[piece[i]];
            if (token >= 0)
            {
                work.Tokens.Add(new PieceToken(token, 1));
            }
            else
            {
                unknown.Append(piece.Slice(i, 1), work, first);
            }
        }
        merges.Apply(work, first);
    }

    /// <summary>Makes a model.</summary>
    /// <param name="names">Tokens by name, in the printable stand-ins of bytes.</param>
    /// <param name="unknown">What becomes of bytes without a token.</param>
    /// <param name="merges">Pairs that are joined.</param>
    /// <param name="ignoresMerges">Whether a piece that is a token is taken as it is, whatever the merges say.</param>
    public static ByteLevelModel Create(ByteStrings names, UnknownText unknown, BytePairMerges merges, bool ignoresMerges)
    {
        var tokenOfByte = new int[256];
        for (int b = 0; b < 256; b++)
        {
            tokenOfByte[b] = names.Find([ByteAlphabet.Char((byte)b)]);
        }
        return new ByteLevelModel(tokenOfByte, unknown, merges, ignoresMerges ? names : null);
    }

    // Names are written in stand-ins, of at most two bytes each.
    private int FindWhole(ReadOnlySpan<byte> piece)
    {
        const int MostOnStack = 256;
        Span<byte> name = 2 * piece.Length <= MostOnStack ? stackalloc byte[MostOnStack] : new byte[2 * piece.Length];
        return wholePieces!.Find(name[..ByteAlphabet.Encode(piece, name)]);
    }
}
