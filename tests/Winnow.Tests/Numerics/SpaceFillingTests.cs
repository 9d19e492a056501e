using Winnow.Numerics;

namespace Winnow.Tests.Numerics;

public sealed class SpaceFillingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void A_shifted_lattice_has_one_point_in_each_slice_and_is_more_even_than_chance(int dimensions)
    {
        const int count = 64;
        HashedUniforms uniforms = new(1);
        double[] shift = [.. Enumerable.Range(0, dimensions).Select(d => uniforms.Next("shift", 0, d, 0))];
        double[][] points = SpaceFilling.ShiftedLattice(count, shift);
        Assert.Equal(Enumerable.Range(0, count), points.Select(p => (int)(p[0] * count)).Order());
        Assert.All(points.SelectMany(p => p), x => Assert.InRange(x, 0, Math.BitDecrement(1.0)));
        double[][] random = [.. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, dimensions).Select(d => uniforms.Next("point", i, d, 0)).ToArray())];
        Assert.True(SpaceFilling.WrapAroundDiscrepancy(points) < SpaceFilling.WrapAroundDiscrepancy(random) / 2);
    }

    [Fact]
    public void An_empty_shift_is_refused() => Assert.Throws<ArgumentException>(() => SpaceFilling.ShiftedLattice(4, []));

    [Fact]
    public void Seeded_k_means_finds_planted_clusters()
    {
        HashedUniforms uniforms = new(2);
        double[][] points = [.. Enumerable.Range(0, 90).Select(i => new[] { 10.0 * (i % 3) + uniforms.Next("x", i, 0, 0), uniforms.Next("y", i, 0, 0) })];
        KMeansResult found = KMeans.Seeded(points, 3, new SplitMix64(1));
        Assert.Equal([30, 30, 30], found.Sizes);
        Assert.All(Enumerable.Range(0, 90), i => Assert.Equal(found.Labels[i % 3], found.Labels[i]));
        Assert.Equal(found.Labels, KMeans.Seeded(points, 3, new SplitMix64(1)).Labels);
        Assert.Throws<ArgumentException>(() => KMeans.Seeded(points[..2], 3, new SplitMix64(1)));
        Assert.Equal(0, KMeans.Seeded([[1.0], [1.0], [1.0]], 2, new SplitMix64(1)).Inertia);
    }
}
