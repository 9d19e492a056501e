namespace Winnow.Inference.Tokenizers.Models;

/// <summary>Byte pairs over bytes: where every byte has a token, every text has tokens that give it back byte for byte.</summary>
/// <param name="tokenOfByte">Shape [256]; the token of each byte, −1 where it has none.</param>
/// <param name="unknown">What becomes of bytes without a token.</param>
/// <param name="merges">Pairs that are joined.</param>
/// <param name="wholePieces">Tokens that a piece becomes whatever the merges say; null where merges decide.</param>
internal sealed class ByteLevelModel(int[] tokenOfByte, UnknownText unknown, BytePairMerges merges, Dictionary<byte[], int>? wholePieces) : PieceModel
{
    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<byte> piece, PieceWork work)
    {
        if (wholePieces is not null && wholePieces.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(piece, out int whole))
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
    /// <param name="ids">Tokens by name, in the printable stand-ins of bytes.</param>
    /// <param name="unknown">What becomes of bytes without a token.</param>
    /// <param name="merges">Pairs that are joined.</param>
    /// <param name="ignoresMerges">Whether a piece that is a token is taken as it is, whatever the merges say.</param>
    public static ByteLevelModel Create(Dictionary<string, int> ids, UnknownText unknown, BytePairMerges merges, bool ignoresMerges)
    {
        var tokenOfByte = new int[256];
        for (int b = 0; b < 256; b++)
        {
            tokenOfByte[b] = ids.GetValueOrDefault(ByteAlphabet.Char((byte)b).ToString(), -1);
        }
        Dictionary<byte[], int>? whole = null;
        if (ignoresMerges)
        {
            whole = new Dictionary<byte[], int>(ByteComparer.Instance);
            foreach ((string name, int id) in ids)
            {
                whole.TryAdd(ByteAlphabet.Decode(name), id);
            }
        }
        return new ByteLevelModel(tokenOfByte, unknown, merges, whole);
    }
}
