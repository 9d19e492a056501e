using Winnow.Budgets;
using Winnow.Numerics;
using Winnow.Search;

namespace Winnow.Tests.Search;

public sealed class ParticleGibbsTests
{
    /// <summary>Answers of one, two and three steps.</summary>
    private static readonly ScriptedTree Uneven = new(
        [-1, 0, 0, 0, 2, 2, 3, 3, 5, 5],
        [1, 0.3, 0.4, 0.3, 0.45, 0.55, 0.7, 0.3, 0.2, 0.8],
        [double.NaN, 0.35, 0.8, 0.45, 0.6, 0.3, 0.75, 0.15, 0.9, 0.4],
        null,
        [null, "a", null, null, "b", null, "a", "c", "c", "b"]);

    private static readonly int[] Leaves = [.. Enumerable.Range(0, Uneven.Count).Where(Uneven.IsFinished)];

    [Theory]
    [InlineData(ParticleWeight.Incremental, 2, 0.5)]
    [InlineData(ParticleWeight.Incremental, 3, 0.9)]
    [InlineData(ParticleWeight.Odds, 2, 0.9)]
    [InlineData(ParticleWeight.Odds, 3, 0.5)]
    public void A_sweep_beside_one_reference_leaves_the_target_as_it_is(ParticleWeight weight, int particles, double threshold)
    {
        double[] target = Target(weight);
        double[] after = AfterOneSweep(target, Settings(weight, particles, threshold, references: 1));
        Assert.All(Leaves.Index(), leaf => Assert.Equal(target[leaf.Index], after[leaf.Index], 1e-10));
    }

    [Fact]
    public void A_reference_weighed_by_its_end_does_not_leave_the_target_as_it_is()
    {
        ParticleGibbsOptions own = Settings(ParticleWeight.AbsoluteOdds, 3, 0.5, references: 1);
        own = own with { Filter = own.Filter with { Schedule = ResamplingSchedule.AfterEveryStep } };
        double[] start = Target(ParticleWeight.Odds);
        double[] byOwn = AfterOneSweep(start, own);
        double[] byEnd = AfterOneSweep(start, own with { ReferenceWeight = ReferenceWeight.Final });
        Assert.InRange(Distance(byOwn, byEnd), 0.01, 1);
        Assert.InRange(Distance(start, byEnd), 0.01, 1);
    }

    [Fact]
    public void The_first_sweep_is_a_multinomial_particle_filter_and_the_vote_is_the_mean_over_the_sweeps()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            ParticleFilter filter = new(new ParticleFilterOptions { Particles = 6, Scheme = ResamplingScheme.Multinomial });
            SearchResult alone = Solve(filter, Budget.Unlimited, seed);
            SearchResult swept = Solve(new ParticleGibbs(new() { Rows = 18, Iterations = 3 }), Budget.Unlimited, seed);
            Assert.Equal(18, swept.Candidates.Count);
            Assert.Equal(alone.Candidates.Select(candidate => candidate.Answer.Text), swept.Candidates.Take(6).Select(candidate => candidate.Answer.Text));
            Assert.All(alone.Candidates.Zip(swept.Candidates), pair => Assert.Equal(pair.First.Weight / 3, pair.Second.Weight, 1e-12));
            Assert.Equal(alone.LogEvidence, swept.LogEvidence);
            Assert.Equal(1, swept.Candidates.Sum(candidate => candidate.Weight), 1e-9);
            // The reference of a sweep was in the sweep before; it comes last.
            Assert.Contains(swept.Candidates[11].Answer.Text, swept.Candidates.Take(6).Select(candidate => candidate.Answer.Text));
            Assert.Contains(swept.Candidates[17].Answer.Text, swept.Candidates.Skip(6).Take(6).Select(candidate => candidate.Answer.Text));
            Assert.Equal(16, swept.Usage.Calls);
        }
    }

    [Fact]
    public void Every_sweep_gets_its_share_of_the_budget()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            SearchResult result = Solve(new ParticleGibbs(), new Budget { MaxTokens = 120 }, seed);
            Assert.InRange(result.Usage.Tokens, 60, 120);
            int sweep = result.Candidates.Count / 4;
            Assert.InRange(sweep, 4, 30);
            Assert.All(result.Candidates.TakeLast(sweep), candidate => Assert.Equal(RowState.Finished, candidate.Answer.State));
        }
    }

    [Fact]
    public void Settings_that_do_not_go_together_are_refused_with_what_to_do()
    {
        Assert.Contains("multiple", Refused(new() { Rows = 7, Iterations = 2 }), StringComparison.Ordinal);
        Assert.Contains("free", Refused(new() { Rows = 4, Iterations = 4 }), StringComparison.Ordinal);
        Assert.Contains("Rows", Refused(new() { Filter = new() { Particles = 4 } }), StringComparison.Ordinal);
        Assert.Contains("AbsoluteOdds", Refused(new() { ReferenceWeight = ReferenceWeight.Final }), StringComparison.Ordinal);
        Assert.Contains("particle-gibbs needs a scorer", new ParticleGibbs().WhyUnsuited(new ScriptedProposer(Uneven).Info, null), StringComparison.Ordinal);

        static string Refused(ParticleGibbsOptions options) => Assert.Throws<ArgumentException>(() => new ParticleGibbs(options)).Message;
    }

    private static ParticleGibbsOptions Settings(ParticleWeight weight, int particles, double threshold, int references) => new()
    {
        Rows = 2 * particles,
        Iterations = 2,
        References = references,
        Filter = new ParticleFilterOptions { Weight = weight, EssThreshold = threshold },
    };

    /// <summary>Where a distribution of references goes in one sweep, exactly.</summary>
    private static double[] AfterOneSweep(double[] start, ParticleGibbsOptions options)
    {
        double[] after = new double[Leaves.Length];
        double[] met = new double[Leaves.Length];
        foreach ((int from, int to, double probability) in new RunEnumeration(Uneven).References(new ParticleGibbs(options)))
        {
            after[Array.IndexOf(Leaves, to)] += start[Array.IndexOf(Leaves, from)] * probability;
            met[Array.IndexOf(Leaves, from)] += probability;
        }
        Assert.All(met, total => Assert.Equal(1, total, 1e-9));
        return after;
    }

    private static double[] Target(ParticleWeight weight)
    {
        double[] masses = [.. Leaves.Select(leaf =>
        {
            double[] scores = [.. Uneven.PathTo(leaf).Select(node => Uneven.Scores![node])];
            double factor = weight == ParticleWeight.Incremental ? scores[^1] : scores.Aggregate(1.0, (product, score) => product * score / (1 - score));
            return Math.Exp(Uneven.Answer(leaf).LogProb!.Value) * factor;
        })];
        return [.. masses.Select(mass => mass / masses.Sum())];
    }

    private static double Distance(double[] a, double[] b) => 0.5 * a.Zip(b, (x, y) => Math.Abs(x - y)).Sum();

    private static SearchResult Solve(IStrategy strategy, Budget budget, int seed) =>
        RandomTrees.Solve(strategy, Uneven, new ScriptedScorer(Uneven), budget, (ulong)seed, typicalTokens: 3);
}
