using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Winnow.Evaluation;
using Winnow.Rendering.Plots;

namespace Winnow.Rendering.Reports;

/// <summary>
/// A comparison as one HTML file that stands alone: no script, no request, no font from elsewhere; light and dark, wide and narrow.
/// </summary>
/// <remarks>All text from models and task files is encoded and bounded in size. A content policy in the page forbids everything but
/// its own style sheet. Equal comparisons give equal bytes.</remarks>
public static class HtmlReport
{
    /// <summary>The text of the file.</summary>
    /// <param name="result">The comparison; at least one row of a strategy other than the ceiling.</param>
    /// <param name="facts">What else to say; null: nothing.</param>
    public static string Write(ComparisonResult result, ReportFacts? facts = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        facts ??= new();
        IReadOnlyList<long> budgets = ComparisonFindings.Budgets(result);
        if (budgets.Count == 0)
        {
            throw new ArgumentException("The comparison has no rows; run at least one strategy.", nameof(result));
        }
        ComparisonFindings findings = ComparisonFindings.At(result, budgets[^1]);
        string style = Style();
        string hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)));
        StringBuilder html = new();
        html.Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n")
            .Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-").Append(hash).Append("'\">\n")
            .Append("<meta name=\"referrer\" content=\"no-referrer\">\n<title>Winnow: ").Append(SafeText.Encode($"{result.Task} on {result.Model}")).Append("</title>\n<style>")
            .Append(style).Append("</style>\n</head>\n<body>\n");
        Header(html, result, findings);
        html.Append("<main>\n");
        Cards(html, result, findings);
        Plot(html, result);
        ResultSections.Tables(html, result, budgets);
        ResultSections.Differences(html, result, budgets);
        ResultSections.LeftOut(html, result);
        TranscriptSection.Write(html, result, facts);
        Facts(html, result, facts, budgets);
        html.Append("</main>\n<footer><p>Made by Winnow. This file needs nothing else and sends nothing anywhere.</p></footer>\n</body>\n</html>\n");
        return html.ToString();
    }

    private static string Style()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Winnow.Rendering.Reports.report.css")
            ?? throw new InvalidOperationException("The style sheet is not part of this build.");
        using StreamReader reader = new(stream, Encoding.UTF8);
        return $":root{{{Palette.LightVariables}}}@media(prefers-color-scheme:dark){{:root{{{Palette.DarkVariables}}}}}{Palette.Classes}\n{reader.ReadToEnd().ReplaceLineEndings("\n")}";
    }

    private static void Header(StringBuilder html, ComparisonResult result, ComparisonFindings findings)
    {
        html.Append("<header><p class=\"brand\">winnow compare</p>\n<h1>").Append(SafeText.Encode($"{result.Task} on {result.Model}")).Append("</h1>\n<p class=\"lead\">")
            .Append(SafeText.Encode(findings.Summary).Replace(" %", "&#160;%", StringComparison.Ordinal)).Append("</p>");
        foreach (string caveat in ComparisonFindings.Caveats(result))
        {
            html.Append("<p class=\"caveat\">").Append(SafeText.Encode(caveat, 600)).Append("</p>");
        }
        html.Append("</header>\n");
    }

    private static void Cards(StringBuilder html, ComparisonResult result, ComparisonFindings findings)
    {
        ComparisonRow best = findings.Ranked[0];
        html.Append("<div class=\"cards\">\n");
        Card(html, Figures.Percent(best.Accuracy), $"{best.Strategy}, {Figures.PercentInterval(best.CiLow, best.CiHigh)}");
        ComparisonRow? greedy = findings.Ranked.FirstOrDefault(r => r.Strategy == "greedy");
        if (greedy is not null && greedy != best)
        {
            Card(html, Figures.Percent(greedy.Accuracy), $"greedy, {Figures.PercentInterval(greedy.CiLow, greedy.CiHigh)}");
        }
        Card(html, Figures.Percent(best.Coverage), $"coverage of {best.Strategy}: some draw was right");
        Card(html, Figures.Percent(result.ChanceLevel), "chance level of the task");
        html.Append("</div>\n");
    }

    private static void Card(StringBuilder html, string figure, string meaning) =>
        html.Append("<div class=\"card\"><b>").Append(SafeText.Encode(figure)).Append("</b><span>").Append(SafeText.Encode(meaning)).Append("</span></div>\n");

    private static void Plot(StringBuilder html, ComparisonResult result)
    {
        LinePlot plot = AccuracyPlot.Of(result);
        html.Append("<section id=\"plot\"><figure>\n").Append(SvgWriter.Inline(plot.ToScene(), "wide")).Append(SvgWriter.Inline(plot.ToNarrowScene(), "narrow"))
            .Append("<figcaption class=\"note\">Tokens are those really used: drawn by the model and read by the scorer’s own model. Bars are 95 % intervals; points at one budget stand a little apart sideways so that they can be told apart. ")
            .Append("Coverage is the share of problems with at least one right draw, the most that any choice among the draws can reach.</figcaption></figure></section>\n");
    }

    private static void Facts(StringBuilder html, ComparisonResult result, ReportFacts facts, IReadOnlyList<long> budgets)
    {
        html.Append("<section id=\"run\"><h2>The run</h2><dl>\n");
        Fact(html, "Task", result.Task);
        Fact(html, "Problems", Figures.Count(result.Rows.Max(r => r.N)));
        Fact(html, "Model", result.Model);
        Fact(html, "Scorer", result.Scorer ?? "none");
        Fact(html, "Seed", result.Seed.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Fact(html, "Budgets", string.Join(", ", budgets.Select(b => Figures.Count(b))) + " tokens a problem, drawn plus read by the scorer");
        foreach ((string name, string value) in facts.Facts)
        {
            Fact(html, name, value);
        }
        html.Append("</dl>\n");
        if (facts.Command is not null)
        {
            html.Append("<h3>Repeat it</h3><pre class=\"box\">").Append(SafeText.Encode(facts.Command)).Append("</pre>\n");
        }
        html.Append("</section>\n");
    }

    private static void Fact(StringBuilder html, string name, string value) =>
        html.Append("<dt>").Append(SafeText.Encode(name)).Append("</dt><dd>").Append(SafeText.Encode(value)).Append("</dd>\n");
}
