using Winnow.Evaluation;
using Winnow.Numerics;

namespace Winnow.Tests.Evaluation;

public sealed class BootstrapTests
{
    [Fact]
    public void Equal_seeds_give_equal_replicates_and_other_seeds_others()
    {
        double[] values = Sample(1, 101);
        BootstrapResult first = Bootstrap.Mean(values, new HashedUniforms(7), 500);
        BootstrapResult second = Bootstrap.Mean(values, new HashedUniforms(7), 500);
        BootstrapResult other = Bootstrap.Mean(values, new HashedUniforms(8), 500);
        Assert.Equal(first.Replicates, second.Replicates);
        Assert.NotEqual(first.Replicates, other.Replicates);
    }

    [Fact]
    public void The_replicates_spread_as_theory_says()
    {
        // The bootstrap variance of a mean is the population variance over n; 20,000 replicates know it to about 1 %.
        double[] values = Sample(2, 250);
        BootstrapResult result = Bootstrap.Mean(values, new HashedUniforms(3), 20_000);
        double exact = Math.Sqrt(Moments.Variance(values) * (values.Length - 1) / values.Length / values.Length);
        Assert.InRange(result.StandardError / exact, 0.975, 1.025);
        Assert.InRange(Math.Abs(result.Replicates.Average() - result.Estimate), 0, 5 * exact / Math.Sqrt(20_000));
    }

    [Fact]
    public void A_given_statistic_of_the_mean_agrees_with_the_fast_path_on_average()
    {
        double[] values = Sample(4, 60);
        BootstrapResult fast = Bootstrap.Mean(values, new HashedUniforms(3), 4000);
        BootstrapResult general = Bootstrap.Of(values, Moments.Mean, new HashedUniforms(3), 4000);
        Assert.Equal(fast.Acceleration, general.Acceleration, 1e-9);
        Assert.InRange(fast.StandardError / general.StandardError, 0.93, 1.07);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(0)]
    public void Bca_intervals_cover_the_mean_about_as_often_as_they_say(int power)
    {
        // 400 data sets of 100: the share covered has a standard deviation of 1.1 %, so that a true coverage of 95 %
        // (94 % for the skewed law) lies outside [0.90, 0.98] less than once in 1,000 seeds; the seed is fixed.
        var uniforms = new HashedUniforms(11);
        bool isBinary = power == 0;
        double mean = isBinary ? 0.5 : 1.0 / (power + 1);
        int covered = 0;
        for (int set = 0; set < 400; set++)
        {
            double[] values = [.. Enumerable.Range(0, 100).Select(i =>
            {
                double u = uniforms.Next("data", set, i, 0);
                return isBinary ? (u < mean ? 1.0 : 0) : Math.Pow(u, power);
            })];
            covered += Bootstrap.Mean(values, HashedUniforms.For(11, "resample", set), 1000).Bca.Contains(mean) ? 1 : 0;
        }
        Assert.InRange(covered / 400.0, 0.90, 0.98);
    }

    [Fact]
    public void Ignoring_clusters_rejects_far_too_often_and_drawing_clusters_does_not()
    {
        // 40 clusters of 10 that share their outcome: the naive interval is about three times too narrow.
        var uniforms = new HashedUniforms(23);
        int naive = 0;
        int clustered = 0;
        for (int set = 0; set < 200; set++)
        {
            int[] clusters = [.. Enumerable.Range(0, 400).Select(i => i / 10)];
            double[] values = [.. clusters.Select(c => uniforms.Next("cluster", set, c, 0) < 0.5 ? 1.0 : 0)];
            naive += Bootstrap.Mean(values, HashedUniforms.For(23, "naive", set), 400).Percentile.Contains(0.5) ? 0 : 1;
            clustered += Bootstrap.ClusteredMean(values, clusters, HashedUniforms.For(23, "clustered", set), 400).Percentile.Contains(0.5) ? 0 : 1;
        }
        Assert.InRange(naive / 200.0, 0.25, 1);
        Assert.InRange(clustered / 200.0, 0, 0.12);
    }

    [Fact]
    public void Where_nothing_varies_BCa_says_that_it_is_undefined()
    {
        BootstrapResult result = Bootstrap.Mean([1, 1, 1], new HashedUniforms(1), 100);
        Assert.False(result.IsBcaDefined);
        Assert.Equal(result.Percentile, result.Bca);
        Assert.Equal(new Interval(1, 1), result.Percentile);
    }

    [Fact]
    public void Drawn_permutations_come_near_the_exact_p_value()
    {
        double[] differences = [1, 2, -1, 3, 0.5, -0.5, 2, 1, -2, 1.5];
        double exact = PermutationTest.Exact(differences).TwoSided;
        double drawn = PermutationTest.Drawn(differences, new HashedUniforms(9), 20_000);
        Assert.Equal(exact, drawn, 5 * Math.Sqrt(exact * (1 - exact) / 20_000));
    }

    [Fact]
    public void McNemars_mid_p_keeps_its_level_where_systems_are_equal()
    {
        foreach (int items in (int[])[30, 100, 250])
        {
            Assert.InRange(McNemarTest.MidPSize(items, 0.2), 0.01, 0.055);
        }
    }

    private static double[] Sample(ulong seed, int count)
    {
        var uniforms = new HashedUniforms(seed);
        return [.. Enumerable.Range(0, count).Select(i => uniforms.Next("value", 0, i, 0))];
    }
}
