using System.Text;

namespace Winnow.Inference.Tokenizers.Models;

/// <summary>Byte pairs over characters, as SentencePiece makes them; characters that are no token become their bytes or the unknown token.</summary>
/// <param name="pieces">Tokens by the UTF-8 of their names.</param>
/// <param name="merges">Pairs that are joined.</param>
/// <param name="unknown">What becomes of characters that are no token.</param>
/// <param name="ignoresMerges">Whether a piece that is a token is taken as it is, whatever the merges say.</param>
internal sealed class CharacterPairModel(
    Dictionary<byte[], int> pieces, BytePairMerges merges, UnknownText unknown, bool ignoresMerges) : PieceModel
{
    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<byte> piece, PieceWork work)
    {
        Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> lookup = pieces.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (ignoresMerges && lookup.TryGetValue(piece, out int whole))
        {
            work.Tokens.Add(new PieceToken(whole, piece.Length));
            return;
        }
        int first = work.Tokens.Count;
        while (!piece.IsEmpty)
        {
            _ = Rune.DecodeFromUtf8(piece, out _, out int length);
            if (lookup.TryGetValue(piece[..length], out int token))
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

    /// <summary>Makes a model.</summary>
    /// <param name="names">Names by id; null where there is none.</param>
    /// <param name="merges">Pairs that are joined.</param>
    /// <param name="unknown">What becomes of characters that are no token.</param>
    /// <param name="ignoresMerges">Whether a piece that is a token is taken as it is, whatever the merges say.</param>
    public static CharacterPairModel Create(string?[] names, BytePairMerges merges, UnknownText unknown, bool ignoresMerges)
    {
        var pieces = new Dictionary<byte[], int>(names.Length, ByteComparer.Instance);
        for (int id = 0; id < names.Length; id++)
        {
            if (names[id] is { Length: > 0 } name)
            {
                pieces.TryAdd(Encoding.UTF8.GetBytes(name), id);
            }
        }
        return new CharacterPairModel(pieces, merges, unknown, ignoresMerges);
    }
}
