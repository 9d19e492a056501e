using Winnow.Budgets;
using Winnow.Numerics;
using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Reproductions;

/// <summary>
/// An endless tree of reasoning steps with a noisy process reward model, and no language model: the smallest world in
/// which search against a reward can be hacked.
/// </summary>
/// <remarks>
/// A prefix is alive until a bad step. Its reward is sigmoid(±μ + b + noise), where b is a random walk that children
/// inherit: a persistent mistake of the reward model, which is what search exploits. Alive leaves answer rightly, dead
/// ones with one of four wrong answers. One token a step. The same object proposes and scores.
/// </remarks>
public sealed class SyntheticRewardTree : IProposer, IScorer
{
    private const string Right = "right";
    private static readonly string[] Wrong = ["wrong 1", "wrong 2", "wrong 3", "wrong 4"];

    /// <summary>Steps of an answer. Default 8.</summary>
    public int Depth { get; init; } = 8;

    /// <summary>Chance that a step keeps a living prefix alive, p. Default 0.75.</summary>
    public double StepAccuracy { get; init; } = 0.75;

    /// <summary>How far the reward's logit of living prefixes lies above that of dead ones, half of it: μ. Default 0.7.</summary>
    public double Separation { get; init; } = 0.7;

    /// <summary>Standard deviation of each step of the inherited bias. Default 0.8.</summary>
    public double BiasDeviation { get; init; } = 0.8;

    /// <summary>Standard deviation of the fresh noise of each reward. Default 0.5.</summary>
    public double NoiseDeviation { get; init; } = 0.5;

    ProposerInfo IProposer.Info => new("synthetic-reward-tree", CanStep: true, HasLogProbs: false, Depth) { TypicalAnswerTokens = Depth, MaxActiveRows = 4096 };

    ScorerInfo IScorer.Info { get; } = new("synthetic-reward", ScoreRange.Probability, ScoresPrefixes: true);

    /// <summary>The problem whose right answer is that of a living leaf.</summary>
    public static Problem Problem(string id) => new()
    {
        Id = id,
        Question = "Reach a leaf without a bad step.",
        Prompt = "",
        Target = Right,
        Answers = LastStep.Instance,
        Checker = LastStep.Instance,
    };

    Usage IProposer.AtMost(Problem problem, int calls, long tokens) => new() { Calls = calls, TokensGenerated = tokens };

    Usage IScorer.AtMost(Problem problem, int calls, long tokens) => default;

    IPopulation IProposer.Open(Problem problem, SearchContext context) => new Population(this, context);

    IScoring IScorer.Open(Problem problem, SearchContext context) => new Scoring();

    /// <summary>The last line of a leaf is its answer.</summary>
    private sealed class LastStep : IAnswerKey, IAnswerChecker
    {
        public static LastStep Instance { get; } = new();

        public string? Canonical(string text) => text.TrimEnd('\n').Split('\n')[^1] is { Length: > 0 } last ? last : null;

        public bool IsCorrect(Problem problem, string answer) => answer == problem.Target;
    }

    private readonly record struct Node(bool IsAlive, double Bias, double Reward);

    private sealed class Population(SyntheticRewardTree tree, SearchContext context) : IPopulation
    {
        private readonly List<PartialAnswer> _rows = [];
        private readonly List<Node> _nodes = [];
        private readonly List<(PartialAnswer Row, Node Node)> _kept = [];
        private int _drawn;

        public IReadOnlyList<PartialAnswer> Rows => _rows;

        public double RewardOf(int row) => _nodes[row].Reward;

        public ValueTask GrowAsync(int rows, CancellationToken cancellationToken = default)
        {
            for (int i = 0; i < rows; i++)
            {
                bool granted = context.Ledger.TryCharge(new Usage { Calls = 1 });
                _rows.Add(granted ? PartialAnswer.Empty : PartialAnswer.Empty with { State = RowState.Cut, Reason = CutReasons.Calls });
                _nodes.Add(new Node(IsAlive: true, 0, 0.5));
            }
            return ValueTask.CompletedTask;
        }

        public ValueTask StepAsync(ReadOnlyMemory<int> rows, StepRule rule, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (int row in rows.Span)
            {
                do
                {
                    Extend(row, rule);
                }
                while (rule.ToEnd && _rows[row].State == RowState.Active);
            }
            return ValueTask.CompletedTask;
        }

        public ValueTask<double> FollowAsync(int row, PartialAnswer path, int steps, CancellationToken cancellationToken = default) =>
            throw new InvalidOperationException("The tree has no two equal paths to follow.");

        public void Reorder(ReadOnlySpan<int> parents)
        {
            (PartialAnswer Row, Node Node)[] old = [.. _rows.Zip(_nodes)];
            _rows.Clear();
            _nodes.Clear();
            foreach (int parent in parents)
            {
                _rows.Add(old[parent].Row);
                _nodes.Add(old[parent].Node);
            }
        }

        public Mark Keep(int row)
        {
            _kept.Add((_rows[row], _nodes[row]));
            return new Mark(_kept.Count - 1);
        }

        public int Restore(Mark mark)
        {
            _rows.Add(_kept[mark.Id].Row);
            _nodes.Add(_kept[mark.Id].Node);
            return _rows.Count - 1;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private void Extend(int row, StepRule rule)
        {
            if (!context.Ledger.TryCharge(new Usage { TokensGenerated = 1 }))
            {
                _rows[row] = _rows[row] with { State = RowState.Cut, Reason = CutReasons.Budget };
                return;
            }
            int depth = _rows[row].Steps + 1;
            int slot = row + rule.SlotOffset;
            double Uniform(string name) => context.Uniforms.Next(name, rule.Iteration, slot, depth);
            Node parent = _nodes[row];
            bool isAlive = parent.IsAlive && Uniform("alive") < tree.StepAccuracy;
            double bias = parent.Bias + tree.BiasDeviation * Gaussian(Uniform("bias"), Uniform("bias angle"));
            double logit = (isAlive ? tree.Separation : -tree.Separation) + bias + tree.NoiseDeviation * Gaussian(Uniform("noise"), Uniform("noise angle"));
            _nodes[row] = new Node(isAlive, bias, 1 / (1 + Math.Exp(-logit)));

            bool isLeaf = depth == tree.Depth;
            // No two nodes have the same text, since each has a reward of its own.
            string answer = !isLeaf ? "" : isAlive ? $"\n{Right}" : $"\n{Wrong[(int)(Uniform("answer") * Wrong.Length)]}";
            string text = $"{_rows[row].Text}step {depth}, node {++_drawn}{answer}\n";
            _rows[row] = _rows[row] with
            {
                Text = text,
                StepEnds = [.. _rows[row].StepEnds, text.Length],
                TokenCount = depth,
                State = isLeaf ? RowState.Finished : RowState.Active,
            };
        }

        // Box and Muller (1958).
        private static double Gaussian(double u, double angle) => Math.Sqrt(-2 * Math.Log(1 - u)) * Math.Cos(2 * Math.PI * angle);
    }

    private sealed class Scoring : IScoring
    {
        public ValueTask ScoreAsync(IPopulation rows, ReadOnlyMemory<int> which, Memory<Score> scores, CancellationToken cancellationToken = default)
        {
            if (rows is not Population population)
            {
                throw new ArgumentException("The synthetic reward judges its own tree only.", nameof(rows));
            }
            for (int i = 0; i < which.Length; i++)
            {
                scores.Span[i] = Score.Of(population.RewardOf(which.Span[i]));
            }
            return ValueTask.CompletedTask;
        }

        public void Reorder(ReadOnlySpan<int> parents)
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
