using Winnow.Budgets;
using Winnow.Models;

namespace Winnow.Search;

/// <summary>
/// A model's reading of one population: it holds a session that follows the rows, reads only what is new of each, and
/// keeps one number for every token.
/// </summary>
internal abstract class JudgeScoring(ILanguageModel judge, int[] prompt, bool sharesTokens, int maxRows, SearchContext context) : IScoring
{
    private const int NoRow = -1;

    private List<Reading> _readings = [];

    /// <summary>The session, with the prompt in it; null until something is read.</summary>
    protected SharedPrompt? Shared { get; private set; }

    /// <summary>Whether the drawn tokens are read as they are.</summary>
    protected bool SharesTokens => sharesTokens;

    /// <summary>Tokens of the prompt.</summary>
    protected int PromptLength => prompt.Length;

    /// <summary>What a pass must leave to be read.</summary>
    protected abstract Read Wanted { get; }

    /// <summary>Tokens at the end of a row that need not go through the model.</summary>
    protected abstract int Unread { get; }

    /// <summary>The number of a token that was just read.</summary>
    /// <param name="sessionRow">The row in the session.</param>
    /// <param name="tokens">The row's answer tokens.</param>
    /// <param name="position">Which of them.</param>
    /// <param name="firstRead">The first that went through the model in this pass.</param>
    protected abstract double ValueOf(int sessionRow, ReadOnlySpan<int> tokens, int position, int firstRead);

    /// <summary>The score of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="values">Shape [tokens]; the numbers of its tokens, at least one.</param>
    protected abstract Score ScoreOf(PartialAnswer row, ReadOnlySpan<double> values);

    public ValueTask ScoreAsync(IPopulation rows, ReadOnlyMemory<int> which, Memory<Score> scores, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        while (_readings.Count < rows.Rows.Count)
        {
            _readings.Add(Reading.Nothing);
        }
        for (int first = 0; first < which.Length; first += maxRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(maxRows, which.Length - first);
            ReadBatch(rows.Rows, which.Span.Slice(first, count), scores.Span.Slice(first, count));
            DropEnded(rows.Rows);
        }
        return ValueTask.CompletedTask;
    }

    public void Reorder(ReadOnlySpan<int> parents)
    {
        List<Reading> readings = [];
        List<int> held = [];
        foreach (int parent in parents)
        {
            Reading reading = parent < _readings.Count ? _readings[parent] : Reading.Nothing;
            readings.Add(Held(reading, held));
        }
        _readings = readings;
        Shared?.Session.Reorder([.. held]);
    }

    public ValueTask DisposeAsync()
    {
        Shared?.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private void ReadBatch(IReadOnlyList<PartialAnswer> rows, ReadOnlySpan<int> which, Span<Score> scores)
    {
        int[][] wanted = new int[which.Length][];
        List<int> reading = [];
        long newTokens = 0;
        for (int i = 0; i < which.Length; i++)
        {
            PartialAnswer row = rows[which[i]];
            wanted[i] = SharesTokens && row.Tokens is { } tokens ? [.. tokens] : judge.Vocabulary.Encode(row.Text);
            int fresh = wanted[i].Length - CommonLength(_readings[which[i]].Tokens, wanted[i]);
            Usage usage = new() { ScorerTokens = newTokens + fresh };
            bool fits = prompt.Length + wanted[i].Length <= judge.Info.ContextLength;
            if (!fits || !context.Ledger.Remaining.Covers(usage))
            {
                scores[i] = Score.None(fits ? CutReasons.Budget : "The answer is longer than the judge's context.");
                continue;
            }
            newTokens += fresh;
            reading.Add(i);
        }
        Usage charge = new() { ScorerTokens = newTokens, PromptTokens = Shared is null ? prompt.Length : 0 };
        if (!context.Ledger.TryReserve(charge, out Lease lease))
        {
            throw new InvalidOperationException("The ledger grants less than it says remains; one search at a time may use it.");
        }
        using (lease)
        {
            Shared ??= new SharedPrompt(judge, prompt, 2 * maxRows, judge.Info.ContextLength - prompt.Length, threads: 0, readsLogits: Unread > 0);
            ReadNew(which, wanted, reading);
            lease.Settle(charge);
        }
        foreach (int i in reading)
        {
            double[] values = _readings[which[i]].Values;
            scores[i] = values.Length == 0 ? Score.None("Nothing has been drawn yet.") : ScoreOf(rows[which[i]], values);
        }
    }

    /// <summary>Brings what is new of some rows through the judge in one pass.</summary>
    private void ReadNew(ReadOnlySpan<int> which, int[][] wanted, List<int> reading)
    {
        ISession session = Shared!.Session;
        List<int> sessionRows = [];
        List<int> counts = [];
        List<int> tokens = [];
        List<(int Row, int Known, int Held)> passes = [];
        foreach (int i in reading)
        {
            Reading before = _readings[which[i]];
            int known = CommonLength(before.Tokens, wanted[i]);
            int sessionRow = before.SessionRow == NoRow ? Shared.AddRow() : before.SessionRow;
            int held = Math.Max(0, Math.Min(session.Length(sessionRow) - prompt.Length, known - Unread));
            if (session.Length(sessionRow) > prompt.Length + held)
            {
                session.Truncate(sessionRow, prompt.Length + held);
            }
            _readings[which[i]] = before with { SessionRow = sessionRow, Tokens = wanted[i], Values = before.Values[..known] };
            int count = wanted[i].Length - Unread - held;
            if (count > 0)
            {
                sessionRows.Add(sessionRow);
                counts.Add(count);
                tokens.AddRange(wanted[i].AsSpan(held, count));
            }
            passes.Add((which[i], known, held));
        }
        if (tokens.Count > 0)
        {
            session.Forward(new TokenBatch([.. sessionRows], [.. counts], [.. tokens]), Wanted);
        }
        foreach ((int row, int known, int held) in passes)
        {
            Reading read = _readings[row];
            double[] values = new double[read.Tokens.Length];
            read.Values.CopyTo(values, 0);
            for (int position = known; position < values.Length; position++)
            {
                values[position] = ValueOf(read.SessionRow, read.Tokens, position, held);
            }
            _readings[row] = read with { Values = values };
        }
    }

    /// <summary>Rows that have ended are judged once: they give their place in the session up.</summary>
    private void DropEnded(IReadOnlyList<PartialAnswer> rows)
    {
        List<int> held = [];
        for (int row = 0; row < _readings.Count; row++)
        {
            bool isActive = row < rows.Count && rows[row].State == RowState.Active;
            _readings[row] = isActive ? Held(_readings[row], held) : _readings[row] with { SessionRow = NoRow };
        }
        if (Shared is not null && held.Count < Shared.Session.RowCount)
        {
            Shared.Session.Reorder([.. held]);
        }
    }

    private static Reading Held(Reading reading, List<int> held)
    {
        if (reading.SessionRow == NoRow)
        {
            return reading;
        }
        held.Add(reading.SessionRow);
        return reading with { SessionRow = held.Count - 1 };
    }

    private static int CommonLength(ReadOnlySpan<int> a, ReadOnlySpan<int> b) => a.CommonPrefixLength(b);

    /// <summary>What the judge has read of a row: tokens, their numbers, and where the row is in the session.</summary>
    private sealed record Reading(int SessionRow, int[] Tokens, double[] Values)
    {
        public static Reading Nothing { get; } = new(NoRow, [], []);
    }
}
