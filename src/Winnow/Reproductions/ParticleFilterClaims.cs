using System.Diagnostics;
using Winnow.Budgets;
using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Reproductions;

/// <summary>
/// The claims of "A Probabilistic Inference Approach to Inference-Time Scaling of LLMs using Particle-Based Monte
/// Carlo Methods" (Puri et al., 2025): on a synthetic reward tree, where the truth is known, and on a small model.
/// </summary>
/// <param name="open">Opens a model that draws step by step, and a scorer of its prefixes.</param>
public sealed class ParticleFilterClaims(Func<CancellationToken, Task<ReproductionSetting>> open) : IReproduction
{
    private const ulong Seed = 1;
    private const long ModelBudget = 1500;

    /// <inheritdoc/>
    public string PaperId => "particle-filter";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ClaimResult>> RunAsync(ReproductionEffort effort, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        (int trees, int problems, int seeds) = effort switch
        {
            ReproductionEffort.Quick => (4_000, 40, 1),
            ReproductionEffort.Default => (12_000, 300, 5),
            _ => (40_000, int.MaxValue, 20),
        };
        return
        [
            .. await OnTreesAsync(trees, progress, cancellationToken).ConfigureAwait(false),
            await PosteriorAsync(progress, cancellationToken).ConfigureAwait(false),
            await OnModelAsync(problems, seeds, progress, cancellationToken).ConfigureAwait(false),
        ];
    }

    private async Task<IReadOnlyList<ClaimResult>> OnTreesAsync(int trees, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var tree = new SyntheticRewardTree();
        Problem[] problems = [.. Enumerable.Range(0, trees).Select(i => SyntheticRewardTree.Problem($"tree-{i}"))];

        async Task<double[]> Run(string name, IStrategy strategy, int n)
        {
            progress?.Report($"{name}, N = {n}, {trees} synthetic trees");
            // Every strategy may take N steps in each of the eight rounds; each has trees of its own.
            var budget = new Budget { MaxTokens = (long)n * tree.Depth };
            return await Measurement.AccuracyAsync(strategy, problems, tree, tree, budget, Numerics.Seeds.Derive(Seed, name, n), cancellationToken).ConfigureAwait(false);
        }

        Task<double[]> Filter(int n, ParticleChoice choice) => Run($"particle filter, {choice}", new ParticleFilter(new()
        {
            Particles = n,
            Weight = ParticleWeight.AbsoluteOdds,
            Schedule = ResamplingSchedule.BeforeEveryStep,
            Choice = choice,
        }), n);
        Task<double[]> Beam(int n, BeamConvention convention) => Run($"beam, {convention}", new Beam(new() { Rows = n, Convention = convention }), n);

        double[] filter4 = await Filter(4, ParticleChoice.Argmax).ConfigureAwait(false);
        double[] filter16 = await Filter(16, ParticleChoice.Argmax).ConfigureAwait(false);
        double[] filter64 = await Filter(64, ParticleChoice.Argmax).ConfigureAwait(false);
        double[] beam4 = await Beam(4, BeamConvention.SearchAndLearn).ConfigureAwait(false);
        double[] beam16 = await Beam(16, BeamConvention.SearchAndLearn).ConfigureAwait(false);
        double[] beam64 = await Beam(64, BeamConvention.SearchAndLearn).ConfigureAwait(false);
        double[] votedBeam64 = await Beam(64, BeamConvention.Winnow).ConfigureAwait(false);
        double[] bestOf64 = await Run("best-of-N", new BestOfN(new() { Samples = 64 }), 64).ConfigureAwait(false);

        double[] filterGain = Measurement.Difference(filter64, filter16);
        double[] beamGain = Measurement.Difference(beam64, beam16);
        ClaimResult Claim(string claim, string metric, double[] values, bool expected, double baseline, double threshold = 0) =>
            Measurement.Exceeds(PaperId, claim, metric, threshold, values, expected, baseline, Seed, watch);
        return
        [
            Claim(
                "From 16 to 64 particles the filter keeps improving where a beam chosen by the same score saturates.",
                "accuracy gained by the filter from N=16 to 64, less that gained by the beam (synthetic tree, persistent reward error)",
                Measurement.Difference(filterGain, beamGain), expected: true, beamGain.Average()),
            Claim(
                "The filter beats a beam of equal size at 64 rows.", "accuracy of the filter less that of the beam, N=64, best score",
                Measurement.Difference(filter64, beam64), expected: true, beam64.Average()),
            Claim(
                "The filter beats a beam of equal size even at 4 rows.", "accuracy of the filter less that of the beam, N=4, best score",
                Measurement.Difference(filter4, beam4), expected: false, beam4.Average()),
            Claim(
                "The filter is far above best-of-N: it stops paying for dead prefixes.", "accuracy of the filter less that of best-of-N, N=64 (holds above 0.2)",
                Measurement.Difference(filter64, bestOf64), expected: true, bestOf64.Average(), threshold: 0.2),
            Claim(
                "It is the filter, not the final weighted vote, that beats the beam.", "accuracy of the filter (best score) less that of a beam with weighted vote, N=64",
                Measurement.Difference(filter64, votedBeam64), expected: false, votedBeam64.Average()),
        ];
    }

    /// <summary>The weighted particles against the exact posterior of a tree of three steps and three symbols.</summary>
    private async Task<ClaimResult> PosteriorAsync(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        const int particles = 1024;
        const int runs = 64;
        progress?.Report("the exact posterior of a small tree");
        var watch = Stopwatch.StartNew();
        ScriptedTree tree = PosteriorTree.Create();
        double[] exact = PosteriorTree.Posterior(tree);
        var problem = new Problem { Id = "posterior", Question = "", Prompt = "", Answers = PosteriorTree.Leaf, Checker = PosteriorTree.Leaf };
        var filter = new ParticleFilter(new() { Particles = particles, Weight = ParticleWeight.Incremental });
        double[] mass = new double[tree.Count];
        for (int run = 0; run < runs; run++)
        {
            var context = new SearchContext { Ledger = new Ledger(Budget.Unlimited), Uniforms = Numerics.HashedUniforms.For(Seed, "posterior", run) };
            SearchResult result = await filter.SolveAsync(problem, new ScriptedProposer(tree), new ScriptedScorer(tree, ScoreRange.Probability), context, cancellationToken).ConfigureAwait(false);
            foreach (Candidate candidate in result.Candidates)
            {
                mass[tree.NodeOf(candidate.Answer.Text)] += candidate.Weight / runs;
            }
        }
        double variation = exact.Zip(mass, (p, q) => Math.Abs(p - q)).Sum() / 2;
        return new ClaimResult
        {
            Id = PaperId,
            Claim = "The weighted particles are a sample of the posterior p(x)·r(x)/Z.",
            Metric = $"total variation to the exact posterior, {runs} runs of {particles} particles (holds below 0.01)",
            Measured = variation,
            Holds = variation < 0.01,
            Expected = true,
            Seconds = watch.Elapsed.TotalSeconds,
        };
    }

    private async Task<ClaimResult> OnModelAsync(int problems, int seeds, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        (IProposer proposer, IScorer scorer, TaskSet task) = await open(cancellationToken).ConfigureAwait(false);
        Problem[] chosen = [.. task.Problems.Take(problems)];
        var budget = new Budget { MaxTokens = ModelBudget };
        double[] filter = new double[chosen.Length];
        double[] voted = new double[chosen.Length];
        for (int s = 0; s < seeds; s++)
        {
            progress?.Report($"{proposer.Info.Name}, {chosen.Length} problems, seed {s + 1} of {seeds}");
            ulong seed = Numerics.Seeds.Derive(Seed, "model", s);
            double[] f = await Measurement.AccuracyAsync(new ParticleFilter(), chosen, proposer, scorer, budget, seed, cancellationToken).ConfigureAwait(false);
            double[] w = await Measurement.AccuracyAsync(new WeightedMajority(), chosen, proposer, scorer, budget, seed, cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < chosen.Length; i++)
            {
                filter[i] += f[i] / seeds;
                voted[i] += w[i] / seeds;
            }
        }
        return Measurement.Exceeds(
            PaperId, "At equal tokens the filter beats weighted best-of-N by five points on a real model.",
            $"accuracy of the filter less that of weighted majority, {ModelBudget} tokens a problem, {proposer.Info.Name} judged by {scorer.Info.Name} (holds above 0.05)",
            0.05, Measurement.Difference(filter, voted), expected: false, voted.Average(), Seed, watch);
    }
}
