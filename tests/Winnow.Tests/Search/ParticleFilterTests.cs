using Winnow.Budgets;
using Winnow.Numerics;
using Winnow.Search;

namespace Winnow.Tests.Search;

public sealed class ParticleFilterTests
{
    /// <summary>Three steps of three symbols.</summary>
    private static readonly ScriptedTree Toy = MakeToy();

    [Theory]
    [InlineData(ParticleWeight.Incremental)]
    [InlineData(ParticleWeight.Product)]
    [InlineData(ParticleWeight.Odds)]
    public void Weighted_particles_converge_to_the_target_and_the_evidence_to_its_sum(ParticleWeight weight)
    {
        int[] leaves = [.. Enumerable.Range(0, Toy.Count).Where(Toy.IsFinished)];
        double[] target = [.. leaves.Select(leaf => Math.Exp(Toy.Answer(leaf).LogProb!.Value) * Factor(leaf, weight))];
        double z = target.Sum();
        double[] found = new double[leaves.Length];
        const int Runs = 12;
        double evidence = 0;
        for (int run = 0; run < Runs; run++)
        {
            SearchResult result = Run(weight, 1024, (ulong)run);
            foreach (Candidate candidate in result.Candidates)
            {
                found[Array.IndexOf(leaves, Toy.NodeOf(candidate.Answer.Text))] += candidate.Weight / Runs;
            }
            evidence += Math.Exp(result.LogEvidence!.Value) / Runs;
        }
        double distance = 0.5 * leaves.Index().Sum(leaf => Math.Abs(found[leaf.Index] - target[leaf.Index] / z));
        Assert.InRange(distance, 0, 0.02);
        Assert.Equal(Math.Log(z), Math.Log(evidence), 0.03);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(24)]
    public void The_evidence_of_few_particles_is_unbiased_even_where_the_budget_thins_them(int? maxTokens)
    {
        double z = Enumerable.Range(0, Toy.Count).Where(Toy.IsFinished)
            .Sum(leaf => Math.Exp(Toy.Answer(leaf).LogProb!.Value) * Factor(leaf, ParticleWeight.Odds));
        const int Runs = 2500;
        double[] estimates = new double[Runs];
        int thinned = 0;
        for (int run = 0; run < Runs; run++)
        {
            SearchResult result = Run(ParticleWeight.Odds, 12, (ulong)run, maxTokens);
            estimates[run] = Math.Exp(result.LogEvidence!.Value);
            thinned += result.Candidates.Count < 12 ? 1 : 0;
            Assert.All(result.Candidates, candidate => Assert.Equal(RowState.Finished, candidate.Answer.State));
        }
        double mean = estimates.Average();
        double error = Math.Sqrt(estimates.Sum(estimate => Math.Pow(estimate - mean, 2)) / Runs / Runs);
        Assert.InRange(mean, z - 4 * error, z + 4 * error);
        Assert.Equal(maxTokens is null ? 0 : Runs, thinned);
    }

    [Fact]
    public void A_log_probability_scorer_makes_the_target_the_product_or_by_ratio_the_judge_itself()
    {
        double[] judge = [.. Toy.Probabilities.Select((_, node) => 0.2 + (node * 7 % 5) * 0.1)];
        double[] sums = new double[Toy.Count];
        for (int node = 1; node < Toy.Count; node++)
        {
            judge[node] /= Toy.Children(Toy.Parents[node]).ToArray().Sum(child => 0.2 + (child * 7 % 5) * 0.1);
            sums[node] = sums[Toy.Parents[node]] + Math.Log(judge[node]);
        }
        ScriptedTree judged = new(Toy.Parents, Toy.Probabilities, sums, Toy.Tokens, Toy.Answers);
        int[] leaves = [.. Enumerable.Range(0, Toy.Count).Where(Toy.IsFinished)];
        foreach (ParticleWeight weight in new[] { ParticleWeight.Incremental, ParticleWeight.Ratio })
        {
            double[] target = [.. leaves.Select(leaf => Math.Exp(sums[leaf] + (weight == ParticleWeight.Ratio ? 0 : Toy.Answer(leaf).LogProb!.Value)))];
            double[] found = new double[leaves.Length];
            for (int run = 0; run < 20; run++)
            {
                ParticleFilter filter = new(new ParticleFilterOptions { Particles = 1024, Weight = weight });
                SearchResult result = RandomTrees.Solve(filter, judged, new ScriptedScorer(judged, ScoreRange.LogProbability), Budget.Unlimited, (ulong)run);
                foreach (Candidate candidate in result.Candidates)
                {
                    found[Array.IndexOf(leaves, judged.NodeOf(candidate.Answer.Text))] += candidate.Weight / 20;
                }
            }
            double distance = 0.5 * leaves.Index().Sum(leaf => Math.Abs(found[leaf.Index] - target[leaf.Index] / target.Sum()));
            Assert.InRange(distance, 0, 0.03);
        }
    }

    [Fact]
    public void Weights_that_a_scorer_cannot_carry_are_refused_with_what_to_use()
    {
        ScriptedScorer scorer = new(Toy, ScoreRange.LogProbability);
        ParticleFilter filter = new(new ParticleFilterOptions { Weight = ParticleWeight.Odds, Particles = 4 });
        ArgumentException refused = Assert.ThrowsAny<ArgumentException>(() => RandomTrees.Solve(filter, Toy, scorer, Budget.Unlimited, 1));
        Assert.Contains("Incremental", refused.Message, StringComparison.Ordinal);
        Assert.Contains("needs a scorer", new ParticleFilter().WhyUnsuited(new ScriptedProposer(Toy).Info, null), StringComparison.Ordinal);
    }

    [Fact]
    public void Particles_cut_by_the_limit_of_steps_keep_their_weight_and_cast_no_vote()
    {
        ParticleFilter filter = new(new ParticleFilterOptions { Particles = 8, MaxSteps = 2 });
        SearchResult result = RandomTrees.Solve(filter, Toy, new ScriptedScorer(Toy), Budget.Unlimited, 1);
        Assert.Null(result.Answer);
        Assert.All(result.Candidates, candidate => Assert.Equal((RowState.Cut, CutReasons.Steps, 0.0), (candidate.Answer.State, candidate.Answer.Reason, candidate.Weight)));
    }

    private static SearchResult Run(ParticleWeight weight, int particles, ulong seed, int? maxTokens = null)
    {
        ParticleFilter filter = new(new ParticleFilterOptions { Particles = particles, Weight = weight });
        return RandomTrees.Solve(filter, Toy, new ScriptedScorer(Toy), new Budget { MaxTokens = maxTokens }, seed, typicalTokens: 3);
    }

    private static double Factor(int leaf, ParticleWeight weight)
    {
        double[] scores = [.. Toy.PathTo(leaf).Select(node => Toy.Scores![node])];
        return weight switch
        {
            ParticleWeight.Incremental => scores[^1],
            ParticleWeight.Product => scores.Aggregate(1.0, (product, score) => product * score),
            _ => scores.Aggregate(1.0, (product, score) => product * score / (1 - score)),
        };
    }

    private static ScriptedTree MakeToy()
    {
        HashedUniforms uniforms = new(11);
        List<int> parents = [-1];
        for (int node = 1; node < 40; node++)
        {
            parents.Add((node - 1) / 3);
        }
        double[] shares = [.. parents.Select((_, node) => 0.1 + uniforms.Next("p", 0, node, 0))];
        double[] probabilities = [1, .. Enumerable.Range(1, 39).Select(node => shares[node] / Enumerable.Range(3 * parents[node] + 1, 3).Sum(sibling => shares[sibling]))];
        double[] scores = [.. parents.Select((_, node) => 0.15 + 0.7 * uniforms.Next("r", 0, node, 0))];
        string?[] answers = [.. parents.Select((_, node) => node >= 13 ? RandomTrees.Letters[node % 4] : null)];
        return new ScriptedTree(parents, probabilities, scores, null, answers);
    }
}
