using Winnow.Evaluation;
using Winnow.Rendering;

namespace Winnow.Tests.Rendering;

public sealed class ComparisonTableTests
{
    private static readonly ComparisonResult s_result = SampleComparison.Make();

    [Fact]
    public void The_table_fits_eighty_columns()
    {
        string text = ComparisonTable.Text(s_result);
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public void The_table_fits_eighty_columns_with_long_names_and_large_numbers()
    {
        ComparisonResult wide = s_result with { Rows = [.. s_result.Rows.Select(r => r with { Strategy = r.Strategy + "-with-a-rather-long-name", TokensGenerated = long.MaxValue / 4, Failures = 1_234_567, Budget = r.Budget * 1_000_000 })], Tests = [] };
        Assert.All(ComparisonTable.Text(wide).Split('\n'), line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public void Every_strategy_stands_in_the_table_with_accuracy_interval_and_coverage()
    {
        string text = ComparisonTable.Text(s_result);
        foreach (ComparisonRow row in s_result.Rows)
        {
            string percent = (100 * row.Accuracy).ToString("0.0") + " %";
            string interval = (100 * row.CiLow).ToString("0.0") + " – " + (100 * row.CiHigh).ToString("0.0");
            Assert.Contains(text.Split('\n'), line => line.Contains(row.Strategy) && line.Contains(percent) && line.Contains(interval));
        }
    }

    [Fact]
    public void Only_tests_that_survive_the_correction_are_called_real()
    {
        ComparisonFindings findings = ComparisonFindings.At(s_result, 1024);
        Assert.NotEmpty(findings.Real);
        Assert.NotEmpty(findings.NotShown);
        Assert.All(findings.Real, t => Assert.True(t.PHolm <= 0.05 && t.Difference >= 0));
        Assert.All(findings.NotShown, t => Assert.True(t.PHolm > 0.05));
        string text = ComparisonTable.Text(s_result);
        Assert.Contains("Not shown to differ", text);
        Assert.DoesNotContain("equal to", text);
    }

    [Fact]
    public void A_turned_test_keeps_its_interval()
    {
        PairedTest given = new("greedy", "majority", 10, -0.1, -0.15, -0.05, 0.001, 0.01);
        ComparisonRow row = s_result.Rows[0];
        ComparisonResult two = s_result with { Rows = [row with { Strategy = "greedy", Budget = 10 }, row with { Strategy = "majority", Budget = 10, Accuracy = row.Accuracy + 0.1 }], Tests = [given] };
        PairedTest turned = Assert.Single(ComparisonFindings.At(two, 10).Real);
        Assert.Equal(("majority", "greedy", 0.1, 0.05, 0.15), (turned.A, turned.B, turned.Difference, turned.CiLow, turned.CiHigh));
        Assert.Equal("majority beats greedy by 10.0 points (95 % interval +5.0 to +15.0; corrected p = 0.01).", ComparisonFindings.Sentence(turned));
    }

    [Fact]
    public void The_summary_does_not_claim_what_was_not_shown()
    {
        ComparisonResult unclear = s_result with { Tests = [.. s_result.Tests.Select(t => t with { PHolm = 0.2 })] };
        Assert.Contains("not shown to differ from greedy", ComparisonFindings.At(unclear, 1024).Summary);
        Assert.Contains("points on greedy", ComparisonFindings.At(s_result, 1024).Summary);
    }

    [Fact]
    public void A_strategy_that_was_left_out_is_named_with_the_reason() =>
        Assert.Contains("Left out: process-reward. No process reward model", ComparisonTable.Text(s_result));

    [Fact]
    public void A_stopped_run_and_unfinished_problems_are_said_aloud()
    {
        ComparisonResult stopped = s_result with { Problems = 40, PlannedProblems = 300, Unfinished = [new("beam", 512, "a-1", "The endpoint does not answer."), new("beam", 512, "a-2", "Later.")] };
        string text = ComparisonTable.Text(stopped).Replace('\n', ' ');
        Assert.Contains("speak about 40 of 300 problems", text);
        Assert.Contains("beam could not finish 2 of its problems", text);
        Assert.Contains("The endpoint does not answer.", Winnow.Rendering.Reports.HtmlReport.Write(stopped));
        Assert.Empty(ComparisonFindings.Caveats(s_result));
    }

    [Fact]
    public void Tsv_holds_every_number_in_full()
    {
        string[] lines = ComparisonTable.Tsv(s_result).TrimEnd('\n').Split('\n');
        Assert.Equal(s_result.Rows.Count + 1, lines.Length);
        string[] names = lines[0].Split('\t');
        for (int i = 0; i < s_result.Rows.Count; i++)
        {
            string[] cells = lines[i + 1].Split('\t');
            Assert.Equal(names.Length, cells.Length);
            Assert.Equal(s_result.Rows[i].Strategy, cells[0]);
            Assert.Equal(s_result.Rows[i].Accuracy, double.Parse(cells[Array.IndexOf(names, "accuracy")]));
            Assert.Equal(s_result.Rows[i].TokensGenerated, long.Parse(cells[Array.IndexOf(names, "tokensGenerated")]));
        }
    }
}
