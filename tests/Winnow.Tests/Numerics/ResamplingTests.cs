using CsCheck;
using Winnow.Numerics;

namespace Winnow.Tests.Numerics;

public sealed class ResamplingTests
{
    private static readonly Gen<double[]> SomeWeights =
        Gen.Frequency((1, Gen.Const(0.0)), (4, Gen.Double[1e-6, 1])).Array[1, 40].Where(weights => weights.Sum() > 0);

    [Fact]
    public void Systematic_copies_each_particle_floor_or_ceiling_of_its_expected_count() =>
        Gen.Select(SomeWeights, Gen.Int[1, 100], Gen.Double[0, 0.999999]).Sample((weights, count, uniform) =>
        {
            int[] parents = new int[count];
            Resampling.Systematic(weights, uniform, parents);
            AssertWithinOne(weights, parents);
            Assert.Equal(parents.Order(), parents);
        });

    [Fact]
    public void Ssp_copies_each_particle_floor_or_ceiling_of_its_expected_count() =>
        Gen.Select(SomeWeights, Gen.Int[1, 100], Gen.ULong).Sample((weights, count, seed) =>
        {
            int[] parents = new int[count];
            Resampling.Draw(ResamplingScheme.Ssp, weights, new HashedUniforms(seed), "ssp", 0, parents);
            AssertWithinOne(weights, parents);
        });

    [Fact]
    public void No_scheme_ever_selects_a_particle_of_weight_zero() =>
        Gen.Select(SomeWeights, Gen.Int[1, 60], Gen.ULong, Gen.Enum<ResamplingScheme>()).Sample((weights, count, seed, scheme) =>
        {
            int[] parents = new int[count];
            Resampling.Draw(scheme, weights, new HashedUniforms(seed), "any", 0, parents);
            Assert.All(parents, parent => Assert.True(weights[parent] > 0));
        });

    [Fact]
    public void Scaling_the_weights_by_a_power_of_two_changes_nothing() =>
        Gen.Select(SomeWeights, Gen.Int[1, 60], Gen.ULong, Gen.Enum<ResamplingScheme>()).Sample((weights, count, seed, scheme) =>
        {
            int[] parents = new int[count];
            int[] scaled = new int[count];
            Resampling.Draw(scheme, weights, new HashedUniforms(seed), "any", 0, parents);
            Resampling.Draw(scheme, [.. weights.Select(w => 1024 * w)], new HashedUniforms(seed), "any", 0, scaled);
            Assert.Equal(parents, scaled);
        });

    [Fact]
    public void Multinomial_agrees_with_choosing_one_at_a_time() =>
        Gen.Select(SomeWeights, Gen.Double[0, 0.999999].Array[1, 30]).Sample((weights, uniforms) =>
        {
            int[] parents = new int[uniforms.Length];
            Resampling.Multinomial(weights, uniforms, parents);
            Assert.Equal(uniforms.Select(u => Weights.Choose(weights, u)), parents);
        });

    [Theory]
    [InlineData(new double[] { })]
    [InlineData(new[] { 0.0, 0.0 })]
    [InlineData(new[] { 1.0, double.NaN })]
    [InlineData(new[] { 1.0, double.PositiveInfinity })]
    [InlineData(new[] { 1.0, -1.0 })]
    public void Weights_that_are_no_weights_are_refused(double[] weights) =>
        Assert.ThrowsAny<ArgumentException>(() => Resampling.Systematic(weights, 0.5, new int[3]));

    [Fact]
    public void An_alias_table_draws_as_often_as_its_weights_say()
    {
        // A grid of uniforms that is finer than every cell integrates the table exactly to the grid's resolution.
        double[] weights = [3, 0, 1, 4, 2];
        var table = new AliasTable(weights);
        const int Grid = 100_000;
        double[] counts = new double[weights.Length];
        for (int i = 0; i < Grid; i++)
        {
            counts[table.Draw((i + 0.5) / Grid)]++;
        }
        Assert.All(counts.Zip(weights), pair => Assert.Equal(pair.Second / 10, pair.First / Grid, 1e-4));
    }

    [Fact]
    public void Gumbel_top_k_draws_sets_by_the_law_of_sequential_draws()
    {
        // 20,000 draws; chi-square with 5 degrees of freedom exceeds 25.7 once in 10,000 runs, and the seed is fixed.
        double[] weights = [1, 2, 3, 4];
        double[] logWeights = [.. weights.Select(w => Math.Log(w))];
        const int Draws = 20_000;
        var counts = new Dictionary<(int, int), int>();
        for (int draw = 0; draw < Draws; draw++)
        {
            int[] chosen = GumbelTopK.Draw(logWeights, 2, new HashedUniforms(5), "sets", draw);
            (int, int) set = (chosen.Min(), chosen.Max());
            counts[set] = counts.GetValueOrDefault(set) + 1;
        }
        double statistic = counts.Sum(pair =>
        {
            double expected = Draws * GumbelTopK.SetProbability(weights, [pair.Key.Item1, pair.Key.Item2]);
            return (pair.Value - expected) * (pair.Value - expected) / expected;
        });
        Assert.Equal(6, counts.Count);
        Assert.InRange(statistic, 0, 25.7);
    }

    private static void AssertWithinOne(double[] weights, int[] parents)
    {
        double total = weights.Sum();
        for (int i = 0; i < weights.Length; i++)
        {
            Assert.True(Math.Abs(parents.Count(parent => parent == i) - parents.Length * weights[i] / total) < 1 + 1e-9);
        }
    }
}
