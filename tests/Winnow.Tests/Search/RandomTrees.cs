using Winnow.Budgets;
using Winnow.Numerics;
using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Tests.Search;

/// <summary>Scripted trees made at random, whose answers have nothing to do with their probabilities or scores.</summary>
internal static class RandomTrees
{
    public static readonly string[] Letters = ["a", "b", "c", "d"];

    public static ScriptedTree Make(Random random, int depth = 3, int branching = 3, bool scoresKnowTheAnswer = false)
    {
        List<int> parents = [-1];
        List<double> probabilities = [1];
        List<int> tokens = [0];
        List<string?> answers = [null];
        List<int> level = [0];
        for (int step = 1; step <= depth; step++)
        {
            List<int> next = [];
            foreach (int node in level)
            {
                double[] shares = [.. Enumerable.Range(0, 1 + random.Next(branching)).Select(_ => 0.05 + random.NextDouble())];
                foreach (double share in shares)
                {
                    parents.Add(node);
                    probabilities.Add(share / shares.Sum());
                    tokens.Add(1 + random.Next(9));
                    bool ends = step == depth || random.Next(5) == 0;
                    answers.Add(ends && random.Next(10) > 0 ? Letters[random.Next(Letters.Length)] : null);
                    if (!ends)
                    {
                        next.Add(parents.Count - 1);
                    }
                }
            }
            level = next;
        }
        double[] scores = [.. parents.Select(_ => 0.02 + 0.96 * random.NextDouble())];
        if (scoresKnowTheAnswer)
        {
            Array.Fill(scores, 0.01);
            for (int node = parents.Count - 1; node >= 0; node--)
            {
                scores[node] = answers[node] == "a" ? 0.99 : scores[node];
                if (node > 0)
                {
                    scores[parents[node]] = Math.Max(scores[parents[node]], scores[node]);
                }
            }
        }
        return new ScriptedTree(parents, probabilities, scores, tokens, answers);
    }

    /// <summary>Probability that one draw is right.</summary>
    public static double PassAt1(ScriptedTree tree, string gold) =>
        Enumerable.Range(1, tree.Count - 1).Where(node => tree.IsFinished(node) && tree.Answers[node] == gold)
            .Sum(node => Math.Exp(tree.Answer(node).LogProb!.Value));

    public static SearchResult Solve(
        IStrategy strategy, ScriptedTree tree, IScorer? scorer, Budget budget, ulong seed, ScriptedCosts? costs = null, Ledger? ledger = null, int? typicalTokens = null)
    {
        SearchContext context = new() { Ledger = ledger ?? new Ledger(budget), Uniforms = new HashedUniforms(seed) };
        ScriptedProposer proposer = new(tree, costs);
        if (typicalTokens is not null)
        {
            proposer = new ScriptedProposer(tree, costs) { Info = proposer.Info with { TypicalAnswerTokens = typicalTokens } };
        }
        Problem problem = ScriptedTree.ProblemFor($"tree {seed}", "a");
        Task<SearchResult> solved = strategy.SolveAsync(problem, proposer, scorer, context, TestContext.Current.CancellationToken);
        Assert.True(solved.IsCompleted, "Nothing on a scripted tree waits.");
        return solved.GetAwaiter().GetResult();
    }
}
