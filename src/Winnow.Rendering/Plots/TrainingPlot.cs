namespace Winnow.Rendering.Plots;

/// <summary>A quantity of a training run over its tokens.</summary>
/// <param name="Name">For example <c>training loss</c> or <c>validation loss</c>.</param>
/// <param name="Points">X: tokens seen, positive; Y: the quantity.</param>
public sealed record TrainingCurve(string Name, IReadOnlyList<PlotPoint> Points);

/// <summary>Loss, or another quantity, against the tokens a training has seen.</summary>
public static class TrainingPlot
{
    private const int MostPoints = 400;

    /// <summary>The plot of several curves. Curves of many points are thinned by averaging neighbours.</summary>
    /// <param name="title">What the picture says.</param>
    /// <param name="subtitle">Model and data.</param>
    /// <param name="curves">At least one point in all.</param>
    /// <param name="yLabel">What y is, with its unit.</param>
    /// <param name="isShare">Whether y is a share, shown in percent.</param>
    public static LinePlot Of(string title, string subtitle, IReadOnlyList<TrainingCurve> curves, string yLabel = "loss (nats a token)", bool isShare = false)
    {
        ArgumentNullException.ThrowIfNull(curves);
        return new()
        {
            Title = title, Subtitle = subtitle, XLabel = "tokens seen", YLabel = yLabel, XScale = AxisScale.Linear, IsShare = isShare,
            Series = [.. curves.Where(c => c.Points.Count > 0).Select((c, i) => new PlotSeries
            {
                Name = c.Name, Points = Thin(c.Points), Hue = Palette.Series[i % Palette.Series.Count], Shape = c.Points.Count > 30 ? PointShape.None : (PointShape)(i % (int)PointShape.None),
            })],
        };
    }

    private static IReadOnlyList<PlotPoint> Thin(IReadOnlyList<PlotPoint> points)
    {
        if (points.Count <= MostPoints)
        {
            return points;
        }
        int group = ((points.Count - 1) / MostPoints) + 1;
        return [.. points.Chunk(group).Select(g => new PlotPoint(g.Average(p => p.X), g.Average(p => p.Y)))];
    }
}
