namespace Winnow.Inference.Tokenizers.Models;

/// <summary>Byte pairs over bytes: every text has tokens, and they give it back byte for byte.</summary>
/// <param name="tokenOfByte">Shape [256]; the token of each byte.</param>
/// <param name="merges">Pairs that are joined.</param>
/// <param name="wholePieces">Tokens that a piece becomes whatever the merges say; null where merges decide.</param>
internal sealed class ByteLevelModel(int[] tokenOfByte, BytePairMerges merges, Dictionary<byte[], int>? wholePieces) : PieceModel
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
        foreach (byte b in piece)
        {
            work.Tokens.Add(new PieceToken(tokenOfByte[b], 1));
        }
        merges.Apply(work, first);
    }
}
