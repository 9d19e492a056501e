using Winnow.Evaluation;

namespace Winnow.Rendering;

/// <summary>What the paired tests of a comparison allow to say, at one budget.</summary>
/// <remarks>A difference is called real where Holm's correction over all tests of the comparison leaves p at most 0.05.
/// Everything else is "not shown to differ", which is not the same as equal.</remarks>
public sealed record ComparisonFindings
{
    /// <summary>Id of the strategy that reads the right answers. It is a ceiling and takes no part in what is said about methods.</summary>
    public const string Ceiling = "oracle";

    /// <summary>The cap. Unit: generated plus scorer tokens a problem.</summary>
    public required long Budget { get; init; }

    /// <summary>The rows of the methods at this budget, best first, without the ceiling.</summary>
    public required IReadOnlyList<ComparisonRow> Ranked { get; init; }

    /// <summary>Tests that show a difference, each turned so that A is the better one; largest difference first.</summary>
    public required IReadOnlyList<PairedTest> Real { get; init; }

    /// <summary>Tests that show none, each turned so that A is the higher one.</summary>
    public required IReadOnlyList<PairedTest> NotShown { get; init; }

    /// <summary>Number of tests that were corrected together.</summary>
    public required int Corrected { get; init; }

    /// <summary>Reads a comparison at one of its budgets.</summary>
    /// <param name="result">The comparison.</param>
    /// <param name="budget">A budget that has rows.</param>
    /// <exception cref="ArgumentException">No row has this budget.</exception>
    public static ComparisonFindings At(ComparisonResult result, long budget)
    {
        ArgumentNullException.ThrowIfNull(result);
        ComparisonRow[] rows = [.. result.Rows.Where(r => r.Budget == budget && r.Strategy != Ceiling).OrderByDescending(r => r.Accuracy)];
        if (rows.Length == 0)
        {
            throw new ArgumentException($"No row has the budget {budget}; the comparison has {string.Join(", ", Budgets(result))}.", nameof(budget));
        }
        PairedTest[] tests = [.. result.Tests.Where(t => t.Budget == budget && t.A != Ceiling && t.B != Ceiling).Select(BetterFirst)];
        return new()
        {
            Budget = budget,
            Ranked = rows,
            Real = [.. tests.Where(t => t.IsReal).OrderByDescending(t => t.Difference).ThenBy(t => t.A, StringComparer.Ordinal).ThenBy(t => t.B, StringComparer.Ordinal)],
            NotShown = [.. tests.Where(t => !t.IsReal)],
            Corrected = result.Tests.Count,
        };
    }

    /// <summary>What a reader must know before the numbers: that a run was stopped, or that problems could not be finished. Often empty.</summary>
    public static IReadOnlyList<string> Caveats(ComparisonResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        List<string> caveats = [];
        if (result.PlannedProblems > result.Problems)
        {
            caveats.Add($"The run was stopped: the numbers speak about {Figures.Count(result.Problems)} of {Figures.Count(result.PlannedProblems)} problems.");
        }
        foreach (IGrouping<string, UnfinishedProblem> group in result.Unfinished.GroupBy(u => u.Strategy, StringComparer.Ordinal))
        {
            caveats.Add($"{group.Key} could not finish {Figures.Count(group.Count())} of its problems, which count as not answered; the first: {group.First().Reason}");
        }
        return caveats;
    }

    /// <summary>The budgets of a comparison, ascending.</summary>
    public static IReadOnlyList<long> Budgets(ComparisonResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return [.. result.Rows.Select(r => r.Budget).Distinct().Order()];
    }

    /// <summary>The result in one or two sentences: the best method, how sure, and whether it beats greedy.</summary>
    public string Summary
    {
        get
        {
            ComparisonRow best = Ranked[0];
            string head = $"{best.Strategy} is right on {Figures.Percent(best.Accuracy)} of {Figures.Count(best.N)} problems "
                + $"(95 % interval {Figures.PercentInterval(best.CiLow, best.CiHigh)}) at {Figures.Count(Budget)} tokens a problem";
            if (best.Strategy == "greedy")
            {
                return head + ". Nothing was shown to beat greedy.";
            }
            PairedTest? test = Between(best.Strategy, "greedy");
            if (test is null)
            {
                return head + ".";
            }
            string interval = $"95 % interval {Interval(test)}; corrected {Figures.P(test.PHolm)}";
            return test.IsReal
                ? $"{head}: {Figures.Points(test.Difference)} points on greedy ({interval})."
                : $"{head}. It is not shown to differ from greedy ({Figures.Points(test.Difference)} points, {interval}).";
        }
    }

    /// <summary>A real difference as a sentence.</summary>
    /// <param name="test">One of <see cref="Real"/>.</param>
    public static string Sentence(PairedTest test)
    {
        ArgumentNullException.ThrowIfNull(test);
        return $"{test.A} beats {test.B} by {Figures.Points(test.Difference).TrimStart('+')} points (95 % interval {Interval(test)}; corrected {Figures.P(test.PHolm)}).";
    }

    /// <summary>What was not shown to differ, one entry for each method, with those it was not shown to beat.</summary>
    public IReadOnlyList<string> NotShownSentences =>
        [.. Ranked
            .Select(row => (row.Strategy, Others: NotShown.Where(t => t.A == row.Strategy).Select(t => t.B).ToArray()))
            .Where(g => g.Others.Length > 0)
            .Select(g => $"{g.Strategy} is not shown to differ from {Join(g.Others)}.")];

    /// <summary>The test between two methods, turned so that the first is A; null where there is none.</summary>
    public PairedTest? Between(string a, string b)
    {
        foreach (PairedTest test in Real.Concat(NotShown))
        {
            if (test.A == a && test.B == b)
            {
                return test;
            }
            if (test.A == b && test.B == a)
            {
                return Turn(test);
            }
        }

        return null;
    }

    /// <summary>The interval of a difference in points: <c>+8.0 to +20.0</c>.</summary>
    internal static string Interval(PairedTest test) => $"{Figures.Points(test.CiLow)} to {Figures.Points(test.CiHigh)}";

    private static PairedTest BetterFirst(PairedTest test) => test.Difference < 0 ? Turn(test) : test;

    private static PairedTest Turn(PairedTest t) => t with { A = t.B, B = t.A, Difference = -t.Difference, CiLow = -t.CiHigh, CiHigh = -t.CiLow };

    private static string Join(string[] names) =>
        names.Length == 1 ? names[0] : string.Join(", ", names[..^1]) + " or " + names[^1];
}
