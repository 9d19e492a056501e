using Winnow.Inference.Kernels;
using Winnow.Models;

namespace Winnow.Inference.Sessions;

/// <content>Passes through the model and what they leave to be read.</content>
internal sealed unsafe partial class DecoderSession
{
    private const Read AnyLogits = Read.LastLogits | Read.AllLogits;
    private const Read AnyHidden = Read.LastHidden | Read.AllHidden;

    private readonly PassSchedule _schedule;
    private PassToken[] _tokens = new PassToken[64];
    private OutputRequest[] _requests = new OutputRequest[64];
    private int _tokenCount;
    private int _requestCount;
    private long _pass;

    /// <inheritdoc/>
    public void Forward(in TokenBatch batch, Read read)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        CheckBatch(batch, read);
        BeginPass();
        int at = 0;
        for (int i = 0; i < batch.Rows.Length; i++)
        {
            RowState row = _rows[batch.Rows[i]];
            AppendToPass(row, batch.Tokens.Slice(at, batch.Counts[i]), row.Length, read);
            at += batch.Counts[i];
        }
        EndPass();
    }

    /// <inheritdoc/>
    public ReadOnlySpan<float> Logits(int row, int position)
    {
        RowState state = Row(row);
        RowResult result = Result(state, row, AnyLogits, "logits");
        CheckPosition(row, position, result.FirstLogits, Math.Min(result.Last, state.Length - 1));
        return result.Logits.Span((long)(position - result.FirstLogits) * _settings.VocabularySize, _settings.VocabularySize);
    }

    /// <inheritdoc/>
    public ReadOnlySpan<float> LogProbs(int row)
    {
        RowState state = Row(row);
        RowResult result = Result(state, row, Read.LogProbs, "log-probabilities");
        return result.LogProbs.Span(0, Math.Clamp(state.Length - result.First, 0, result.Count));
    }

    /// <inheritdoc/>
    public ReadOnlySpan<float> Hidden(int row, int position)
    {
        RowState state = Row(row);
        RowResult result = Result(state, row, AnyHidden, "hidden states");
        CheckPosition(row, position, Has(result.Read, Read.AllHidden) ? result.First : result.Last, Math.Min(result.Last, state.Length - 1));
        return result.Hidden.Span((long)(position - result.FirstHidden) * _settings.Width, _settings.Width);
    }

    // Enum.HasFlag allocates until it is compiled for speed.
    private static bool Has(Read read, Read some) => (read & some) != Read.None;

    private static RowResult Result(RowState state, int row, Read wanted, string what) =>
        state.Result is { } result && Has(result.Read, wanted)
            ? result
            : throw new InvalidOperationException($"The last pass over row {row} did not ask for {what}. Ask with {nameof(Read)} when tokens are forwarded; a restored row needs a pass first.");

    private static void CheckPosition(int row, int position, int first, int last)
    {
        if (position < first || position > last)
        {
            throw new InvalidOperationException($"The last pass over row {row} left this for positions {first} to {last}, not for {position}.");
        }
    }

    private void CheckBatch(in TokenBatch batch, Read read)
    {
        if (batch.Rows.Length != batch.Counts.Length)
        {
            throw new ArgumentException($"The batch names {batch.Rows.Length} rows and {batch.Counts.Length} counts; there must be one for each row.", nameof(batch));
        }
        if (Has(read, (AnyLogits | Read.LogProbs)) && !_schedule.HasHead)
        {
            throw new InvalidOperationException("The model scores tokens and has no output matrix: only hidden states can be read.");
        }
        _pass++;
        long total = 0;
        for (int i = 0; i < batch.Rows.Length; i++)
        {
            RowState row = Row(batch.Rows[i]);
            int count = batch.Counts[i];
            if (count < 1)
            {
                throw new ArgumentException($"Row {batch.Rows[i]} gets {count} tokens; it must get at least 1, or be left out.", nameof(batch));
            }
            if (row.Pass == _pass)
            {
                throw new ArgumentException($"Row {batch.Rows[i]} stands in the batch twice.", nameof(batch));
            }
            row.Pass = _pass;
            if ((long)row.Length + count > _settings.ContextLength)
            {
                throw new InvalidOperationException($"Row {batch.Rows[i]} has {row.Length} tokens and would get {count} more; the model's context holds {_settings.ContextLength}.");
            }
            total += count;
        }
        if (total != batch.Tokens.Length)
        {
            throw new ArgumentException($"The counts sum to {total}; the batch has {batch.Tokens.Length} tokens.", nameof(batch));
        }
        CheckTokens(batch.Tokens, nameof(batch));
        CheckRoom(batch.Tokens.Length);
        long all = batch.Tokens.Length + (long)batch.Rows.Length;
        CheckMemory(
            batch.Tokens.Length, batch.Rows.Length, Has(read, Read.AllHidden | Read.AllLogits | Read.LogProbs) ? all : batch.Rows.Length,
            Has(read, Read.AllLogits) ? all : batch.Rows.Length);
    }

    private void BeginPass()
    {
        _tokenCount = 0;
        _requestCount = 0;
    }

    private void EndPass()
    {
        ForwardTokens += _tokenCount;
        _schedule.Run(_tokens, _tokenCount, _requests, _requestCount);
    }

    /// <summary>Puts a row's next tokens into the pass, with what is to be read of them.</summary>
    /// <param name="row">The row; it may hold the tokens already.</param>
    /// <param name="tokens">The tokens.</param>
    /// <param name="first">Position of the first of them.</param>
    /// <param name="read">What is wanted.</param>
    private void AppendToPass(RowState row, ReadOnlySpan<int> tokens, int first, Read read)
    {
        int last = first + tokens.Length - 1;
        // The log-probability of the first token needs the state of the one before it.
        bool needsPrevious = Has(read, Read.LogProbs) && first > 0;
        int firstHidden = needsPrevious ? first - 1 : Has(read, (Read.AllHidden | Read.AllLogits | Read.LogProbs)) ? first : last;
        int firstLogits = Has(read, Read.AllLogits) ? first : last;
        RowResult result = NextResult(row, firstHidden, last, firstLogits, read, out bool hasPrevious);
        result.First = first;
        result.Count = tokens.Length;
        result.FirstHidden = firstHidden;
        result.FirstLogits = firstLogits;
        result.Read = read;
        row.Result = result;
        if (needsPrevious && !hasPrevious)
        {
            AddToken(row, TokenAt(row, first - 1), first - 1, default, result);
        }
        for (int i = 0; i < tokens.Length; i++)
        {
            PageSpan slot = default;
            if (first + i == row.Length)
            {
                int leaf = row.Leaf;
                slot = _tree.Append(ref leaf, tokens[i]);
                row.Leaf = leaf;
                row.Append(slot);
            }
            AddToken(row, tokens[i], first + i, slot, result);
        }
        AddRequests(result, tokens);
    }

    private RowResult NextResult(RowState row, int firstHidden, int last, int firstLogits, Read read, out bool hasPrevious)
    {
        RowResult? old = row.Result;
        bool hasLogits = Has(read, AnyLogits) && _schedule.HasHead;
        long hidden = (last - firstHidden + 1L) * _settings.Width;
        long logits = hasLogits ? (last - firstLogits + 1L) * _settings.VocabularySize : 0;
        long logProbs = Has(read, Read.LogProbs) ? last - firstHidden + 1L : 0;
        // Positions up to the row's end are those of the last pass, also after the row was shortened.
        hasPrevious = Has(read, Read.LogProbs) && old is not null && firstHidden >= old.FirstHidden && firstHidden <= old.Last;
        ReadOnlySpan<float> previous = hasPrevious
            ? old!.Hidden.Span((long)(firstHidden - old.FirstHidden) * _settings.Width, _settings.Width)
            : default;
        // A row that shares its result, or whose buffer must grow under the state it still needs, takes a fresh one.
        RowResult result = old is { References: 1 } && (!hasPrevious || old.Hidden.Length >= hidden) ? old : TakeResult();
        result.Reserve(hidden, logits, logProbs);
        if (hasPrevious)
        {
            previous.CopyTo(result.Hidden.Span(0, _settings.Width));
        }
        if (result != old)
        {
            Drop(old);
        }
        return result;
    }

    private RowResult TakeResult()
    {
        if (!_spareResults.TryPop(out RowResult? result))
        {
            result = new RowResult();
            _allResults.Add(result);
        }
        result.References = 1;
        return result;
    }

    private int TokenAt(RowState row, int position)
    {
        ReadOnlySpan<PageSpan> spans = row.Spans.Span;
        int end = row.Length;
        for (int i = spans.Length - 1; i >= 0; i--)
        {
            end -= spans[i].Count;
            if (position >= end)
            {
                return _pages.Token(spans[i].Page, spans[i].Start + position - end);
            }
        }
        throw new InvalidOperationException($"The row has no position {position}.");
    }

    private void AddToken(RowState row, int token, int position, PageSpan slot, RowResult result)
    {
        if (_tokenCount == _tokens.Length)
        {
            Array.Resize(ref _tokens, 2 * _tokenCount);
        }
        _tokens[_tokenCount++] = new PassToken
        {
            Token = token,
            Position = position,
            Row = row,
            Page = slot.Page,
            Slot = slot.Count == 0 ? -1 : slot.Start,
            Hidden = position >= result.FirstHidden
                ? result.Hidden.Pointer + ((long)(position - result.FirstHidden) * _settings.Width)
                : null,
        };
    }

    private void AddRequests(RowResult result, ReadOnlySpan<int> tokens)
    {
        bool hasLogits = Has(result.Read, AnyLogits) && _schedule.HasHead;
        bool hasLogProbs = Has(result.Read, Read.LogProbs);
        if (hasLogProbs && result.First == 0)
        {
            // Nothing stands before the first token of a row.
            result.LogProbs.Span(0, 1)[0] = float.NaN;
        }
        for (int position = result.FirstHidden; position <= result.Last; position++)
        {
            bool wantsLogits = hasLogits && position >= result.FirstLogits;
            bool wantsLogProb = hasLogProbs && position < result.Last;
            if (!wantsLogits && !wantsLogProb)
            {
                continue;
            }
            if (_requestCount == _requests.Length)
            {
                Array.Resize(ref _requests, 2 * _requestCount);
            }
            int next = position + 1 - result.First;
            _requests[_requestCount++] = new OutputRequest
            {
                Hidden = result.Hidden.Pointer + ((long)(position - result.FirstHidden) * _settings.Width),
                Logits = wantsLogits ? result.Logits.Pointer + ((long)(position - result.FirstLogits) * _settings.VocabularySize) : null,
                Target = wantsLogProb ? tokens[next] : -1,
                LogProb = wantsLogProb ? result.LogProbs.Pointer + next : null,
            };
        }
    }
}
