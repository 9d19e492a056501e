using Winnow.Numerics;
using Winnow.Search;

namespace Winnow.Evaluation;

/// <summary>Chooses which strategies are tested against which, and tests them.</summary>
/// <remarks>
/// At every budget: each competitor against greedy and against majority, and each search over steps against weighted
/// majority, which re-ranks whole answers by the same scorer. The ceiling <c>oracle</c> is never tested. All p-values
/// of a comparison are corrected together (Holm).
/// </remarks>
internal static class ComparisonTests
{
    /// <summary>The pairs to test among the strategies that ran, in the order of the table.</summary>
    /// <param name="ids">Ids of the strategies.</param>
    /// <param name="searches">Ids of those that search over steps.</param>
    public static IReadOnlyList<(string A, string B)> Pairs(IReadOnlyList<string> ids, IReadOnlySet<string> searches)
    {
        List<(string A, string B)> pairs = [];
        foreach (string baseline in (string[])[StrategyIds.Greedy, StrategyIds.Majority, StrategyIds.WeightedMajority])
        {
            if (!ids.Contains(baseline, StringComparer.Ordinal))
            {
                continue;
            }
            foreach (string id in ids)
            {
                bool competes = !Same(id, StrategyIds.Oracle) && !Same(id, baseline) && !Same(id, StrategyIds.Greedy)
                    && (!Same(baseline, StrategyIds.WeightedMajority) || searches.Contains(id));
                if (competes)
                {
                    pairs.Add((id, baseline));
                }
            }
        }
        return pairs;
    }

    /// <summary>Tests the pairs at every budget.</summary>
    /// <param name="rows">The rows of the comparison.</param>
    /// <param name="pairs">What is tested against what.</param>
    /// <param name="seed">Seed of the bootstrap.</param>
    public static IReadOnlyList<PairedTest> Run(IReadOnlyList<ComparisonRow> rows, IReadOnlyList<(string A, string B)> pairs, ulong seed)
    {
        List<PairedTest> tests = [];
        foreach (long budget in rows.Select(row => row.Budget).Distinct())
        {
            Dictionary<string, ComparisonRow> at = rows.Where(row => row.Budget == budget).ToDictionary(row => row.Strategy, StringComparer.Ordinal);
            tests.AddRange(pairs.Select(pair => Test(at[pair.A], at[pair.B], seed)));
        }
        double[] corrected = MultipleComparisons.Holm([.. tests.Select(test => test.P)]);
        return [.. tests.Select((test, i) => test with { PHolm = corrected[i] })];
    }

    /// <summary>Tests one pair; its corrected p-value is the plain one.</summary>
    /// <param name="a">Name of the first.</param>
    /// <param name="b">Name of the second.</param>
    /// <param name="budget">The cap both had.</param>
    /// <param name="rightA">Shape [problems], at least one: whether the first was right.</param>
    /// <param name="rightB">Shape [problems]: whether the second was.</param>
    /// <param name="seed">Seed of the bootstrap.</param>
    public static PairedTest Test(string a, string b, long budget, bool[] rightA, bool[] rightB, ulong seed)
    {
        (int onlyA, int onlyB) = McNemarTest.Disagreements(rightA, rightB);
        double p = McNemarTest.Exact(onlyA, onlyB);
        Interval interval = IntervalOf(rightA, rightB, HashedUniforms.For(seed, $"test:{a}:{b}:{budget}"));
        return new PairedTest(a, b, budget, (double)(onlyA - onlyB) / rightA.Length, interval.Low, interval.High, p, p);
    }

    private static PairedTest Test(ComparisonRow a, ComparisonRow b, ulong seed) =>
        Test(a.Strategy, b.Strategy, a.Budget, [.. a.Correct], [.. b.Correct], seed);

    // One problem says nothing about a difference.
    private static Interval IntervalOf(bool[] a, bool[] b, IUniforms uniforms) => a.Length < 2
        ? new Interval(-1, 1)
        : Bootstrap.PairedDifference([.. b.Select(AsNumber)], [.. a.Select(AsNumber)], uniforms).Percentile;

    private static double AsNumber(bool right) => right ? 1 : 0;

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.Ordinal);
}
