using Winnow.Budgets;
using Winnow.Numerics;
using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Evaluation;

/// <summary>
/// Whole answers to one problem, drawn once and read by every strategy that draws with the same settings. Each reader
/// pays for every draw in its own ledger as if it had drawn it alone.
/// </summary>
/// <remarks>
/// A draw is a function of the problem, the settings and its slot, and a row does not depend on the batch it is drawn
/// in, so a reader sees what it would have drawn itself. Only whole answers are kept; a search over steps uses the
/// proposer behind this one. Each draw goes to the journal as soon as it has ended, and what the journal holds is not
/// drawn again. One caller at a time.
/// </remarks>
internal sealed class DrawStore : IProposer, IAsyncDisposable
{
    private readonly IProposer _proposer;
    private readonly Problem _problem;
    private readonly IUniforms _uniforms;
    private readonly TimeProvider _time;
    private readonly IProblemJournal? _journal;
    private readonly Dictionary<DrawSettings, Draw> _draws = [];
    private readonly Ledger _recorder = new(Budget.Unlimited);
    private Batch? _batch;
    private IPopulation? _population;
    private double _secondsSaved;

    /// <summary>A store of one problem's draws.</summary>
    /// <param name="proposer">Draws what is not known.</param>
    /// <param name="problem">The problem.</param>
    /// <param name="uniforms">Its randomness.</param>
    /// <param name="time">Clock of the wall times.</param>
    /// <param name="journal">What is known from before, and keeps what is new; null: nothing is kept.</param>
    public DrawStore(IProposer proposer, Problem problem, IUniforms uniforms, TimeProvider time, IProblemJournal? journal = null)
    {
        (_proposer, _problem, _uniforms, _time, _journal) = (proposer, problem, uniforms, time, journal);
        Info = proposer.Info with { CanStep = false };
        foreach (KeptDraw kept in journal?.Draws ?? [])
        {
            _draws.Add(kept.Settings, new Draw(kept.Answer, kept.Usage, kept.Seconds));
            PromptForwardTokens = kept.PromptForwardTokens;
        }
    }

    /// <inheritdoc/>
    public ProposerInfo Info { get; }

    /// <summary>Tokens of the prompt that went through the model for the first draw.</summary>
    public long PromptForwardTokens { get; private set; }

    /// <inheritdoc/>
    public Usage AtMost(Problem of, int calls, long tokens) => _proposer.AtMost(of, calls, tokens);

    /// <inheritdoc/>
    public IPopulation Open(Problem of, SearchContext context)
    {
        ArgumentNullException.ThrowIfNull(of);
        ArgumentNullException.ThrowIfNull(context);
        if (!ReferenceEquals(of, _problem))
        {
            throw new ArgumentException($"This store holds draws of the problem {_problem.Id}, not of {of.Id}; make one for each problem.", nameof(of));
        }
        return new StoredPopulation(this, _problem, context);
    }

    /// <summary>What re-used draws took when they were drawn, for wall times that compare; starts anew from 0.</summary>
    public double TakeSecondsSaved()
    {
        double seconds = _secondsSaved;
        _secondsSaved = 0;
        return seconds;
    }

    /// <summary>The draws of some slots under one rule, drawn where they are not known yet.</summary>
    public async ValueTask<Draw[]> ReadAsync(IReadOnlyList<int> slots, StepRule rule, CancellationToken cancellationToken)
    {
        int first = 0;
        while (first < slots.Count)
        {
            if (Known(slots[first], rule) is { } known)
            {
                _secondsSaved += known.Seconds;
                first++;
                continue;
            }
            int end = first + 1;
            while (end < slots.Count && slots[end] == slots[end - 1] + 1 && Known(slots[end], rule) is null)
            {
                end++;
            }
            await DrawAsync(slots[first], end - first, rule, cancellationToken).ConfigureAwait(false);
            first = end;
        }
        return [.. slots.Select(slot => Known(slot, rule)!)];
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _population?.DisposeAsync() ?? ValueTask.CompletedTask;

    // A draw that ended within a cap is what it is without one.
    private Draw? Known(int slot, StepRule rule) =>
        rule.MaxTotalTokens is { } cap && _draws.GetValueOrDefault(DrawSettings.Of(slot, rule with { MaxTotalTokens = null })) is { } whole && whole.Answer.TokenCount <= cap
            ? whole
            : _draws.GetValueOrDefault(DrawSettings.Of(slot, rule));

    private async ValueTask DrawAsync(int firstSlot, int count, StepRule rule, CancellationToken cancellationToken)
    {
        long start = _time.GetTimestamp();
        bool isFirst = _population is null;
        _population ??= _proposer.Open(_problem, new SearchContext { Ledger = _recorder, Uniforms = _uniforms, RowEnded = Keep });
        Usage before = _recorder.Used;
        await _population.GrowAsync(count, cancellationToken).ConfigureAwait(false);
        Usage grown = _recorder.Used;
        if (isFirst)
        {
            PromptForwardTokens = (grown - before).ForwardTokens;
        }
        int[] rows = [.. Enumerable.Range(0, count)];
        Batch batch = new(firstSlot, rule, new Draw?[count]);
        _batch = batch;
        await _population.StepAsync(rows, rule with { SlotOffset = firstSlot }, cancellationToken).ConfigureAwait(false);
        Usage stepped = _recorder.Used - grown;
        double seconds = _time.GetElapsedTime(start).TotalSeconds / count;
        foreach (int row in rows)
        {
            DrawSettings settings = DrawSettings.Of(firstSlot + row, rule);
            if (batch.Ended[row] is not { } draw)
            {
                PartialAnswer answer = _population.Rows[row];
                draw = new Draw(answer, ShareOf(stepped, answer.TokenCount, row, count), seconds);
                Keep(settings, draw);
            }
            _draws.Add(settings, draw with { Seconds = seconds });
        }
        _population.Reorder([]);
    }

    // Comes from any thread; each row of a batch ends once.
    private void Keep(EndedRow ended)
    {
        Batch batch = _batch!;
        Draw draw = new(ended.Answer, ended.Usage, ended.Usage.Seconds);
        batch.Ended[ended.Row] = draw;
        Keep(DrawSettings.Of(batch.FirstSlot + ended.Row, batch.Rule), draw);
    }

    private void Keep(DrawSettings settings, Draw draw) => _journal?.Add(new KeptDraw
    {
        Settings = settings,
        Answer = draw.Answer,
        Usage = draw.Usage,
        PromptForwardTokens = PromptForwardTokens,
        Seconds = draw.Seconds,
    });

    // A pass over a batch is settled as a whole. What a row drew is known; whatever else was counted is the same for every row.
    private static Usage ShareOf(in Usage all, int tokens, int row, int rows)
    {
        long drawn = all.TokensGenerated;
        double part = drawn == 0 ? 1.0 / rows : (double)tokens / drawn;
        return new Usage
        {
            TokensGenerated = tokens,
            PromptTokens = Usage.Part(all.PromptTokens, row, rows),
            ForwardTokens = tokens + Usage.Part(all.ForwardTokens - drawn, row, rows),
            Seconds = all.Seconds * part,
            Cost = all.Cost == 0 ? 0 : all.Cost * (decimal)part,
        };
    }

    /// <summary>A whole answer, what it used, and how long it took in its batch.</summary>
    public sealed record Draw(PartialAnswer Answer, Usage Usage, double Seconds);

    private sealed record Batch(int FirstSlot, StepRule Rule, Draw?[] Ended);
}
