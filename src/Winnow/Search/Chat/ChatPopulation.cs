using Microsoft.Extensions.AI;
using Winnow.Budgets;

namespace Winnow.Search.Chat;

/// <summary>Whole answers drawn by chat requests. A request that fails makes one failed row, never a failed run.</summary>
internal sealed class ChatPopulation(IChatClient client, ChatDrawOptions settings, IReadOnlyList<ChatMessage> messages, SearchContext context) : IPopulation
{
    private readonly List<PartialAnswer> _rows = [];
    private readonly List<PartialAnswer> _kept = [];

    public IReadOnlyList<PartialAnswer> Rows => _rows;

    public ValueTask GrowAsync(int rows, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        var call = new Usage { Calls = 1 };
        for (int i = 0; i < rows; i++)
        {
            bool granted = context.Ledger.TryCharge(call);
            _rows.Add(granted ? PartialAnswer.Empty : PartialAnswer.Empty with { State = RowState.Cut, Reason = CutReasons.Calls });
        }
        return ValueTask.CompletedTask;
    }

    public async ValueTask StepAsync(ReadOnlyMemory<int> rows, StepRule rule, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (!rule.ToEnd)
        {
            throw new InvalidOperationException("A chat client draws whole answers only: set StepRule.ToEnd, or use a model that can continue a partial answer.");
        }
        // Reservations are made in row order before any request starts, so which rows the budget refuses
        // does not depend on which answer arrives first.
        var started = new List<(int Row, Lease Lease, Usage AtMost)>(rows.Length);
        long pool = rule.MaxTotalTokens ?? long.MaxValue;
        foreach (int row in rows.Span)
        {
            if (_rows[row].State != RowState.Active)
            {
                continue;
            }
            var atMost = new Usage { TokensGenerated = Math.Min(pool, Math.Min(rule.MaxTokens, settings.MaxAnswerTokens)) };
            if (atMost.TokensGenerated > 0 && context.Ledger.TryReserve(atMost, out Lease lease))
            {
                pool -= atMost.TokensGenerated;
                started.Add((row, lease, atMost));
            }
            else
            {
                _rows[row] = _rows[row] with { State = RowState.Cut, Reason = CutReasons.Budget };
            }
        }
        try
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = settings.MaxConcurrency, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(started, parallel, async (draw, token) =>
                _rows[draw.Row] = await DrawAsync(draw.Row, draw.Lease, draw.AtMost, rule, token).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            foreach ((_, Lease lease, _) in started)
            {
                lease.Dispose();
            }
        }
    }

    public ValueTask<double> FollowAsync(int row, PartialAnswer path, int steps, CancellationToken cancellationToken = default) =>
        throw new InvalidOperationException("A chat client cannot be made to follow a given answer.");

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

    private async Task<PartialAnswer> DrawAsync(int row, Lease lease, Usage atMost, StepRule rule, CancellationToken cancellationToken)
    {
        ChatOptions request = settings.Request?.Clone() ?? new ChatOptions();
        request.Temperature = (float)rule.Temperature;
        request.MaxOutputTokens = (int)atMost.TokensGenerated;
        request.Seed = (long)(context.Uniforms.Next("seed", rule.Iteration, row + rule.SlotOffset, 0) * (1L << 53));
        ChatResponse response;
        try
        {
            response = await client.GetResponseAsync(messages, request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // What a failed request cost is unknown: it is charged in full, so that the cap holds.
            lease.Settle(atMost);
            return Ended(PartialAnswer.Empty with { State = RowState.Failed, Reason = failure.Message }, atMost);
        }
        // An endpoint that reports no usage, or more than it was allowed, is charged what was reserved.
        long generated = Math.Clamp(response.Usage?.OutputTokenCount ?? atMost.TokensGenerated, 0, atMost.TokensGenerated);
        long prompt = Math.Max(0, response.Usage?.InputTokenCount ?? 0);
        Usage used = new() { TokensGenerated = generated, PromptTokens = prompt, ForwardTokens = prompt + generated };
        lease.Settle(used);

        string text = response.Text;
        bool cut = response.FinishReason == ChatFinishReason.Length;
        PartialAnswer answer = new()
        {
            Text = text,
            StepEnds = [text.Length],
            TokenCount = (int)generated,
            State = cut ? RowState.Cut : text.Length == 0 ? RowState.Failed : RowState.Finished,
            Reason = cut ? $"it reached the limit of {atMost.TokensGenerated} tokens" : text.Length == 0 ? "the answer was empty" : null,
        };
        return Ended(answer, used);

        PartialAnswer Ended(PartialAnswer ended, in Usage usage)
        {
            context.RowEnded?.Invoke(new EndedRow(row, ended, usage));
            return ended;
        }
    }
}
