using System.Text;
using Winnow.Evaluation;

namespace Winnow.Rendering.Reports;

/// <summary>The numbers of a report: a table for each budget, the differences, and what was left out.</summary>
internal static class ResultSections
{
    /// <summary>The table of the largest budget, and those of the smaller ones folded away.</summary>
    public static void Tables(StringBuilder html, ComparisonResult result, IReadOnlyList<long> budgets)
    {
        html.Append("<section id=\"results\"><h2>Results at ").Append(Figures.Count(budgets[^1])).Append(" tokens a problem</h2>\n");
        Table(html, result, budgets[^1]);
        html.Append("<p class=\"note\">The dot is the accuracy, the bar its 95 % interval, the tick the coverage, on a scale from 0 to 100 %. Draws and tokens are means for a problem. Collected is how far choosing came on the way from one draw (repeated-sampling) to coverage. Failed counts the draws that failed, were cut or had no answer; they cast no vote. The highest of several accuracies is, on average, a little too high.</p>\n");
        foreach (long budget in budgets.Reverse().Skip(1))
        {
            html.Append("<details><summary>").Append(Figures.Count(budget)).Append(" tokens a problem</summary>\n");
            Table(html, result, budget);
            html.Append("</details>\n");
        }

        html.Append("</section>\n");
    }

    /// <summary>Which differences are real at the largest budget, and at the smaller ones folded away.</summary>
    public static void Differences(StringBuilder html, ComparisonResult result, IReadOnlyList<long> budgets)
    {
        html.Append("<section id=\"differences\"><h2>Which differences are real</h2>\n");
        if (result.Tests.Count == 0)
        {
            html.Append("<p>No pair of strategies was tested.</p></section>\n");
            return;
        }

        html.Append("<p class=\"note\">Both strategies answered the same problems under the same cap. A difference is called real where McNemar’s exact test, Holm-corrected over all ")
            .Append(Figures.Count(result.Tests.Count)).Append(" tests of this comparison, leaves p at most 0.05. What is not shown to differ may still differ: the interval says by how much.</p>\n");
        Pairs(html, ComparisonFindings.At(result, budgets[^1]));
        foreach (long budget in budgets.Reverse().Skip(1))
        {
            ComparisonFindings findings = ComparisonFindings.At(result, budget);
            html.Append("<details><summary>At ").Append(Figures.Count(budget)).Append(" tokens a problem: ").Append(findings.Real.Count).Append(" of ")
                .Append(findings.Real.Count + findings.NotShown.Count).Append(" are real</summary>\n");
            Pairs(html, findings);
            html.Append("</details>\n");
        }

        html.Append("</section>\n");
    }

    /// <summary>Strategies that could not run, with the reason.</summary>
    public static void LeftOut(StringBuilder html, ComparisonResult result)
    {
        if (result.LeftOut.Count == 0)
        {
            return;
        }
        html.Append("<section id=\"left-out\"><h2>Left out</h2><ul>\n");
        foreach (LeftOut left in result.LeftOut)
        {
            html.Append("<li><b>").Append(SafeText.Encode(left.Strategy)).Append("</b>: ").Append(SafeText.Encode(left.Reason)).Append("</li>\n");
        }
        html.Append("</ul></section>\n");
    }

    private static void Table(StringBuilder html, ComparisonResult result, long budget)
    {
        html.Append("<div class=\"scroll\"><table><thead><tr><th>strategy</th><th>accuracy</th><th>95 % interval</th><th></th><th>coverage</th><th>collected</th><th>draws</th><th>tokens</th><th>failed</th><th>seconds</th></tr></thead><tbody>\n");
        double oneDraw = result.Rows.FirstOrDefault(r => r.Budget == budget && r.Strategy == "repeated-sampling")?.Accuracy ?? double.NaN;
        foreach (ComparisonRow row in result.Rows.Where(r => r.Budget == budget).OrderByDescending(r => r.Strategy == ComparisonFindings.Ceiling).ThenByDescending(r => r.Accuracy))
        {
            bool ceiling = row.Strategy == ComparisonFindings.Ceiling;
            html.Append(ceiling ? "<tr class=\"ceiling\">" : "<tr>")
                .Append("<td class=\"name\">").Append(SafeText.Encode(row.Strategy)).Append(ceiling ? " (ceiling)" : "").Append("</td><td><b>").Append(Figures.Percent(row.Accuracy))
                .Append("</b></td><td>").Append(Figures.PercentInterval(row.CiLow, row.CiHigh)).Append("</td><td>").Append(IntervalBar.Accuracy(row.Accuracy, row.CiLow, row.CiHigh, row.Coverage))
                .Append("</td><td>").Append(Figures.Percent(row.Coverage)).Append("</td><td>").Append(ceiling ? "–" : Figures.Percent(Collected(row, oneDraw)))
                .Append("</td><td>").Append(Figures.Number(row.MeanCandidates, 1))
                .Append("</td><td>").Append(Figures.Count(ComparisonTable.TokensPerProblem(row))).Append("</td><td>").Append(Figures.Count(row.Failures))
                .Append("</td><td>").Append(Figures.Number(row.WallSeconds, 1)).Append("</td></tr>\n");
        }

        html.Append("</tbody></table></div>\n");
    }

    /// <summary>How far a choice came on the way from what one draw is worth to what some draw had right; NaN where there is no way to go.</summary>
    internal static double Collected(ComparisonRow row, double oneDraw) =>
        row.MeanCandidates > 1 && row.Strategy != "repeated-sampling" && row.Coverage > oneDraw ? (row.Accuracy - oneDraw) / (row.Coverage - oneDraw) : double.NaN;

    private static void Pairs(StringBuilder html, ComparisonFindings findings)
    {
        if (findings.Real.Count == 0)
        {
            html.Append("<p>None.</p>\n");
        }
        else
        {
            double reach = findings.Real.Max(t => Math.Max(Math.Abs(t.CiLow), Math.Abs(t.CiHigh)));
            html.Append("<div class=\"scroll\"><table><thead><tr><th>better</th><th class=\"name\">than</th><th>points</th><th>95 % interval</th><th></th><th>corrected p</th></tr></thead><tbody>\n");
            foreach (PairedTest test in findings.Real)
            {
                html.Append("<tr><td class=\"name\">").Append(SafeText.Encode(test.A)).Append("</td><td class=\"name\">").Append(SafeText.Encode(test.B)).Append("</td><td><b>").Append(Figures.Points(test.Difference))
                    .Append("</b></td><td>").Append(ComparisonFindings.Interval(test)).Append("</td><td>").Append(IntervalBar.Difference(test.Difference, test.CiLow, test.CiHigh, Math.Max(reach, 1e-6)))
                    .Append("</td><td>").Append(SafeText.Encode(Figures.P(test.PHolm))).Append("</td></tr>\n");
            }

            html.Append("</tbody></table></div>\n");
        }

        if (findings.NotShown.Count == 0)
        {
            return;
        }
        html.Append("<h3>Not shown to differ</h3><ul>\n");
        foreach (ComparisonRow row in findings.Ranked)
        {
            PairedTest[] tests = [.. findings.NotShown.Where(t => t.A == row.Strategy)];
            if (tests.Length == 0)
            {
                continue;
            }
            html.Append("<li><b>").Append(SafeText.Encode(row.Strategy)).Append("</b> from ")
                .AppendJoin("; ", tests.Select(t => SafeText.Encode($"{t.B} ({Figures.Points(t.Difference)} points, {ComparisonFindings.Interval(t)})"))).Append("</li>\n");
        }

        html.Append("</ul>\n");
    }
}
