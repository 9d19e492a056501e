using System.Text;

namespace Winnow.Inference.Tokenizers.Models;

/// <summary>The most probable way to cut a piece into tokens that are drawn independently of each other (Viterbi).</summary>
/// <remarks>
/// Source: Kudo (2018), Subword Regularization. O(n · longest token). A character that no token covers costs ten nats
/// more than the least probable token; unknown characters that follow each other become one.
/// </remarks>
internal sealed class UnigramModel : PieceModel
{
    private const double UnknownPenalty = 10;

    private readonly PrefixTrie _tokens;
    private readonly double[] _logProbs;
    private readonly double _unknownScore;
    private readonly UnknownText _unknown;

    /// <param name="tokens">The UTF-8 of names and their tokens.</param>
    /// <param name="logProbs">Shape [V]; natural logs.</param>
    /// <param name="unknown">What becomes of characters that no token covers.</param>
    public UnigramModel(PrefixTrie tokens, double[] logProbs, UnknownText unknown)
    {
        _tokens = tokens;
        _logProbs = logProbs;
        _unknown = unknown;
        _unknownScore = logProbs.Min() - UnknownPenalty;
    }

    /// <inheritdoc/>
    public override bool ShowsText => true;

    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<byte> piece, PieceWork work)
    {
        const int Nothing = -1;
        const int Unknown = -2;
        int n = piece.Length;
        Span<double> scores = work.Scores(n + 1);
        Span<int> starts = work.Previous(n + 1);
        Span<int> tokens = work.Next(n + 1);
        tokens.Fill(Nothing);
        scores[0] = 0;
        for (int start = 0; start < n;)
        {
            _ = Rune.DecodeFromUtf8(piece[start..], out _, out int character);
            double here = scores[start];
            bool isCovered = false;
            int node = PrefixTrie.Root;
            for (int end = start; end < n && (node = _tokens.Child(node, piece[end])) >= 0; end++)
            {
                int token = _tokens.Value(node);
                if (token >= 0)
                {
                    Offer(end + 1, here + _logProbs[token], start, token, scores, starts, tokens);
                    isCovered |= end + 1 - start == character;
                }
            }
            if (!isCovered)
            {
                Offer(start + character, here + _unknownScore, start, Unknown, scores, starts, tokens);
            }
            start += character;
        }
        Append(piece, starts, tokens, Unknown, work);
    }

    private static void Offer(int end, double score, int start, int token, Span<double> scores, Span<int> starts, Span<int> tokens)
    {
        if (tokens[end] == -1 || score > scores[end])
        {
            (scores[end], starts[end], tokens[end]) = (score, start, token);
        }
    }

    private void Append(ReadOnlySpan<byte> piece, Span<int> starts, Span<int> tokens, int unknown, PieceWork work)
    {
        List<PieceToken> back = work.Path;
        back.Clear();
        for (int end = piece.Length; end > 0; end = starts[end])
        {
            back.Add(new PieceToken(tokens[end], end - starts[end]));
        }
        int first = work.Tokens.Count;
        int at = 0;
        int unknownBytes = 0;
        for (int i = back.Count - 1; i >= 0; i--)
        {
            if (back[i].Id == unknown)
            {
                unknownBytes += back[i].Length;
                continue;
            }
            at += AppendUnknown(piece.Slice(at, unknownBytes), work, first);
            unknownBytes = 0;
            work.Tokens.Add(back[i]);
            at += back[i].Length;
        }
        AppendUnknown(piece.Slice(at, unknownBytes), work, first);
    }

    private int AppendUnknown(ReadOnlySpan<byte> text, PieceWork work, int first)
    {
        if (!text.IsEmpty)
        {
            _unknown.Append(text, work, first);
        }
        return text.Length;
    }
}
