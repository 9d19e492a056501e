using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Reproductions;

/// <summary>Three steps of three symbols, small enough to enumerate the posterior of a filter exactly.</summary>
internal static class PosteriorTree
{
    private const int Symbols = 3;
    private const int Steps = 3;

    /// <summary>Every leaf is its own answer.</summary>
    public static LeafKey Leaf { get; } = new();

    /// <summary>The tree: uneven step probabilities and rewards, the same in every run.</summary>
    public static ScriptedTree Create()
    {
        List<int> parents = [-1];
        List<double> probabilities = [1];
        List<double> scores = [0.5];
        List<string?> answers = [null];
        int levelStart = 0;
        for (int step = 1; step <= Steps; step++)
        {
            int levelEnd = parents.Count;
            for (int parent = levelStart; parent < levelEnd; parent++)
            {
                for (int symbol = 0; symbol < Symbols; symbol++)
                {
                    int node = parents.Count;
                    parents.Add(parent);
                    probabilities.Add(symbol switch { 0 => 0.5, 1 => 0.3, _ => 0.2 });
                    scores.Add(0.05 + 0.9 * (node * 7 % 13 / 13.0));
                    answers.Add(step == Steps ? $"leaf {node}" : null);
                }
            }
            levelStart = levelEnd;
        }
        return new ScriptedTree(parents, probabilities, scores, answers: answers);
    }

    /// <summary>p(leaf)·r(leaf)/Z for every node; 0 for inner ones.</summary>
    public static double[] Posterior(ScriptedTree tree)
    {
        double[] prior = new double[tree.Count];
        double[] posterior = new double[tree.Count];
        prior[0] = 1;
        for (int node = 1; node < tree.Count; node++)
        {
            prior[node] = prior[tree.Parents[node]] * tree.Probabilities[node];
            posterior[node] = tree.IsFinished(node) ? prior[node] * tree.Scores![node] : 0;
        }
        double total = posterior.Sum();
        return [.. posterior.Select(mass => mass / total)];
    }

    internal sealed class LeafKey : IAnswerKey, IAnswerChecker
    {
        public string? Canonical(string text) => text.TrimEnd('\n').Split('\n')[^1];

        public bool IsCorrect(Problem problem, string answer) => false;
    }
}
