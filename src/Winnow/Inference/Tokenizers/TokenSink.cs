using System.Buffers;
using System.Text;
using Winnow.Inference.Tokenizers.Models;

namespace Winnow.Inference.Tokenizers;

/// <summary>Receives what a text becomes.</summary>
internal abstract class TokenSink
{
    /// <summary>An added token that stood in the text.</summary>
    public abstract void Added(int token, AlignedText covered);

    /// <summary>A piece of text that becomes the model's tokens.</summary>
    public abstract void Piece(AlignedText piece, PieceModel model, PieceCache cache, PieceWork work);
}

/// <summary>Writes token ids. What a piece became before is looked up.</summary>
internal sealed class IdSink : TokenSink
{
    /// <summary>Where ids go.</summary>
    public IBufferWriter<int>? Target { get; set; }

    /// <inheritdoc/>
    public override void Added(int token, AlignedText covered)
    {
        Target!.GetSpan(1)[0] = token;
        Target.Advance(1);
    }

    /// <inheritdoc/>
    public override void Piece(AlignedText piece, PieceModel model, PieceCache cache, PieceWork work)
    {
        if (cache.TryGet(piece.Bytes, out int[]? known))
        {
            Target!.Write(known);
            return;
        }
        work.Tokens.Clear();
        model.Encode(piece.Bytes, work);
        Span<int> ids = Target!.GetSpan(Math.Max(1, work.Tokens.Count));
        int count = 0;
        foreach (PieceToken token in work.Written)
        {
            if (token.Id != UnknownText.Dropped)
            {
                ids[count++] = token.Id;
            }
        }
        cache.Add(piece.Bytes, ids[..count]);
        Target.Advance(count);
    }
}

/// <summary>A token with the code points it covers, and the text it shows where that is not its name.</summary>
internal readonly record struct TokenSpan(int Token, int Begin, int End, string? Shown);

/// <summary>Keeps tokens with what they cover.</summary>
internal sealed class SpanSink : TokenSink
{
    public List<TokenSpan> Spans { get; } = [];

    /// <inheritdoc/>
    public override void Added(int token, AlignedText covered) =>
        Spans.Add(new TokenSpan(token, covered.Begin(0), covered.End(covered.Length - 1), null));

    /// <inheritdoc/>
    public override void Piece(AlignedText piece, PieceModel model, PieceCache cache, PieceWork work)
    {
        work.Tokens.Clear();
        model.Encode(piece.Bytes, work);
        int at = 0;
        foreach (PieceToken token in work.Written)
        {
            if (token.Id != UnknownText.Dropped)
            {
                string? shown = model.ShowsText ? Encoding.UTF8.GetString(piece.Bytes.Slice(at, token.Length)) : null;
                Spans.Add(new TokenSpan(token.Id, piece.Begin(at), piece.End(at + token.Length - 1), shown));
            }
            at += token.Length;
        }
    }
}
