using System.Globalization;
using Winnow.Tasks;

namespace Winnow.Search;

/// <summary>
/// A step model that is a table: nodes are prefixes of answers, children are the possible next steps with their
/// probabilities. For simulations, exact enumeration and tests of search methods, with no language model.
/// </summary>
/// <remarks>
/// Nodes are numbered so that a parent comes before its children; node 0 is the empty prefix; a node without children
/// is a finished answer. A step's text is its node's number on a line of its own, and a finished answer with a result
/// ends in a line <c>A: result</c>, so that every text names its node.
/// </remarks>
public sealed class ScriptedTree
{
    private readonly int[][] _children;
    private readonly PartialAnswer[] _answers;

    /// <summary>Makes a tree. All lists have shape [nodes].</summary>
    /// <param name="parents">Parent of each node, smaller than the node itself; that of node 0 is not read.</param>
    /// <param name="probabilities">Probability of each node given its parent; those of siblings sum to 1.</param>
    /// <param name="scores">A scorer's number for the prefix that ends in each node; that of node 0 is not read. Null: the tree has no scorer.</param>
    /// <param name="tokens">Tokens of each step, 0 or more. Null: one each.</param>
    /// <param name="answers">Result of each finished answer; null where none can be found. Null: no node has one.</param>
    /// <exception cref="ArgumentException">The lists differ in length, a parent is not before its child, or probabilities are not a distribution.</exception>
    public ScriptedTree(
        IReadOnlyList<int> parents,
        IReadOnlyList<double> probabilities,
        IReadOnlyList<double>? scores = null,
        IReadOnlyList<int>? tokens = null,
        IReadOnlyList<string?>? answers = null)
    {
        ArgumentNullException.ThrowIfNull(parents);
        ArgumentNullException.ThrowIfNull(probabilities);
        Count = parents.Count;
        ArgumentOutOfRangeException.ThrowIfLessThan(Count, 1, nameof(parents));
        RequireLength(probabilities.Count, nameof(probabilities));
        RequireLength(scores?.Count ?? Count, nameof(scores));
        RequireLength(tokens?.Count ?? Count, nameof(tokens));
        RequireLength(answers?.Count ?? Count, nameof(answers));
        Parents = parents;
        Probabilities = probabilities;
        Scores = scores;
        Tokens = tokens ?? [.. Enumerable.Repeat(1, Count)];
        Answers = answers ?? new string?[Count];
        _children = ChildrenOf(parents);
        RequireDistributions();
        _answers = Describe();
    }

    /// <summary>Number of nodes.</summary>
    public int Count { get; }

    /// <summary>Parent of each node.</summary>
    public IReadOnlyList<int> Parents { get; }

    /// <summary>Probability of each node given its parent.</summary>
    public IReadOnlyList<double> Probabilities { get; }

    /// <summary>The scorer's number for each prefix; null where the tree has no scorer.</summary>
    public IReadOnlyList<double>? Scores { get; }

    /// <summary>Tokens of each step.</summary>
    public IReadOnlyList<int> Tokens { get; }

    /// <summary>Result of each finished answer.</summary>
    public IReadOnlyList<string?> Answers { get; }

    /// <summary>Children of a node, ascending.</summary>
    public ReadOnlySpan<int> Children(int node) => _children[node];

    /// <summary>Whether a node is a finished answer.</summary>
    public bool IsFinished(int node) => _children[node].Length == 0;

    /// <summary>The answer that ends in a node.</summary>
    public PartialAnswer Answer(int node) => _answers[node];

    /// <summary>The node that a text ends in.</summary>
    /// <exception cref="ArgumentException">The text is not one of this tree's.</exception>
    public int NodeOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        ReadOnlySpan<char> rest = text.AsSpan();
        int node = 0;
        foreach (Range line in rest.Split('\n'))
        {
            if (int.TryParse(rest[line], NumberStyles.None, CultureInfo.InvariantCulture, out int named))
            {
                node = named;
            }
        }
        if (node >= Count)
        {
            throw new ArgumentException($"\"{text}\" names node {node}; this tree has {Count} nodes. Pass a text that was drawn from it.", nameof(text));
        }
        return node;
    }

    /// <summary>The nodes from the first step to a node.</summary>
    public int[] PathTo(int node)
    {
        List<int> path = [];
        for (int at = node; at != 0; at = Parents[at])
        {
            path.Add(at);
        }
        path.Reverse();
        return [.. path];
    }

    /// <summary>A problem whose answers are this tree's.</summary>
    /// <param name="id">Identifier of the problem.</param>
    /// <param name="gold">The right result; null: none is right.</param>
    public static Problem ProblemFor(string id, string? gold) => new()
    {
        Id = id,
        Question = id,
        Prompt = id,
        Target = gold,
        Answers = ResultLine.Instance,
        Checker = ResultLine.Instance,
    };

    private static int[][] ChildrenOf(IReadOnlyList<int> parents)
    {
        var lists = new List<int>[parents.Count];
        for (int node = 0; node < parents.Count; node++)
        {
            lists[node] = [];
            if (node == 0)
            {
                continue;
            }
            if (parents[node] < 0 || parents[node] >= node)
            {
                throw new ArgumentException($"Node {node} has the parent {parents[node]}; a parent must lie in 0 … {node - 1}.", nameof(parents));
            }
            lists[parents[node]].Add(node);
        }
        return [.. lists.Select(list => list.ToArray())];
    }

    private void RequireLength(int length, string name)
    {
        if (length != Count)
        {
            throw new ArgumentException($"{name} has {length} entries for {Count} nodes; give one for each node.", name);
        }
    }

    private void RequireDistributions()
    {
        for (int node = 0; node < Count; node++)
        {
            double sum = 0;
            foreach (int child in _children[node])
            {
                if (!(Probabilities[child] is >= 0 and <= 1))
                {
                    throw new ArgumentException($"Node {child} has probability {Probabilities[child]}; it must lie in 0 … 1.", nameof(Probabilities));
                }
                sum += Probabilities[child];
            }
            if (_children[node].Length > 0 && Math.Abs(sum - 1) > 1e-6)
            {
                throw new ArgumentException($"The children of node {node} have probabilities that sum to {sum}; they must sum to 1.", nameof(Probabilities));
            }
            ArgumentOutOfRangeException.ThrowIfNegative(Tokens[node], nameof(Tokens));
        }
    }

    private PartialAnswer[] Describe()
    {
        var answers = new PartialAnswer[Count];
        answers[0] = PartialAnswer.Empty with { StepLogProbs = [], State = IsFinished(0) ? RowState.Finished : RowState.Active };
        for (int node = 1; node < Count; node++)
        {
            PartialAnswer before = answers[Parents[node]];
            string text = before.Text + node.ToString(CultureInfo.InvariantCulture) + "\n";
            if (IsFinished(node) && Answers[node] is { } result)
            {
                text += ResultLine.Prefix + result;
            }
            answers[node] = new PartialAnswer
            {
                Text = text,
                StepEnds = [.. before.StepEnds, text.Length],
                StepLogProbs = [.. before.StepLogProbs!, Math.Log(Probabilities[node])],
                TokenCount = before.TokenCount + Tokens[node],
                State = IsFinished(node) ? RowState.Finished : RowState.Active,
            };
        }
        return answers;
    }

    private sealed class ResultLine : IAnswerKey, IAnswerChecker
    {
        public const string Prefix = "A: ";

        public static ResultLine Instance { get; } = new();

        public string? Canonical(string text)
        {
            int at = text.LastIndexOf('\n' + Prefix, StringComparison.Ordinal);
            return at < 0 ? null : text[(at + 1 + Prefix.Length)..];
        }

        public bool IsCorrect(Problem problem, string answer) => string.Equals(answer, problem.Target, StringComparison.Ordinal);
    }
}
