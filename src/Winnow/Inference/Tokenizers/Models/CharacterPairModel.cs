using System.Text;

namespace Winnow.Inference.Tokenizers.Models;

/// <summary>Byte pairs over characters, as SentencePiece makes them; characters that are no token become their bytes or the unknown token.</summary>
/// <param name="names">Tokens by name.</param>
/// <param name="merges">Pairs that are joined.</param>
/// <param name="unknown">What becomes of characters that are no token.</param>
/// <param name="ignoresMerges">Whether a piece that is a token is taken as it is, whatever the merges say.</param>
internal sealed class CharacterPairModel(
    ByteStrings names, BytePairMerges merges, UnknownText unknown, bool ignoresMerges) : PieceModel
{
    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<byte> piece, PieceWork work)
    {
        if (ignoresMerges && names.Find(piece) is >= 0 and var whole)
        {
            work.Tokens.Add(new PieceToken(whole, piece.Length));
            return;
        }
        int first = work.Tokens.Count;
        while (!piece.IsEmpty)
        {
            _ = Rune.DecodeFromUtf8(piece, out _, out int length);
            if (names.Find(piece[..length]) is >= 0 and var token)
            {
                work.Tokens.Add(new PieceToken(token, length));
            }
            else
            {
                unknown.Append(piece[..length], work, first);
            }
            piece = piece[length..];
        }
        merges.Apply(work, first);
    }
}
