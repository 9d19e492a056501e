using Winnow.Budgets;

namespace Winnow.Search;

/// <summary>Rows that walk down a scripted tree. A row that advances consumes one uniform for each step.</summary>
internal sealed class ScriptedPopulation(ScriptedTree tree, ScriptedCosts costs, SearchContext context) : IPopulation
{
    private readonly List<PartialAnswer> _rows = [];
    private readonly List<int> _nodes = [];
    private readonly Dictionary<int, (int Node, PartialAnswer Row)> _kept = [];
    private bool _readPrompt;

    public IReadOnlyList<PartialAnswer> Rows => _rows;

    public ValueTask GrowAsync(int rows, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        cancellationToken.ThrowIfCancellationRequested();
        for (int i = 0; i < rows; i++)
        {
            bool granted = context.Ledger.TryReserve(costs.For(1, 0), out Lease lease);
            using (lease)
            {
                if (granted)
                {
                    lease.Settle(costs.For(1, 0) with { ForwardTokens = _readPrompt ? 0 : costs.PromptTokens });
                    _readPrompt = true;
                }
                _rows.Add(granted ? tree.Answer(0) : tree.Answer(0) with { State = RowState.Cut, Reason = CutReasons.Calls });
                _nodes.Add(0);
            }
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask StepAsync(ReadOnlyMemory<int> rows, StepRule rule, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rule);
        long pool = rule.MaxTotalTokens ?? long.MaxValue;
        foreach (int row in rows.Span)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_rows[row].State != RowState.Active)
            {
                throw new InvalidOperationException($"Row {row} is {_rows[row].State}; only active rows can be extended.");
            }
            pool -= Extend(row, rule, Math.Min(pool, rule.MaxTokens));
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask<double> FollowAsync(int row, PartialAnswer path, int steps, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(steps, path.Steps);
        int[] nodes = tree.PathTo(tree.NodeOf(path.Text));
        double logProb = 0;
        for (int step = 0; step < steps; step++)
        {
            logProb += Math.Log(tree.Probabilities[nodes[step]]);
        }
        _nodes[row] = steps == 0 ? 0 : nodes[steps - 1];
        _rows[row] = tree.Answer(_nodes[row]);
        return ValueTask.FromResult(logProb);
    }

    public void Reorder(ReadOnlySpan<int> parents)
    {
        PartialAnswer[] rows = [.. _rows];
        int[] nodes = [.. _nodes];
        _rows.Clear();
        _nodes.Clear();
        foreach (int parent in parents)
        {
            _rows.Add(rows[parent]);
            _nodes.Add(nodes[parent]);
        }
    }

    public Mark Keep(int row)
    {
        _kept.Add(_kept.Count, (_nodes[row], _rows[row]));
        return new Mark(_kept.Count - 1);
    }

    public int Restore(Mark mark)
    {
        (int node, PartialAnswer row) = _kept[mark.Id];
        _nodes.Add(node);
        _rows.Add(row);
        return _rows.Count - 1;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private long Extend(int row, StepRule rule, long limit)
    {
        int before = _nodes[row];
        int sent = costs.PromptTokens + _rows[row].TokenCount;
        long wanted = 0;
        int node = before;
        bool failed = false;
        do
        {
            int depth = _rows[row].Steps + StepsBetween(before, node);
            node = Draw(node, rule, row + rule.SlotOffset, depth);
            wanted += tree.Tokens[node];
            failed = costs.FailureRate > 0 && context.Uniforms.Next("failure", rule.Iteration, row + rule.SlotOffset, depth) < costs.FailureRate;
        }
        while (rule.ToEnd && !failed && wanted <= limit && !tree.IsFinished(node));

        long drawn = Math.Min(wanted, limit);
        Usage atMost = costs.For(0, drawn);
        bool granted = context.Ledger.TryReserve(atMost, out Lease lease);
        using (lease)
        {
            if (!granted)
            {
                _rows[row] = _rows[row] with { State = RowState.Cut, Reason = CutReasons.Budget };
                return 0;
            }
            lease.Settle(atMost with { PromptTokens = sent, ForwardTokens = drawn });
        }
        if (wanted > limit)
        {
            string reason = limit < rule.MaxTokens ? CutReasons.Budget : CutReasons.StepTokens;
            _rows[row] = _rows[row] with { State = RowState.Cut, Reason = reason, TokenCount = _rows[row].TokenCount + (int)drawn };
            return drawn;
        }
        _nodes[row] = node;
        _rows[row] = failed
            ? tree.Answer(node) with { State = RowState.Failed, Reason = "The scripted call failed." }
            : tree.Answer(node);
        return drawn;
    }

    private int StepsBetween(int ancestor, int node) => tree.Answer(node).Steps - tree.Answer(ancestor).Steps;

    private int Draw(int node, StepRule rule, int slot, int depth)
    {
        ReadOnlySpan<int> children = tree.Children(node);
        if (rule.Temperature == 0)
        {
            int best = children[0];
            foreach (int child in children)
            {
                best = tree.Probabilities[child] > tree.Probabilities[best] ? child : best;
            }
            return best;
        }
        double total = 0;
        foreach (int child in children)
        {
            total += Tempered(child, rule.Temperature);
        }
        double point = context.Uniforms.Next(rule.Stream, rule.Iteration, slot, depth) * total;
        double cumulative = 0;
        foreach (int child in children)
        {
            cumulative += Tempered(child, rule.Temperature);
            if (cumulative > point)
            {
                return child;
            }
        }
        return children[^1];
    }

    private double Tempered(int child, double temperature) =>
        temperature == 1 ? tree.Probabilities[child] : Math.Pow(tree.Probabilities[child], 1 / temperature);
}
