using System.Text;
using Winnow.Budgets;
using Winnow.Decoding;
using Winnow.Models;

namespace Winnow.Search;

/// <summary>Rows over a session of a white-box model.</summary>
/// <remarks>
/// The last token of a row goes through the model only when the row is extended again, so what ends costs no pass.
/// Rows that have ended leave the session. Every call reserves what it may draw and settles what it drew.
/// </remarks>
internal sealed class ModelPopulation(ILanguageModel model, int[] prompt, ModelProposerOptions options, SearchContext context, TimeProvider time) : IPopulation
{
    private const int NoRow = -1;

    private readonly List<PartialAnswer> _rows = [];
    private readonly List<int> _sessionRows = [];
    private readonly Dictionary<int, (PartialAnswer Answer, Branch? Branch)> _kept = [];
    private readonly byte[]? _answerLine = options.AnswerLine is { } line ? Encoding.UTF8.GetBytes(line) : null;
    private SharedPrompt? _shared;
    private TimeSpan _longestPass;

    public IReadOnlyList<PartialAnswer> Rows => _rows;

    public ValueTask GrowAsync(int rows, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        cancellationToken.ThrowIfCancellationRequested();
        for (int i = 0; i < rows; i++)
        {
            Usage call = new() { Calls = 1 };
            bool granted = context.Ledger.TryReserve(call, out Lease lease);
            using (lease)
            {
                if (granted)
                {
                    long start = time.GetTimestamp();
                    long before = _shared?.Session.ForwardTokens ?? 0;
                    _shared ??= new SharedPrompt(model, prompt, 2 * options.MaxActiveRows, options.MaxAnswerTokens, options.Threads);
                    _sessionRows.Add(_shared.AddRow());
                    lease.Settle(call with { ForwardTokens = _shared.Session.ForwardTokens - before, Seconds = time.GetElapsedTime(start).TotalSeconds });
                }
                else
                {
                    _sessionRows.Add(NoRow);
                }
            }
            PartialAnswer empty = PartialAnswer.Empty with { Tokens = [], StepTokenEnds = [], StepLogProbs = [] };
            _rows.Add(granted ? empty : empty with { State = RowState.Cut, Reason = CutReasons.Calls });
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask StepAsync(ReadOnlyMemory<int> rows, StepRule rule, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rule);
        List<ModelRow> active = [];
        long sent = 0;
        foreach (int row in rows.Span)
        {
            if (_rows[row].State != RowState.Active)
            {
                throw new InvalidOperationException($"Row {row} is {_rows[row].State}; only active rows can be extended.");
            }
            active.Add(new ModelRow(_rows[row], row, _sessionRows[row]));
            sent += prompt.Length + _rows[row].TokenCount;
        }
        if (active.Count == 0)
        {
            return ValueTask.CompletedTask;
        }
        ISession session = _shared!.Session;
        long forwarded = session.ForwardTokens;
        long start = time.GetTimestamp();
        (Lease lease, long pool) = Reserve(Math.Min(rule.MaxTotalTokens ?? long.MaxValue, (long)active.Count * rule.MaxTokens));
        using (lease)
        {
            Extend(active, rule, pool, start, cancellationToken);
            foreach (ModelRow row in active)
            {
                _rows[row.Slot] = row.ToAnswer();
            }
            DropEnded();
            lease.Settle(new Usage
            {
                PromptTokens = sent,
                ForwardTokens = session.ForwardTokens - forwarded,
                TokensGenerated = active.Sum(row => (long)row.Drawn),
                Seconds = time.GetElapsedTime(start).TotalSeconds,
            });
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask<double> FollowAsync(int row, PartialAnswer path, int steps, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(steps, path.Steps);
        if (path.Tokens is not { } tokens || path.StepTokenEnds is not { } ends || _shared is null)
        {
            throw new ArgumentException("Only an answer with tokens can be followed, by a row that the budget let in.", nameof(path));
        }
        cancellationToken.ThrowIfCancellationRequested();
        ISession session = _shared.Session;
        long forwarded = session.ForwardTokens;
        long start = time.GetTimestamp();
        int sessionRow = _shared.AddRow();
        ModelRow followed = new(PartialAnswer.Empty, row, sessionRow);
        int[] forced = [.. tokens.Take(steps == 0 ? 0 : ends[steps - 1])];
        if (forced.Length > 1)
        {
            session.Forward(new TokenBatch([sessionRow], [forced.Length - 1], forced.AsSpan(0, forced.Length - 1)), Read.AllLogits);
        }
        double logProb = 0;
        for (int i = 0; i < forced.Length; i++)
        {
            double tokenLogProb = TokenSampler.LogProb(i == 0 ? _shared.Logits : session.Logits(sessionRow, prompt.Length + i - 1), forced[i]);
            logProb += tokenLogProb;
            followed.Append(forced[i], tokenLogProb, model.Vocabulary.Bytes(forced[i]));
            if (ends.Contains(i + 1))
            {
                followed.EndStep(Decode);
            }
        }
        bool isWhole = steps == path.Steps && path.State != RowState.Active;
        _rows[row] = followed.ToAnswer() with { State = isWhole ? path.State : RowState.Active, Reason = isWhole ? path.Reason : null };
        _sessionRows[row] = sessionRow;
        DropEnded();
        if (context.Ledger.TryReserve(default, out Lease lease))
        {
            lease.Settle(new Usage { ForwardTokens = session.ForwardTokens - forwarded, Seconds = time.GetElapsedTime(start).TotalSeconds });
        }
        lease.Dispose();
        return ValueTask.FromResult(logProb);
    }

    public void Reorder(ReadOnlySpan<int> parents)
    {
        PartialAnswer[] rows = [.. _rows];
        int[] sessionRows = [.. _sessionRows];
        _rows.Clear();
        _sessionRows.Clear();
        List<int> held = [];
        foreach (int parent in parents)
        {
            _rows.Add(rows[parent]);
            _sessionRows.Add(Place(held, sessionRows[parent]));
        }
        _shared?.Session.Reorder([.. held]);
    }

    public Mark Keep(int row)
    {
        Branch? branch = _sessionRows[row] == NoRow ? null : _shared!.Session.Keep(_sessionRows[row], _shared.Session.Length(_sessionRows[row]));
        _kept.Add(_kept.Count, (_rows[row], branch));
        return new Mark(_kept.Count - 1);
    }

    public int Restore(Mark mark)
    {
        (PartialAnswer answer, Branch? branch) = _kept[mark.Id];
        _rows.Add(answer);
        _sessionRows.Add(branch is { } held ? _shared!.Session.Restore(held) : NoRow);
        return _rows.Count - 1;
    }

    public ValueTask DisposeAsync()
    {
        _shared?.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Reserves as many tokens as are wanted, or as many as are left.</summary>
    private (Lease Lease, long Tokens) Reserve(long wanted)
    {
        if (context.Ledger.TryReserve(new Usage { TokensGenerated = wanted }, out Lease lease))
        {
            return (lease, wanted);
        }
        long left = Math.Min(wanted, context.Ledger.Remaining.MaxTokens ?? 0);
        return context.Ledger.TryReserve(new Usage { TokensGenerated = left }, out lease)
            ? (lease, left)
            : throw new InvalidOperationException("The ledger grants less than it says remains; one search at a time may use it.");
    }

    private void Extend(List<ModelRow> active, StepRule rule, long pool, long start, CancellationToken cancellationToken)
    {
        byte[]? boundary = string.IsNullOrEmpty(rule.Boundary) ? null : Encoding.UTF8.GetBytes(rule.Boundary);
        double? secondsLeft = context.Ledger.Remaining.MaxSeconds;
        List<ModelRow> going = [.. active];
        while (going.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool isLate = secondsLeft is { } seconds && time.GetElapsedTime(start).TotalSeconds + 2 * _longestPass.TotalSeconds >= seconds;
            while (going.Count > 0 && (isLate || going.Count > pool))
            {
                going[^1].Cut(CutReasons.Budget, Decode);
                TellEnded(going[^1], active.Count, start);
                going.RemoveAt(going.Count - 1);
            }
            long passStart = time.GetTimestamp();
            Forward(going);
            foreach (ModelRow row in going)
            {
                Draw(row, rule, boundary);
            }
            pool -= going.Count;
            foreach (ModelRow row in going.Where(row => row.State != RowState.Active))
            {
                TellEnded(row, active.Count, start);
            }
            going.RemoveAll(row => row.State != RowState.Active || (!rule.ToEnd && row.TokenCount == row.LastStepEnd));
            TimeSpan pass = time.GetElapsedTime(passStart);
            _longestPass = pass > _longestPass ? pass : _longestPass;
        }
    }

    private void TellEnded(ModelRow row, int batch, long start)
    {
        if (context.RowEnded is not { } listener)
        {
            return;
        }
        int before = row.TokenCount - row.Drawn;
        listener(new EndedRow(row.Slot, row.ToAnswer(), new Usage
        {
            PromptTokens = prompt.Length + before,
            // The last token drawn goes through the model only when the row goes on; the one before the first drawn does here.
            ForwardTokens = Math.Max(0, before == 0 ? row.Drawn - 1 : row.Drawn),
            TokensGenerated = row.Drawn,
            Seconds = time.GetElapsedTime(start).TotalSeconds / batch,
        }));
    }

    /// <summary>Brings every row's last token through the model; fresh rows read the prompt's logits.</summary>
    private void Forward(List<ModelRow> going)
    {
        ISession session = _shared!.Session;
        ModelRow[] behind = [.. going.Where(row => row.TokenCount > 0)];
        if (behind.Length == 0)
        {
            return;
        }
        int[] rows = [.. behind.Select(row => row.SessionRow)];
        int[] counts = [.. behind.Select(row => prompt.Length + row.TokenCount - session.Length(row.SessionRow))];
        int[] tokens = new int[counts.Sum()];
        int at = 0;
        for (int i = 0; i < behind.Length; i++)
        {
            behind[i].Tokens[^counts[i]..].CopyTo(tokens.AsSpan(at));
            at += counts[i];
        }
        session.Forward(new TokenBatch(rows, counts, tokens), Read.LastLogits);
    }

    private void Draw(ModelRow row, StepRule rule, byte[]? boundary)
    {
        ReadOnlySpan<float> logits = row.TokenCount == 0
            ? _shared!.Logits
            : _shared!.Session.Logits(row.SessionRow, prompt.Length + row.TokenCount - 1);
        double uniform = rule.Temperature == 0 ? 0 : context.Uniforms.Next(rule.Stream, rule.Iteration, row.Slot + rule.SlotOffset, row.TokenCount);
        TokenDraw drawn = TokenSampler.Draw(logits, rule.Temperature, uniform);
        ReadOnlySpan<byte> bytes = model.Vocabulary.Bytes(drawn.Token);
        row.Append(drawn.Token, drawn.LogProb, bytes);
        if (drawn.Token == model.Vocabulary.EndOfSequence)
        {
            row.EndStep(Decode);
            row.Finish();
        }
        else if (boundary is not null && row.Holds(boundary, bytes.Length))
        {
            bool isAnswer = _answerLine is not null && row.StepStartsWith(_answerLine);
            row.EndStep(Decode);
            if (isAnswer)
            {
                row.Finish();
            }
        }
        if (row.State != RowState.Active)
        {
            return;
        }
        if (prompt.Length + row.TokenCount >= model.Info.ContextLength)
        {
            row.Cut(CutReasons.Context, Decode);
        }
        else if (row.TokenCount >= options.MaxAnswerTokens || (row.Drawn >= rule.MaxTokens && (rule.ToEnd || row.LastStepEnd < row.TokenCount)))
        {
            row.Cut(CutReasons.StepTokens, Decode);
        }
    }

    private string Decode(ReadOnlySpan<int> tokens) => model.Vocabulary.Decode(tokens);

    /// <summary>Rows that have ended give their place in the session up.</summary>
    private void DropEnded()
    {
        List<int> held = [];
        for (int row = 0; row < _rows.Count; row++)
        {
            _sessionRows[row] = _rows[row].State == RowState.Active ? Place(held, _sessionRows[row]) : NoRow;
        }
        if (held.Count < _shared!.Session.RowCount)
        {
            _shared.Session.Reorder([.. held]);
        }
    }

    private static int Place(List<int> held, int sessionRow)
    {
        if (sessionRow == NoRow)
        {
            return NoRow;
        }
        held.Add(sessionRow);
        return held.Count - 1;
    }
}
