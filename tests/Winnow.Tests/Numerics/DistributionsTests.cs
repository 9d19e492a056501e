using CsCheck;
using Winnow.Numerics;

namespace Winnow.Tests.Numerics;

public sealed class DistributionsTests
{
    [Fact]
    public void Quantiles_invert_their_distribution_functions() =>
        Gen.Select(Gen.Double[0.001, 0.999], Gen.Double[0.3, 200], Gen.Double[0.3, 200]).Sample((p, a, b) =>
        {
            Assert.Equal(p, Distributions.BetaCdf(Distributions.BetaQuantile(p, a, b), a, b), 1e-9);
            Assert.Equal(p, Distributions.StudentCdf(Distributions.StudentQuantile(p, a), a), 1e-9);
            Assert.Equal(1 - p, Distributions.ChiSquareSurvival(Distributions.ChiSquareQuantile(p, a), a), 1e-9);
            Assert.Equal(p, Distributions.NormalCdf(Distributions.NormalQuantile(p)), 1e-12);
        }, iter: 50);

    [Fact]
    public void The_binomial_law_sums_its_probabilities() =>
        Gen.Select(Gen.Int[1, 60], Gen.Double[0.01, 0.99]).Sample((n, p) =>
        {
            double sum = 0;
            for (int k = 0; k <= n; k++)
            {
                sum += Distributions.BinomialProbability(k, n, p);
                Assert.Equal(sum, Distributions.BinomialCdf(k, n, p), 1e-11);
            }
            Assert.Equal(1, sum, 1e-11);
        }, iter: 50);
}
