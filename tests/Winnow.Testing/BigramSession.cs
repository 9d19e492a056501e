using Winnow.Models;

namespace Winnow.Testing;

/// <summary>A session of a <see cref="BigramLanguageModel"/>: it refuses what the contract of a session refuses.</summary>
internal sealed class BigramSession(BigramLanguageModel model, SessionOptions options) : ISession
{
    private readonly List<List<int>> _rows = [];
    private readonly Dictionary<int, List<int>> _branches = [];
    private readonly List<(int From, int Count, Read Read)> _last = [];

    public int RowCount => _rows.Count;

    public int CachedTokens => _rows.Sum(row => row.Count);

    public long ForwardTokens { get; private set; }

    public int Length(int row) => _rows[row].Count;

    public int Add(ReadOnlySpan<int> prompt)
    {
        ForwardTokens += prompt.Length;
        return AddRow([.. prompt], (prompt.Length - 1, 1, Read.LastLogits));
    }

    public void Forward(in TokenBatch batch, Read read)
    {
        int at = 0;
        for (int i = 0; i < batch.Rows.Length; i++)
        {
            List<int> row = _rows[batch.Rows[i]];
            _last[batch.Rows[i]] = (row.Count, batch.Counts[i], read);
            row.AddRange(batch.Tokens.Slice(at, batch.Counts[i]));
            at += batch.Counts[i];
            if (batch.Counts[i] < 1 || row.Count > model.Info.ContextLength)
            {
                throw new InvalidOperationException("A row is empty or longer than the context.");
            }
        }
        ForwardTokens += at;
    }

    public ReadOnlySpan<float> Logits(int row, int position)
    {
        (int from, int count, Read read) = _last[row];
        bool wasRead = read.HasFlag(Read.AllLogits) ? position >= from && position < from + count
            : read.HasFlag(Read.LastLogits) && position == from + count - 1;
        return wasRead ? model.LogitsAfter(_rows[row][position]) : throw new InvalidOperationException($"The last pass did not read logits at {position} of row {row}.");
    }

    public ReadOnlySpan<float> LogProbs(int row)
    {
        (int from, int count, Read read) = _last[row];
        if (!read.HasFlag(Read.LogProbs))
        {
            throw new InvalidOperationException("The last pass did not read log-probabilities.");
        }
        return Enumerable.Range(from, count).Select(position => (float)model.LogProb(_rows[row][position - 1], _rows[row][position])).ToArray();
    }

    public ReadOnlySpan<float> Hidden(int row, int position) => throw new InvalidOperationException("A table has no hidden states.");

    public void Reorder(ReadOnlySpan<int> parents)
    {
        List<List<int>> rows = [];
        foreach (int parent in parents)
        {
            rows.Add([.. _rows[parent]]);
        }
        _rows.Clear();
        _last.Clear();
        foreach (List<int> row in rows)
        {
            AddRow(row, (0, 0, Read.None));
        }
    }

    public void Truncate(int row, int length)
    {
        _rows[row].RemoveRange(length, _rows[row].Count - length);
        _last[row] = (0, 0, Read.None);
    }

    public Branch Keep(int row, int length)
    {
        _branches.Add(_branches.Count, _rows[row].GetRange(0, length));
        return new Branch(_branches.Count - 1, length);
    }

    public int Restore(Branch branch) => AddRow([.. _branches[branch.Id]], (0, 0, Read.None));

    public void Release(Branch branch) => _branches[branch.Id] = [];

    public void Dispose()
    {
    }

    private int AddRow(List<int> row, (int From, int Count, Read Read) last)
    {
        if (_rows.Count == options.MaxRows)
        {
            throw new InvalidOperationException($"The session holds {options.MaxRows} rows at most.");
        }
        _rows.Add(row);
        _last.Add(last);
        return _rows.Count - 1;
    }
}
