using Winnow.Evaluation;

namespace Winnow.Rendering.Plots;

/// <summary>Accuracy against the tokens that were really used, one line a strategy, coverage above, greedy and chance as levels.</summary>
public static class AccuracyPlot
{
    private static readonly string[] s_wholeAnswers = ["repeated-sampling", "majority", "weighted-majority", "best-of-n"];

    /// <summary>The plot of a comparison.</summary>
    /// <param name="result">The comparison; at least one row.</param>
    public static LinePlot Of(ComparisonResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (result.Rows.Count == 0)
        {
            throw new ArgumentException("The comparison has no rows; run at least one strategy.", nameof(result));
        }
        string[] strategies = [.. result.Rows.Select(r => r.Strategy).Distinct(StringComparer.Ordinal)];
        List<PlotSeries> series = [];
        List<PlotLevel> levels = [new("chance", result.ChanceLevel, Hue.Muted, Dash.Dotted)];
        if (Coverage(result) is { } coverage)
        {
            if (coverage.Points.Count > 1)
            {
                series.Add(coverage);
            }
            else
            {
                levels.Add(new(coverage.Name, coverage.Points[0].Y, coverage.Hue, coverage.Dash));
            }
        }

        string[] drawn = [.. strategies.Where(s => s is not ("greedy" or ComparisonFindings.Ceiling))];
        for (int i = 0; i < drawn.Length; i++)
        {
            (Hue hue, PointShape shape) = StrategyStyle.Of(drawn[i], i);
            series.Add(new()
            {
                Name = drawn[i], Hue = hue, Shape = shape,
                Points = [.. RowsOf(result, drawn[i]).Select(r => new PlotPoint(Tokens(r), r.Accuracy, r.CiLow, r.CiHigh))],
            });
        }

        ComparisonRow? greedy = RowsOf(result, "greedy").LastOrDefault();
        if (greedy is not null)
        {
            levels.Add(new("greedy", greedy.Accuracy, Hue.Ink, Dash.Dashed, greedy.CiLow, greedy.CiHigh));
        }
        if (series.Count == 0)
        {
            series.Add(new() { Name = "greedy", Hue = Hue.Ink, Points = [new(Tokens(greedy!), greedy!.Accuracy, greedy.CiLow, greedy.CiHigh)] });
        }
        return new()
        {
            Title = "Accuracy against tokens",
            Subtitle = $"{result.Task} · {result.Model}{(result.Scorer is null ? "" : $" · scored by {result.Scorer}")} · {Figures.Count(result.Rows.Max(r => r.N))} problems · 95 % intervals",
            XLabel = "tokens used for a problem (mean)",
            YLabel = "right answers",
            Series = series,
            Levels = levels,
            SetApart = true,
        };
    }

    // Strategies that draw whole answers with equal settings read the same draws, so any of them tells their coverage.
    private static PlotSeries? Coverage(ComparisonResult result)
    {
        string? source = s_wholeAnswers.FirstOrDefault(s => result.Rows.Any(r => r.Strategy == s));
        if (source is null)
        {
            return null;
        }
        return new()
        {
            Name = "coverage", Hue = Hue.Muted, Dash = Dash.Dashed, Shape = PointShape.None,
            Points = [.. RowsOf(result, source).Select(r => new PlotPoint(Tokens(r), r.Coverage))],
        };
    }

    private static IEnumerable<ComparisonRow> RowsOf(ComparisonResult result, string strategy) =>
        result.Rows.Where(r => r.Strategy == strategy).OrderBy(r => r.Budget);

    // The axis is logarithmic: a row that used nothing stands at one token.
    private static double Tokens(ComparisonRow row) => Math.Max(1, ComparisonTable.TokensPerProblem(row));
}
