namespace Winnow.Rendering.Plots;

/// <summary>One quantity measured at several numbers of samples.</summary>
/// <param name="Name">What is drawn, for example <c>coverage</c> or <c>majority</c>.</param>
/// <param name="Points">X: samples a problem; Y: a share, with its interval.</param>
public sealed record SamplesCurve(string Name, IReadOnlyList<PlotPoint> Points);

/// <summary>Coverage and selected accuracy against the number of samples.</summary>
public static class SamplesPlot
{
    /// <summary>The plot of several curves. One called <c>coverage</c> is drawn as the ceiling; one with a single point as a level.</summary>
    /// <param name="title">What the picture says.</param>
    /// <param name="subtitle">Model, task and number of problems.</param>
    /// <param name="curves">At least one with two points or more.</param>
    /// <param name="chanceLevel">Accuracy of guessing; null: not drawn.</param>
    public static LinePlot Of(string title, string subtitle, IReadOnlyList<SamplesCurve> curves, double? chanceLevel = null)
    {
        ArgumentNullException.ThrowIfNull(curves);
        SamplesCurve[] lines = [.. curves.Where(c => c.Points.Count > 1)];
        if (lines.Length == 0)
        {
            throw new ArgumentException("At least one curve needs two points or more.", nameof(curves));
        }
        List<PlotLevel> levels = [.. curves.Where(c => c.Points.Count == 1).Select(c => new PlotLevel(c.Name, c.Points[0].Y, Hue.Ink, Dash.Dashed, c.Points[0].Low, c.Points[0].High))];
        if (chanceLevel is { } chance)
        {
            levels.Add(new("chance", chance, Hue.Muted, Dash.Dotted));
        }
        return new()
        {
            Title = title, Subtitle = subtitle, XLabel = "samples a problem", YLabel = "right answers", Levels = levels,
            XTicks = [.. lines.SelectMany(c => c.Points).Select(p => p.X).Distinct().Order()],
            Series = [.. lines.Select(Line)],
        };
    }

    private static PlotSeries Line(SamplesCurve curve, int place)
    {
        bool ceiling = string.Equals(curve.Name, "coverage", StringComparison.Ordinal);
        (Hue hue, PointShape shape) = StrategyStyle.Of(curve.Name, place);
        return new() { Name = curve.Name, Points = curve.Points, HasBand = true, Hue = ceiling ? Hue.Muted : hue, Shape = ceiling ? PointShape.None : shape, Dash = ceiling ? Dash.Dashed : Dash.Solid };
    }
}
