using Winnow.Budgets;
using Winnow.Rendering;
using Winnow.Search;

namespace Winnow.Tests.Rendering;

public sealed class SearchTraceTests
{
    private static PartialAnswer Row(string text, RowState state = RowState.Active, string? reason = null) =>
        new() { Text = text, StepEnds = [.. text.Select((c, i) => (c, i)).Where(t => t.c == '\n').Select(t => t.i + 1)], State = state, Reason = reason };

    private static (SearchTrace Trace, SearchResult Result) Make()
    {
        SearchTrace trace = new();
        PartialAnswer[] first = [Row("2 + 3 = 5\n"), Row("2 + 3 = 6\n"), Row("2 + 3 = 5\n"), Row("2 + 3 = 4\n")];
        trace.Report(new SearchEvent("stepped", 1, first, [], []));
        trace.Report(new SearchEvent("scored", 1, first, [0.5, 0.05, 0.4, 0.05], []));
        PartialAnswer[] copied = [first[0], first[0], first[2], first[2]];
        trace.Report(new SearchEvent("resampled", 1, copied, [0.25, 0.25, 0.25, 0.25], [0, 0, 2, 2]));
        PartialAnswer[] last = [Row("2 + 3 = 5\nso 5", RowState.Finished), Row("2 + 3 = 5\nso 50", RowState.Finished), Row("2 + 3 = 5\nso 5", RowState.Finished), Row("2 + 3 = 5\nso", RowState.Cut, "40 steps are used up")];
        trace.Report(new SearchEvent("stepped", 2, last, [0.4, 0.1, 0.4, 0.1], []));
        SearchResult result = new()
        {
            Strategy = "particle-filter", Answer = "5", Selected = 0, Why = "Its particles hold most of the weight.", Usage = new Usage { TokensGenerated = 40, Calls = 4 },
            Candidates = [.. last.Select((a, i) => new Candidate { Answer = a, Key = i == 1 ? "50" : i == 3 ? null : "5", Weight = i == 3 ? 0 : i == 1 ? 0.1 : 0.4 })],
        };
        return (trace, result);
    }

    [Fact]
    public void Who_lives_on_and_who_dies_is_shown()
    {
        (SearchTrace trace, SearchResult result) = Make();
        string text = trace.Text(result);
        Assert.Contains("step 1: resampled, 2 of 4 rows live on", text);
        Assert.Contains("#0 ×2  #1 †  #2 ×2", text);
        Assert.Contains("[40 steps are used up]", text);
    }

    [Fact]
    public void Of_many_rows_only_those_that_live_on_are_named()
    {
        SearchTrace trace = new();
        PartialAnswer[] rows = [.. Enumerable.Range(0, 64).Select(i => Row($"{i}\n"))];
        trace.Report(new SearchEvent("stepped", 1, rows, [], []));
        int[] parents = [.. Enumerable.Range(0, 64).Select(i => i < 63 ? 6 : 21)];
        trace.Report(new SearchEvent("resampled", 1, [.. parents.Select(p => rows[p])], [], parents));
        string text = trace.Text(Make().Result);
        Assert.Contains("step 1: resampled, 2 of 64 rows live on", text);
        Assert.Contains("\n  #6 ×63  #21 ─\n", text);
    }

    [Fact]
    public void A_step_shows_what_it_added_and_not_what_stood_before()
    {
        (SearchTrace trace, SearchResult result) = Make();
        string[] lines = trace.Text(result).Split('\n');
        string line = lines.SkipWhile(l => !l.StartsWith("step 2", StringComparison.Ordinal)).ElementAt(1);
        Assert.Contains("so 5", line);
        Assert.DoesNotContain("2 + 3", line);
    }

    [Fact]
    public void The_winner_stands_first_with_its_share_and_the_reason()
    {
        (SearchTrace trace, SearchResult result) = Make();
        string[] lines = trace.Text(result).Split('\n');
        string winner = lines.Single(l => l.StartsWith('▶'));
        Assert.Contains("0.89  5  (2 candidates)", winner);
        Assert.Contains("answer: 5", lines);
        Assert.Contains(lines, l => l.StartsWith("Its particles hold most of the weight.", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("1 without an answer", StringComparison.Ordinal));
    }

    [Fact]
    public void Lines_fit_eighty_columns_and_hold_no_control_codes()
    {
        SearchTrace trace = new();
        PartialAnswer hostile = Row("\u001b[2J\u0007" + new string('x', 500) + "\nmore", RowState.Failed, "\u001b]0;owned\u0007" + new string('y', 300));
        trace.Report(new SearchEvent("stepped\u001b", 1, [.. Enumerable.Repeat(hostile, 40)], [.. Enumerable.Repeat(-12.5, 40)], []));
        string text = trace.Text(new SearchResult { Strategy = "beam", Candidates = [new Candidate { Answer = hostile, Key = new string('k', 200) }] });
        Assert.DoesNotContain('\u001b', text);
        Assert.DoesNotContain('\u0007', text);
        Assert.All(text.Split('\n'), l => Assert.True(l.Length <= 80, l));
        Assert.Contains("… and 28 rows more", text);
    }

    [Fact]
    public void A_step_that_is_scored_next_is_shown_once_with_its_scores()
    {
        (SearchTrace trace, SearchResult result) = Make();
        string text = trace.Text(result);
        Assert.Single(text.Split('\n'), l => l.Contains("2 + 3 = 6", StringComparison.Ordinal));
        Assert.DoesNotContain("step 1: stepped", text);
        Assert.Contains("step 1: scored, 4 rows", text);
    }

    [Fact]
    public void What_is_shown_while_it_happens_is_what_is_shown_afterwards()
    {
        (SearchTrace trace, SearchResult result) = Make();
        using StringWriter writer = new() { NewLine = "\n" };
        SearchTimeline timeline = new(PlainConsole.Over(writer));
        foreach (SearchEvent e in trace.Events)
        {
            timeline.Report(e);
        }
        Assert.Contains("step 1: resampled", writer.ToString());
        timeline.Write(result);
        Assert.Equal(trace.Text(result), writer.ToString());
    }
}
