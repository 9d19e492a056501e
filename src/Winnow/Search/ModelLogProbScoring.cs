using Winnow.Budgets;
using Winnow.Decoding;
using Winnow.Models;

namespace Winnow.Search;

/// <summary>A judge's reading of one population.</summary>
internal sealed class ModelLogProbScoring(ILanguageModel judge, int[] prompt, bool sharesTokens, int maxRows, SearchContext context) : IScoring
{
    private const int NoRow = -1;

    private List<Reading> _readings = [];
    private SharedPrompt? _shared;

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
        _shared?.Session.Reorder([.. held]);
    }

    public ValueTask DisposeAsync()
    {
        _shared?.Dispose();
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
            wanted[i] = sharesTokens && row.Tokens is { } tokens ? [.. tokens] : judge.Vocabulary.Encode(row.Text);
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
        Usage charge = new() { ScorerTokens = newTokens, PromptTokens = _shared is null ? prompt.Length : 0 };
        if (!context.Ledger.TryReserve(charge, out Lease lease))
        {
            throw new InvalidOperationException("The ledger grants less than it says remains; one search at a time may use it.");
        }
        using (lease)
        {
            _shared ??= new SharedPrompt(judge, prompt, 2 * maxRows, judge.Info.ContextLength - prompt.Length, threads: 0);
            Read(which, wanted, reading);
            lease.Settle(charge);
        }
        foreach (int i in reading)
        {
            scores[i] = ScoreOf(rows[which[i]], _readings[which[i]]);
        }
    }

    /// <summary>Brings what is new of some rows through the judge in one pass.</summary>
    private void Read(ReadOnlySpan<int> which, int[][] wanted, List<int> reading)
    {
        ISession session = _shared!.Session;
        List<int> sessionRows = [];
        List<int> counts = [];
        List<int> tokens = [];
        List<(int Row, int Known, int Held)> passes = [];
        foreach (int i in reading)
        {
            Reading before = _readings[which[i]];
            int known = CommonLength(before.Tokens, wanted[i]);
            int sessionRow = before.SessionRow == NoRow ? _shared.AddRow() : before.SessionRow;
            // The last token read has not gone through the judge: its successor's probability comes with it.
            int held = Math.Max(0, Math.Min(session.Length(sessionRow) - prompt.Length, known - 1));
            if (session.Length(sessionRow) > prompt.Length + held)
            {
                session.Truncate(sessionRow, prompt.Length + held);
            }
            _readings[which[i]] = before with { SessionRow = sessionRow, Tokens = wanted[i], LogProbs = before.LogProbs[..known] };
            int count = wanted[i].Length - 1 - held;
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
            session.Forward(new TokenBatch([.. sessionRows], [.. counts], [.. tokens]), Models.Read.LogProbs | Models.Read.LastLogits);
        }
        foreach ((int row, int known, int held) in passes)
        {
            Reading read = _readings[row];
            double[] logProbs = new double[read.Tokens.Length];
            read.LogProbs.CopyTo(logProbs, 0);
            for (int position = known; position < logProbs.Length; position++)
            {
                logProbs[position] = position == 0 ? TokenSampler.LogProb(_shared.Logits, read.Tokens[0])
                    : position == logProbs.Length - 1 ? TokenSampler.LogProb(session.Logits(read.SessionRow, prompt.Length + position - 1), read.Tokens[position])
                    : session.LogProbs(read.SessionRow)[position - held];
            }
            _readings[row] = read with { LogProbs = logProbs };
        }
    }

    private Score ScoreOf(PartialAnswer row, Reading reading)
    {
        if (reading.LogProbs.Length == 0)
        {
            return Score.None("Nothing has been drawn yet.");
        }
        if (!sharesTokens || row.StepTokenEnds is not { Count: > 0 } ends || ends[^1] != reading.LogProbs.Length)
        {
            return Score.Of(reading.LogProbs.Sum());
        }
        double[] steps = new double[ends.Count];
        for (int step = 0; step < steps.Length; step++)
        {
            steps[step] = reading.LogProbs[(step == 0 ? 0 : ends[step - 1])..ends[step]].Sum();
        }
        return LogProbScorer.ScoreOf(steps);
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
        if (_shared is not null && held.Count < _shared.Session.RowCount)
        {
            _shared.Session.Reorder([.. held]);
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

    /// <summary>What the judge has read of a row: tokens, their log-probabilities, and where the row is in the session.</summary>
    private sealed record Reading(int SessionRow, int[] Tokens, double[] LogProbs)
    {
        public static Reading Nothing { get; } = new(NoRow, [], []);
    }
}
