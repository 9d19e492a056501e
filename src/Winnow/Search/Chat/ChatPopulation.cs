using System.Text;
using Microsoft.Extensions.AI;
using Winnow.Budgets;

namespace Winnow.Search.Chat;

/// <summary>Answers drawn by chat requests, whole or, where the client continues partial answers, step by step. A request that fails makes one failed row, never a failed run.</summary>
internal sealed class ChatPopulation(IChatClient client, ChatDrawOptions settings, IReadOnlyList<ChatMessage> messages, bool canStep, SearchContext context) : IPopulation
{
    private readonly ChatDraw _draw = new(client, settings, messages, context.Ledger);
    private readonly List<PartialAnswer> _rows = [];
    private readonly List<PartialAnswer> _kept = [];
    private RunStoppedException? _stopped;

    public IReadOnlyList<PartialAnswer> Rows => _rows;

    public ValueTask GrowAsync(int rows, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        var call = new Usage { Calls = 1 };
        for (int i = 0; i < rows; i++)
        {
            bool granted = TryCharge(call, isFirst: i == 0);
            _rows.Add(granted ? PartialAnswer.Empty : PartialAnswer.Empty with { State = RowState.Cut, Reason = CutReasons.Calls });
        }
        return ValueTask.CompletedTask;
    }

    public async ValueTask StepAsync(ReadOnlyMemory<int> rows, StepRule rule, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (!rule.ToEnd && !canStep)
        {
            throw new InvalidOperationException("A chat client draws whole answers only: set StepRule.ToEnd, or use a model that can continue a partial answer.");
        }
        // Reservations are made in row order before any request starts, so which rows the budget refuses
        // does not depend on which answer arrives first.
        var started = new List<ChatCall>(rows.Length);
        try
        {
            Reserve(rows.Span, rule, started);
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = settings.MaxConcurrency, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(started, parallel, (call, token) => ExtendAsync(call, rule, token)).ConfigureAwait(false);
        }
        finally
        {
            foreach (ChatCall call in started)
            {
                call.Lease.Dispose();
            }
        }
        // What was paid for has been drawn; now the run ends.
        if (_stopped is { } stopped)
        {
            throw stopped;
        }
    }

    public ValueTask<double> FollowAsync(int row, PartialAnswer path, int steps, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(steps, path.Steps);
        if (!canStep)
        {
            throw new InvalidOperationException("A chat client cannot be made to follow a given answer.");
        }
        bool isWhole = steps == path.Steps && path.State != RowState.Active;
        double[]? logProbs = path.StepLogProbs is { } known ? [.. known.Take(steps)] : null;
        int end = steps == 0 ? 0 : path.StepEnds[steps - 1];
        _rows[row] = _rows[row] with
        {
            Text = path.Text[..end],
            StepEnds = [.. path.StepEnds.Take(steps)],
            StepLogProbs = logProbs,
            TokenCount = path.Text.Length == 0 ? 0 : (int)((long)path.TokenCount * end / path.Text.Length),
            State = isWhole ? path.State : RowState.Active,
            Reason = isWhole ? path.Reason : null,
        };
        return ValueTask.FromResult(logProbs?.Sum() ?? double.NaN);
    }

    public void Reorder(ReadOnlySpan<int> parents)
    {
        var next = new PartialAnswer[parents.Length];
        for (int i = 0; i < parents.Length; i++)
        {
            next[i] = _rows[parents[i]];
        }
        _rows.Clear();
        _rows.AddRange(next);
    }

    public Mark Keep(int row)
    {
        _kept.Add(_rows[row]);
        return new Mark(_kept.Count - 1);
    }

    public int Restore(Mark mark)
    {
        _rows.Add(_kept[mark.Id]);
        return _rows.Count - 1;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // A run that ends in the middle of a wave still draws what it has paid for.
    private bool TryCharge(in Usage call, bool isFirst)
    {
        try
        {
            return _stopped is null && context.Ledger.TryCharge(call);
        }
        catch (RunStoppedException stopped) when (!isFirst)
        {
            _stopped = stopped;
            return false;
        }
    }

    private async ValueTask ExtendAsync(ChatCall call, StepRule rule, CancellationToken cancellationToken)
    {
        int first = call.Rows[0];
        IReadOnlyList<(PartialAnswer Row, Usage Used)> drawn;
        try
        {
            drawn = await _draw.ExtendAsync(_rows[first], call, rule, SeedOf(first, rule), cancellationToken).ConfigureAwait(false);
        }
        catch (RunStoppedException stopped)
        {
            _stopped = stopped;
            return;
        }
        for (int i = 0; i < drawn.Count; i++)
        {
            int row = call.Rows[i];
            _rows[row] = drawn[i].Row;
            if (drawn[i].Row.State != RowState.Active)
            {
                context.RowEnded?.Invoke(new EndedRow(row, drawn[i].Row, drawn[i].Used));
            }
        }
    }

    private void Reserve(ReadOnlySpan<int> rows, StepRule rule, List<ChatCall> started)
    {
        long pool = rule.MaxTotalTokens ?? long.MaxValue;
        for (int i = 0; i < rows.Length; i++)
        {
            int row = rows[i];
            if (_rows[row].State != RowState.Active)
            {
                continue;
            }
            if (Several(rows[i..], rule) is { Count: > 1 } fresh && TryReserve(fresh, Math.Min(rule.MaxTokens, settings.MaxAnswerTokens), started))
            {
                i += fresh.Count - 1;
                continue;
            }
            long room = settings.MaxAnswerTokens - _rows[row].TokenCount;
            if (room <= 0)
            {
                _rows[row] = _rows[row] with { State = RowState.Cut, Reason = CutReasons.StepTokens };
                continue;
            }
            long tokens = Math.Min(pool, Math.Min(rule.MaxTokens, room));
            if (TryReserve([row], tokens, started))
            {
                pool -= tokens;
            }
            else
            {
                _rows[row] = _rows[row] with { State = RowState.Cut, Reason = CutReasons.Budget };
            }
        }
    }

    /// <summary>The rows at the beginning that one request can draw together: whole answers that have not begun.</summary>
    private List<int> Several(ReadOnlySpan<int> rows, StepRule rule)
    {
        List<int> several = [];
        if (settings.AnswersPerCall == 1 || !rule.ToEnd || rule.MaxTotalTokens is not null)
        {
            return several;
        }
        foreach (int row in rows)
        {
            if (several.Count == settings.AnswersPerCall || _rows[row].State != RowState.Active || _rows[row].Text.Length > 0)
            {
                break;
            }
            several.Add(row);
        }
        return several;
    }

    /// <summary>Reserves the worst case of a request for some rows; false where the budget refuses it.</summary>
    private bool TryReserve(List<int> rows, long tokensOfEach, List<ChatCall> started)
    {
        long tokens = Math.Max(0, tokensOfEach) * rows.Count;
        long sent = ChatPrompts.MostTokens(messages, settings.HiddenPromptTokens) + Encoding.UTF8.GetByteCount(_rows[rows[0]].Text);
        var atMost = new Usage { TokensGenerated = tokens, Cost = settings.Prices?.CostOf(sent, tokens) ?? 0 };
        Lease lease;
        try
        {
            if (tokens == 0 || !context.Ledger.TryReserve(atMost, out lease))
            {
                return false;
            }
        }
        catch (RunStoppedException stopped)
        {
            _stopped = stopped;
            return false;
        }
        started.Add(new ChatCall(rows, lease, atMost with { PromptTokens = sent }));
        return true;
    }

    private long SeedOf(int row, StepRule rule) =>
        (long)(context.Uniforms.Next("seed", rule.Iteration, row + rule.SlotOffset, _rows[row].Steps) * (1L << 53));
}
