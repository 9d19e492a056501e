using Winnow.Evaluation;
using Winnow.Search;

namespace Winnow.Tests.Evaluation;

public sealed class PairedTestTests
{
    [Fact]
    public async Task Tests_are_right_on_a_constructed_case()
    {
        // 40 problems: greedy answers the first 20, the other the first 30, so that only it is right on ten and only greedy on none.
        ComparisonResult result = await ScriptedComparisons.RunAsync(
            ScriptedComparisons.Plan(40, RightOnFirst("greedy", 20), RightOnFirst("majority", 20), RightOnFirst("other", 30)) with { Budgets = [60] });
        Assert.Equal([("majority", "greedy"), ("other", "greedy"), ("other", "majority")], result.Tests.Select(test => (test.A, test.B)));

        PairedTest none = result.Tests[0];
        Assert.Equal((0, 1, 1), (none.Difference, none.P, none.PHolm));
        Assert.Equal((0, 0), (none.CiLow, none.CiHigh));
        Assert.False(none.IsReal);

        double exact = 2 * Math.Pow(0.5, 10);
        foreach (PairedTest real in result.Tests.Skip(1))
        {
            Assert.Equal(0.25, real.Difference, 12);
            Assert.Equal(exact, real.P, 12);
            Assert.Equal(3 * exact, real.PHolm, 12);
            Assert.True(real.IsReal);
            // A share of 10 in 40 has a standard error of 0.0685, so 95 % lie within about 0.134 of 0.25.
            Assert.InRange(real.CiLow, 0.10, 0.15);
            Assert.InRange(real.CiHigh, 0.36, 0.40);
        }
    }

    [Fact]
    public void The_ceiling_is_never_tested_and_searches_meet_weighted_majority()
    {
        IReadOnlyList<(string A, string B)> pairs = ComparisonTests.Pairs(
            ["greedy", "majority", "weighted-majority", "best-of-n", "beam", "particle-filter", "oracle"],
            new HashSet<string>(["beam", "particle-filter"], StringComparer.Ordinal));
        Assert.Equal(
            [
                ("majority", "greedy"), ("weighted-majority", "greedy"), ("best-of-n", "greedy"), ("beam", "greedy"), ("particle-filter", "greedy"),
                ("weighted-majority", "majority"), ("best-of-n", "majority"), ("beam", "majority"), ("particle-filter", "majority"),
                ("beam", "weighted-majority"), ("particle-filter", "weighted-majority"),
            ],
            pairs);
    }

    [Fact]
    public void Transcripts_begin_where_search_and_greedy_part()
    {
        IReadOnlyList<int> chosen = TranscriptChoice.Choose(
            ["greedy", "majority", "beam", "oracle"],
            [
                [true, false, true, false, false, true],
                [true, false, false, false, true, true],
                [true, false, true, false, false, true],
                [true, false, true, true, true, true],
            ],
            [
                ["7", "8", "7", "8", "8", "7"],
                ["7", "8", "8", "8", "7", "7"],
                ["7", "8", "7", "9", "8", "7"],
                ["7", "8", "7", "7", "7", "7"],
            ],
            5);
        // 4: greedy wrong, majority right; 2: greedy right, majority wrong; 3: all wrong but not alike; 0 and 1: all alike.
        Assert.Equal([4, 2, 3, 0, 1], chosen);
    }

    private static RuledStrategy RightOnFirst(string id, int count) =>
        new(id, problem => int.Parse(problem.Id.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture) < count ? "7" : "8");
}
