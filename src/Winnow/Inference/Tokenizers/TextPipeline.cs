using Winnow.Inference.Tokenizers.Models;
using Winnow.Inference.Tokenizers.PreTokenizers;

namespace Winnow.Inference.Tokenizers;

/// <summary>
/// The way of a text to its tokens: added tokens are taken out, the rest is normalised, cut into pieces, and each
/// piece becomes tokens. Immutable and thread-safe; working memory belongs to the thread.
/// </summary>
/// <param name="steps">Steps, in the order in which they are done.</param>
/// <param name="model">Makes tokens of pieces.</param>
internal sealed class TextPipeline(IReadOnlyList<TextStep> steps, PieceModel model)
{
    [ThreadStatic]
    private static Work? t_work;

    private readonly TextStep[] _steps = [.. steps];
    private readonly PieceCache _cache = new();

    /// <summary>Sends a text through.</summary>
    /// <param name="utf8">Well-formed UTF-8.</param>
    /// <param name="tokens">Receives ids.</param>
    public void Run(ReadOnlySpan<byte> utf8, System.Buffers.IBufferWriter<int> tokens)
    {
        Work work = Take();
        work.Ids.Target = tokens;
        work.Sink = work.Ids;
        try
        {
            Run(new AlignedText(utf8, default, default, isStart: true), work);
        }
        finally
        {
            work.Ids.Target = null;
        }
    }

    /// <summary>Sends a text through and keeps what each token covers.</summary>
    /// <param name="utf8">Well-formed UTF-8.</param>
    public List<TokenSpan> RunWithSpans(ReadOnlySpan<byte> utf8)
    {
        var begins = new int[utf8.Length];
        var ends = new int[utf8.Length];
        int next = -1;
        for (int i = 0; i < utf8.Length; i++)
        {
            bool isContinuation = (utf8[i] & 0xC0) == 0x80;
            next += isContinuation ? 0 : 1;
            begins[i] = next;
            ends[i] = next + 1;
        }
        Work work = Take();
        var sink = new SpanSink();
        work.Sink = sink;
        Run(new AlignedText(utf8, begins, ends, isStart: true), work);
        return sink.Spans;
    }

    private Work Take()
    {
        Work work = t_work ??= new Work();
        while (work.Buffers.Count < _steps.Length)
        {
            work.Buffers.Add(new AlignedTextBuffer());
        }
        return work;
    }

    private void Run(AlignedText text, Work work)
    {
        work.SourceLength = text.Length;
        Step(text, 0, work);
        work.Pieces.Trim();
    }

    private void Step(AlignedText text, int step, Work work)
    {
        if (text.IsEmpty)
        {
            return;
        }
        if (step == _steps.Length)
        {
            work.Sink!.Piece(text, model, _cache, work.Pieces);
            return;
        }
        switch (_steps[step])
        {
            case TextRewriter rewriter:
                AlignedTextBuffer buffer = work.Buffers[step];
                buffer.Reset(work.SourceLength, isAligned: !text.Begins.IsEmpty);
                rewriter.Rewrite(text, buffer);
                Step(buffer.Text(text.IsStart), step + 1, work);
                break;
            case Splitter splitter:
                Split(text, splitter, step, work);
                break;
            case AddedTokenMatcher matcher:
                TakeOut(text, matcher, step, work);
                break;
        }
    }

    private void Split(AlignedText text, Splitter splitter, int step, Work work)
    {
        for (int at = 0; at < text.Length;)
        {
            int length = splitter.FirstPiece(text.Bytes[at..]);
            AlignedText piece = text.Slice(at, length);
            if (!splitter.IsDropped(piece.Bytes))
            {
                Step(piece, step + 1, work);
            }
            at += length;
        }
    }

    private void TakeOut(AlignedText text, AddedTokenMatcher matcher, int step, Work work)
    {
        for (int at = 0; at < text.Length;)
        {
            AddedToken? found = matcher.Next(text.Bytes[at..], out int start, out int end);
            Step(text.Slice(at, start), step + 1, work);
            if (found is null)
            {
                break;
            }
            work.Sink!.Added(found.Id, text.Slice(at + start, end - start));
            at += end;
        }
    }

    private sealed class Work
    {
        public List<AlignedTextBuffer> Buffers { get; } = [];

        public PieceWork Pieces { get; } = new();

        public IdSink Ids { get; } = new();

        public TokenSink? Sink { get; set; }

        public int SourceLength { get; set; }
    }
}
