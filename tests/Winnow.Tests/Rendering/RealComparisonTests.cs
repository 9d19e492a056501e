using System.Xml.Linq;
using Winnow.Budgets;
using Winnow.Evaluation;
using Winnow.Numerics;
using Winnow.Rendering;
using Winnow.Rendering.Plots;
using Winnow.Rendering.Reports;
using Winnow.Reproductions;
using Winnow.Search;
using Winnow.Tests.Evaluation;

namespace Winnow.Tests.Rendering;

/// <summary>Everything that is shown, made from a comparison and searches that were really run, on simulated trees of steps.</summary>
public sealed class RealComparisonTests
{
    private static readonly SyntheticRewardTree s_tree = new();

    [Fact]
    public async Task A_comparison_that_was_run_becomes_a_table_a_plot_and_a_report()
    {
        ComparisonResult result = await ScriptedComparisons.RunAsync(ScriptedComparisons.Plan(60, ScriptedComparisons.AllStrategies()) with { Transcripts = 24 });
        string table = ComparisonTable.Text(result);
        Assert.All(table.Split('\n'), line => Assert.True(line.Length <= 80, line));
        string html = HtmlReport.Write(result);
        Assert.Equal(24, html.Split("<details class=\"problem").Length - 1);
        XDocument.Parse(SvgWriter.File(AccuracyPlot.Of(result).ToScene()));
        foreach (string id in Strategies.Ids)
        {
            Assert.Contains(id, table);
            Assert.Contains($"<b>{id}</b>", html);
        }
    }

    [Theory]
    [InlineData("particle-filter")]
    [InlineData("beam")]
    [InlineData("majority")]
    public async Task A_search_that_was_run_can_be_watched(string id)
    {
        SearchTrace trace = new();
        SearchContext context = new() { Ledger = new Ledger(new Budget { MaxTokens = 64 }), Uniforms = new HashedUniforms(3), Progress = trace };
        SearchResult result = await Strategies.Create(id).SolveAsync(SyntheticRewardTree.Problem("tree-1"), s_tree, s_tree, context, TestContext.Current.CancellationToken);
        string text = trace.Text(result);
        Assert.NotEmpty(trace.Events);
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 80, line));
        Assert.Contains($"answer: {result.Answer}", text);
        Assert.Contains(result.Why.Split(' ')[0], text);
    }
}
