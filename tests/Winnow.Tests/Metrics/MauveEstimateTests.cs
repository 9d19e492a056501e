using Winnow.Metrics;
using Winnow.Numerics;

namespace Winnow.Tests.Metrics;

public sealed class MauveEstimateTests
{
    [Fact]
    public void Equal_collections_score_near_one_and_separate_ones_near_nothing()
    {
        MauveEstimate equal = MauveEstimate.Of(Features("a", 0), Features("b", 0), seed: 1);
        MauveEstimate apart = MauveEstimate.Of(Features("a", 0), Features("b", 8), seed: 1);
        Assert.InRange(equal.Mauve, 0.85, 1);
        Assert.InRange(apart.Mauve, 0, 0.1);
        Assert.True(equal.FrontierIntegral < apart.FrontierIntegral);
        Assert.Equal((20, 5), (equal.Clusters, equal.Runs.Count));
        Assert.Equal(equal.Mauve, MauveEstimate.Of(Features("a", 0), Features("b", 0), seed: 1).Mauve);
        Assert.Equal(equal.Runs.Average(r => r.Mauve), equal.Mauve, 1e-12);
    }

    [Fact]
    public void Too_few_features_and_empty_ones_are_refused()
    {
        Assert.Throws<ArgumentException>(() => MauveEstimate.Of(Features("a", 0)[..3], Features("b", 0), seed: 1));
        Assert.Throws<ArgumentException>(() => MauveEstimate.Of([.. Features("a", 0)[..9], new float[6]], Features("b", 0), seed: 1));
    }

    [Fact]
    public void Principal_components_keep_the_directions_that_hold_the_variance()
    {
        HashedUniforms uniforms = new(4);
        double[][] points = [.. Enumerable.Range(0, 200).Select(i =>
        {
            (double along, double across) = (10 * uniforms.Next("along", i, 0, 0), 0.1 * uniforms.Next("across", i, 0, 0));
            return new[] { along + across, along - across, 3 };
        })];
        PrincipalComponents one = PrincipalComponents.Of(points, 0.9);
        Assert.Single(one.Projected[0]);
        Assert.InRange(one.Explained, 0.999, 1);
        PrincipalComponents all = PrincipalComponents.Of(points, 1);
        Assert.Equal(Distance(points[3], points[90]), Distance(all.Projected[3], all.Projected[90]), 1e-9);
        Assert.Equal(Math.Abs(one.Projected[7][0]), Math.Abs(all.Projected[7][0]), 1e-9);
        Assert.Throws<ArgumentException>(() => PrincipalComponents.Of([[1, 2], [1]], 0.9));

        static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());
    }

    private static float[][] Features(string name, float shift)
    {
        HashedUniforms uniforms = new(11);
        return [.. Enumerable.Range(0, 200).Select(i => Enumerable.Range(0, 6)
            .Select(d => (float)(uniforms.Next(name, i, d, 0) - 0.5) + (d == 0 ? shift : 0)).ToArray())];
    }
}
