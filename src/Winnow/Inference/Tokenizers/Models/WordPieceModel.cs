namespace Winnow.Inference.Tokenizers.Models;

/// <summary>The longest token that fits, again and again; a word that cannot be covered so is one unknown token. O(n).</summary>
/// <remarks>Source: Wu et al. (2016), Google's Neural Machine Translation System; as BERT uses it.</remarks>
/// <param name="beginnings">Tokens that begin a word.</param>
/// <param name="continuations">Tokens that go on, without their prefix.</param>
/// <param name="unknown">The unknown token.</param>
/// <param name="maxCharacters">Words with more characters are unknown.</param>
internal sealed class WordPieceModel(PrefixTrie beginnings, PrefixTrie continuations, int unknown, int maxCharacters) : PieceModel
{
    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<byte> piece, PieceWork work)
    {
        int first = work.Tokens.Count;
        if (!IsTooLong(piece))
        {
            PrefixTrie tokens = beginnings;
            ReadOnlySpan<byte> rest = piece;
            while (true)
            {
                int token = tokens.Longest(rest, out int length);
                if (token < 0)
                {
                    break;
                }
                work.Tokens.Add(new PieceToken(token, length));
                rest = rest[length..];
                tokens = continuations;
                if (rest.IsEmpty)
                {
                    return;
                }
            }
        }
        work.Tokens.RemoveRange(first, work.Tokens.Count - first);
        work.Tokens.Add(new PieceToken(unknown, piece.Length));
    }

    private bool IsTooLong(ReadOnlySpan<byte> piece)
    {
        if (piece.Length <= maxCharacters)
        {
            return false;
        }
        int characters = 0;
        foreach (byte b in piece)
        {
            bool isContinuation = (b & 0xC0) == 0x80;
            characters += isContinuation ? 0 : 1;
        }
        return characters > maxCharacters;
    }
}
