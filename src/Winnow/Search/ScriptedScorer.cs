using Winnow.Budgets;
using Winnow.Tasks;

namespace Winnow.Search;

/// <summary>The scorer of a scripted tree: the number in the table, for every step of a prefix.</summary>
public sealed class ScriptedScorer : IScorer
{
    private readonly ScriptedTree _tree;
    private readonly int _tokensPerToken;

    /// <summary>Reads a tree's scores.</summary>
    /// <param name="tree">A tree with scores.</param>
    /// <param name="range">The scale of its numbers.</param>
    /// <param name="tokensPerToken">Scorer tokens charged for each drawn token; default none.</param>
    /// <exception cref="ArgumentException">The tree has no scores.</exception>
    public ScriptedScorer(ScriptedTree tree, ScoreRange range = ScoreRange.Probability, int tokensPerToken = 0)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentOutOfRangeException.ThrowIfNegative(tokensPerToken);
        _ = tree.Scores ?? throw new ArgumentException("This tree has no scores; make it with scores for its nodes.", nameof(tree));
        _tree = tree;
        _tokensPerToken = tokensPerToken;
        Info = new ScorerInfo("scripted", range, ScoresPrefixes: true);
    }

    /// <inheritdoc/>
    public ScorerInfo Info { get; }

    /// <inheritdoc/>
    public Usage AtMost(Problem problem, int calls, long tokens) => new() { ScorerTokens = tokens * _tokensPerToken };

    /// <inheritdoc/>
    public IScoring Open(Problem problem, SearchContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new Scoring(_tree, _tokensPerToken, context);
    }

    private sealed class Scoring(ScriptedTree tree, int tokensPerToken, SearchContext context) : IScoring
    {
        /// <summary>The node up to which each row was read.</summary>
        private int[] _read = [];

        public ValueTask ScoreAsync(IPopulation rows, ReadOnlyMemory<int> which, Memory<Score> scores, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(rows);
            cancellationToken.ThrowIfCancellationRequested();
            if (_read.Length < rows.Rows.Count)
            {
                Array.Resize(ref _read, rows.Rows.Count);
            }
            for (int i = 0; i < which.Length; i++)
            {
                int row = which.Span[i];
                PartialAnswer answer = rows.Rows[row];
                scores.Span[i] = Charge(row, answer) ? ScoreOf(answer) : Score.None(CutReasons.Budget);
            }
            return ValueTask.CompletedTask;
        }

        public void Reorder(ReadOnlySpan<int> parents)
        {
            int[] read = new int[parents.Length];
            for (int i = 0; i < parents.Length; i++)
            {
                read[i] = parents[i] < _read.Length ? _read[parents[i]] : 0;
            }
            _read = read;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private bool Charge(int row, PartialAnswer answer)
        {
            int node = answer.Text.Length == 0 ? 0 : tree.NodeOf(answer.Text);
            int known = _read[row];
            while (known != node)
            {
                (known, node) = known > node ? (tree.Parents[known], node) : (known, tree.Parents[node]);
            }
            Usage usage = new() { ScorerTokens = (long)tokensPerToken * (answer.TokenCount - tree.Answer(known).TokenCount) };
            if (!context.Ledger.TryReserve(usage, out Lease lease))
            {
                return false;
            }
            lease.Settle(usage);
            lease.Dispose();
            _read[row] = answer.Text.Length == 0 ? 0 : tree.NodeOf(answer.Text);
            return true;
        }

        private Score ScoreOf(PartialAnswer answer)
        {
            int[] path = tree.PathTo(tree.NodeOf(answer.Text));
            double[] steps = [.. path.Select(node => tree.Scores![node])];
            return steps.Length == 0 ? Score.None("Nothing has been drawn yet.")
                : steps.Any(double.IsNaN) ? Score.None("The scripted score is not a number.")
                : Score.OfSteps(steps);
        }
    }
}
