using System.Text;
using Spectre.Console;
using Winnow.Evaluation;

namespace Winnow.Rendering;

/// <summary>A comparison as people read it in a terminal, and as tab-separated values.</summary>
public static class ComparisonTable
{
    private const int Width = 80;
    private const int NameWidth = 20;

    /// <summary>Writes the table, what the tests allow to say, and what was left out. Fits 80 columns.</summary>
    /// <param name="result">The comparison; at least one row.</param>
    /// <param name="console">Where to; colours and box characters only if it supports them.</param>
    public static void Write(ComparisonResult result, IAnsiConsole console)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(console);
        IReadOnlyList<long> budgets = ComparisonFindings.Budgets(result);
        if (budgets.Count == 0)
        {
            throw new ArgumentException("The comparison has no rows; run at least one strategy.", nameof(result));
        }

        console.WriteLine();
        console.Write(Rows(result, budgets));
        Paragraph(console, $"Chance level {Figures.Percent(result.ChanceLevel)}. Coverage: some candidate was right, so no choice among them can do better. "
            + "Draws and tokens (drawn and read by the scorer) are means for a problem; failed counts draws that were cut, failed or had no answer.", "dim");
        console.WriteLine();
        ComparisonFindings top = ComparisonFindings.At(result, budgets[^1]);
        Paragraph(console, top.Summary, "bold");
        Differences(console, top);
        foreach (long budget in budgets.Take(budgets.Count - 1).Reverse())
        {
            Smaller(console, ComparisonFindings.At(result, budget));
        }
        foreach (string caveat in ComparisonFindings.Caveats(result))
        {
            Paragraph(console, SafeText.Plain(caveat), "yellow");
        }
        foreach (LeftOut left in result.LeftOut)
        {
            Paragraph(console, SafeText.Plain($"Left out: {left.Strategy}. {left.Reason}"), "yellow");
        }
    }

    /// <summary>The same as plain text.</summary>
    /// <param name="result">The comparison; at least one row.</param>
    public static string Text(ComparisonResult result)
    {
        using StringWriter writer = new() { NewLine = "\n" };
        Write(result, PlainConsole.Over(writer, Width));
        return writer.ToString();
    }

    /// <summary>All columns as tab-separated values with a header line, numbers in full precision.</summary>
    /// <param name="result">The comparison.</param>
    public static string Tsv(ComparisonResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        StringBuilder text = new("strategy\tbudget\tn\taccuracy\tciLow\tciHigh\tcoverage\tmeanCandidates\tpromptTokens\ttokensGenerated\tforwardTokens\tscorerTokens\tcalls\tfailures\twallSeconds\n");
        foreach (ComparisonRow r in result.Rows)
        {
            text.AppendJoin('\t', r.Strategy, Figures.Exact(r.Budget), Figures.Exact(r.N), Figures.Exact(r.Accuracy), Figures.Exact(r.CiLow), Figures.Exact(r.CiHigh),
                Figures.Exact(r.Coverage), Figures.Exact(r.MeanCandidates), Figures.Exact(r.PromptTokens), Figures.Exact(r.TokensGenerated), Figures.Exact(r.ForwardTokens),
                Figures.Exact(r.ScorerTokens), Figures.Exact(r.Calls), Figures.Exact(r.Failures), Figures.Exact(r.WallSeconds)).Append('\n');
        }

        return text.ToString();
    }

    private static Table Rows(ComparisonResult result, IReadOnlyList<long> budgets)
    {
        Table table = new Table().Border(TableBorder.Simple);
        table.AddColumn(Column("strategy", left: true));
        foreach (string name in (string[])["accuracy", "95 % interval", "coverage", "draws", "tokens", "failed"])
        {
            table.AddColumn(Column(name, left: false));
        }
        foreach (long budget in budgets)
        {
            ComparisonRow[] rows = [.. result.Rows.Where(r => r.Budget == budget)];
            table.AddRow(new Markup($"[bold]≤ {Figures.Count(budget)} tokens[/]"), new Text(""), new Text(""), new Text(""), new Text(""), new Text(""), new Text(""));
            foreach (ComparisonRow row in rows)
            {
                string name = row.Strategy == ComparisonFindings.Ceiling ? row.Strategy + " (ceiling)" : row.Strategy;
                table.AddRow(
                    new Text(" " + Fit(name)),
                    new Markup($"[bold]{Figures.Percent(row.Accuracy)}[/]"),
                    new Text(Figures.PercentInterval(row.CiLow, row.CiHigh)),
                    new Text(Figures.Percent(row.Coverage)),
                    new Text(Figures.Number(row.MeanCandidates, 1)),
                    new Text(Figures.Short(TokensPerProblem(row))),
                    new Text(Figures.Short(row.Failures)));
            }
        }

        return table;
    }

    private static string Fit(string name) => name.Length <= NameWidth ? name : string.Concat(name.AsSpan(0, NameWidth - 1), "…");

    /// <summary>Generated plus scorer tokens for a problem, on average.</summary>
    internal static double TokensPerProblem(ComparisonRow row) => row.N == 0 ? 0 : (double)(row.TokensGenerated + row.ScorerTokens) / row.N;

    private static TableColumn Column(string name, bool left)
    {
        TableColumn column = new TableColumn(new Text(name)) { NoWrap = true }.Padding(0, 0);
        return left ? column.LeftAligned() : column.RightAligned();
    }

    private static void Differences(IAnsiConsole console, ComparisonFindings findings)
    {
        if (findings.Corrected == 0)
        {
            Paragraph(console, "No pair of strategies was tested.", "dim");
            return;
        }

        console.WriteLine();
        Paragraph(console, $"Differences that are real at {Figures.Count(findings.Budget)} tokens a problem (McNemar's exact test on the same problems, Holm-corrected over all {findings.Corrected} tests):", null);
        if (findings.Real.Count == 0)
        {
            console.WriteLine("  none");
        }
        if (findings.Real.Count > 0)
        {
            Grid grid = new();
            grid.AddColumn(new GridColumn().NoWrap().PadLeft(2).PadRight(1));
            grid.AddColumn(new GridColumn().NoWrap().PadLeft(0).PadRight(2));
            grid.AddColumn(new GridColumn().NoWrap().RightAligned().PadLeft(0).PadRight(2));
            grid.AddColumn(new GridColumn().NoWrap().PadLeft(0).PadRight(2));
            grid.AddColumn(new GridColumn().NoWrap().PadLeft(0).PadRight(0));
            foreach (PairedTest t in findings.Real)
            {
                grid.AddRow(new Text(t.A), new Text("> " + t.B), new Text(Figures.Points(t.Difference)), new Text(ComparisonFindings.Interval(t)), new Text(Figures.P(t.PHolm)));
            }
            console.Write(grid);
        }

        if (findings.NotShown.Count == 0)
        {
            return;
        }
        console.WriteLine();
        Paragraph(console, "Not shown to differ: " + string.Join(' ', findings.NotShownSentences), "dim");
    }

    private static void Smaller(IAnsiConsole console, ComparisonFindings findings)
    {
        int tests = findings.Real.Count + findings.NotShown.Count;
        if (tests == 0)
        {
            return;
        }
        ComparisonRow best = findings.Ranked[0];
        Paragraph(console, $"At {Figures.Count(findings.Budget)} tokens: {findings.Real.Count} of {tests} differences are real; highest is {best.Strategy} with {Figures.Percent(best.Accuracy)}.", null);
    }

    private static void Paragraph(IAnsiConsole console, string text, string? style) =>
        console.Write(new Paragraph(text + "\n", style is null ? Style.Plain : Style.Parse(style)));
}
