namespace Winnow.Rendering.Plots;

/// <summary>Decides where everything of a plot goes.</summary>
/// <remarks>Text is not measured but bounded from its length, so that the arrangement needs no font and is the same everywhere.</remarks>
internal sealed class PlotLayout
{
    private const double TextSize = 12.5, TitleSize = 16, LabelPitch = 16.5, ApartBy = 6.5, PointRadius = 3.8;

    private readonly LinePlot _plot;
    private readonly List<Mark> _marks = [];
    private readonly double _left = 62, _right, _top, _bottom;
    private readonly bool _narrow;
    private readonly Axis _x, _y;

    private PlotLayout(LinePlot plot, double width, double height)
    {
        _plot = plot;
        _narrow = width < 600;
        IEnumerable<string> labels = plot.Series.Select(s => s.Name + Value(s.Points.Count == 0 ? double.NaN : s.Points[^1].Y)).Concat(plot.Levels.Select(l => l.Name + Value(l.Y)));
        _right = width - 34 - Math.Min(width * 0.36, labels.Select(TextWidth).DefaultIfEmpty(0).Max());
        _top = _narrow && plot.Subtitle.Length > 0 ? 76 : 66;
        _bottom = height - 52;
        double[] xs = [.. plot.Series.SelectMany(s => s.Points).Select(p => p.X)];
        if (xs.Length == 0)
        {
            throw new ArgumentException("A plot needs at least one point.", nameof(plot));
        }
        if (plot.XScale == AxisScale.Log && xs.Min() <= 0)
        {
            throw new ArgumentException($"A logarithmic axis needs positive values; the least is {xs.Min()}.", nameof(plot));
        }
        (double lowX, double highX) = Axis.Range(plot.XScale, xs, 0.05);
        _x = new(plot.XScale, lowX, highX, _left, _right);
        (double lowY, double highY) = RangeOfY(plot);
        _y = new(AxisScale.Linear, lowY, highY, _bottom, _top);
    }

    /// <summary>The picture of a plot.</summary>
    public static Scene Arrange(LinePlot plot, double width, double height)
    {
        PlotLayout layout = new(plot, width, height);
        layout.Frame(width, height);
        layout.Levels();
        layout.Lines();
        layout.Labels();
        string lines = string.Join("; ", plot.Series.Select(s => s.Points.Count == 0 ? s.Name : $"{s.Name} reaches {layout.Value(s.Points[^1].Y).Trim()}"));
        return new(width, height, plot.Title, $"{plot.YLabel} against {plot.XLabel}. {lines}.", layout._marks);
    }

    private static (double Low, double High) RangeOfY(LinePlot plot)
    {
        double[] ys = [.. plot.Series.SelectMany(s => s.Points).SelectMany(p => (double[])[p.Y, p.Low ?? p.Y, p.High ?? p.Y]),
            .. plot.Levels.SelectMany(l => (double[])[l.Y, l.Low ?? l.Y, l.High ?? l.Y])];
        if (!plot.IsShare)
        {
            (double Low, double High) range = Axis.Range(AxisScale.Linear, ys, 0.06);
            return plot.StartsAtZero ? (ys.Min() >= 0 ? 0 : range.Low, range.High) : range;
        }

        double low = Math.Max(0, Math.Floor((ys.Min() * 10) + 1e-9) / 10), high = Math.Min(1, Math.Ceiling((ys.Max() * 10) - 1e-9) / 10);
        return high > low ? (low, high) : (Math.Max(0, low - 0.1), Math.Min(1, high + 0.1));
    }

    private void Frame(double width, double height)
    {
        Text(Hue.Ink, 14, 26, _plot.Title, _narrow ? TitleSize - 2 : TitleSize, bold: true);
        int half = _narrow && TextWidth(_plot.Subtitle) > width - 28 ? _plot.Subtitle.LastIndexOf(" · ", Math.Min(_plot.Subtitle.Length - 1, 52), StringComparison.Ordinal) : -1;
        if (half > 0)
        {
            Text(Hue.Muted, 14, 44, _plot.Subtitle[..half], TextSize);
            Text(Hue.Muted, 14, 60, _plot.Subtitle[(half + 3)..], TextSize);
        }
        else
        {
            Text(Hue.Muted, 14, 46, _plot.Subtitle, TextSize);
        }

        foreach (double tick in _y.Ticks(7))
        {
            double y = _y.At(tick);
            Path(Hue.Grid, 1, Dash.Solid, new(_left, y), new(_right, y));
            Text(Hue.Muted, _left - 8, y + 4.2, Value(tick, tick: true), TextSize, Anchor.End);
        }

        foreach (double tick in XTicks())
        {
            double x = _x.At(tick);
            Path(Hue.Muted, 1, Dash.Solid, new(x, _bottom), new(x, _bottom + 5));
            Text(Hue.Muted, x, _bottom + 19, Figures.Short(tick), TextSize, Anchor.Middle);
        }

        Path(Hue.Muted, 1, Dash.Solid, new(_left, _bottom), new(_right, _bottom));
        Text(Hue.Ink, (_left + _right) / 2, height - 12, _plot.XLabel, TextSize, Anchor.Middle);
        _marks.Add(new TextMark(Hue.Ink, new(18, (_top + _bottom) / 2), _plot.YLabel, TextSize, Anchor: Anchor.Middle, Upwards: true));
    }

    private IReadOnlyList<double> XTicks()
    {
        int atMost = _narrow ? 5 : 10;
        if (_plot.XTicks is not { Count: > 0 } given)
        {
            return _x.Ticks(atMost);
        }
        int every = ((given.Count - 1) / atMost) + 1;
        return [.. given.Where((_, i) => i % every == 0)];
    }

    private void Levels()
    {
        foreach (PlotLevel level in _plot.Levels)
        {
            if (level is { Low: { } low, High: { } high })
            {
                _marks.Add(new AreaMark(level.Hue, [new(_left, _y.At(low)), new(_right, _y.At(low)), new(_right, _y.At(high)), new(_left, _y.At(high))], 0.08));
            }
            Path(level.Hue, 1.6, level.Dash, new(_left, _y.At(level.Y)), new(_right, _y.At(level.Y)));
        }
    }

    private void Lines()
    {
        foreach (PlotSeries series in _plot.Series)
        {
            Spot[] spots = [.. series.Points.Select(p => new Spot(_x.At(p.X) + Shift(series), _y.At(p.Y)))];
            Intervals(series, spots);
            if (spots.Length > 1)
            {
                _marks.Add(new PathMark(series.Hue, spots, 2.2, series.Dash));
            }
            if (series.Shape == PointShape.None)
            {
                continue;
            }
            for (int j = 0; j < spots.Length; j++)
            {
                PlotPoint point = series.Points[j];
                string interval = point is { Low: { } low, High: { } high } ? $" ({Value(low).Trim()} to {Value(high).Trim()})" : "";
                _marks.Add(new AreaMark(Hue.Surface, PointOutlines.Of(series.Shape, spots[j], PointRadius + 1.6), 1));
                _marks.Add(new AreaMark(series.Hue, PointOutlines.Of(series.Shape, spots[j], PointRadius), 1, spots[j], $"{series.Name}: {Value(point.Y).Trim()}{interval} at {Figures.Count(point.X)}"));
            }
        }
    }

    private void Intervals(PlotSeries series, Spot[] spots)
    {
        (int Index, double Low, double High)[] known = [.. series.Points.Select((p, j) => (j, p.Low, p.High)).Where(t => t is { Low: not null, High: not null }).Select(t => (t.j, t.Low!.Value, t.High!.Value))];
        if (series.HasBand && known.Length > 1)
        {
            _marks.Add(new AreaMark(series.Hue, [.. known.Select(k => new Spot(spots[k.Index].X, _y.At(k.High))), .. known.Reverse().Select(k => new Spot(spots[k.Index].X, _y.At(k.Low)))], 0.14));
            return;
        }

        foreach ((int index, double low, double high) in known)
        {
            _marks.Add(new PathMark(series.Hue, [new(spots[index].X, _y.At(low)), new(spots[index].X, _y.At(high))], 1.6, Opacity: 0.5));
        }
    }

    // Labels stand beside the ends of their lines, pushed apart where they would touch, in the order of the ends.
    private void Labels()
    {
        List<(string Text, Hue Hue, double Wanted, double FromX)> labels =
        [
            .. _plot.Series.Where(s => s.Points.Count > 0)
                .Select(s => (s.Name + Value(s.Points[^1].Y), s.Hue, _y.At(s.Points[^1].Y), _x.At(s.Points[^1].X) + Shift(s) + PointRadius + 3)),
            .. _plot.Levels.Select(l => (l.Name + Value(l.Y), l.Hue, _y.At(l.Y), _right)),
        ];
        labels = [.. labels.OrderBy(l => l.Wanted)];
        double[] places = Spread([.. labels.Select(l => l.Wanted)], LabelPitch, _top + 2, _bottom);
        for (int i = 0; i < labels.Count; i++)
        {
            double at = _right + 14;
            _marks.Add(new PathMark(labels[i].Hue, [new(labels[i].FromX, labels[i].Wanted), new(_right + 3, labels[i].Wanted), new(at - 4, places[i])], 0.9, Opacity: 0.55));
            Text(labels[i].Hue, at, places[i] + 4.2, labels[i].Text, TextSize, bold: true);
        }
    }

    /// <summary>Moves sorted places apart until neighbours are a pitch away, as little as possible, within bounds.</summary>
    internal static double[] Spread(double[] wanted, double pitch, double low, double high)
    {
        double[] places = [.. wanted];
        for (int round = 0; round < 200; round++)
        {
            bool moved = false;
            for (int i = 1; i < places.Length; i++)
            {
                double missing = pitch - (places[i] - places[i - 1]);
                if (missing <= 0.01)
                {
                    continue;
                }
                places[i - 1] -= missing / 2;
                places[i] += missing / 2;
                moved = true;
            }

            for (int i = 0; i < places.Length; i++)
            {
                places[i] = Math.Clamp(places[i], low + (i * pitch * 0.01), high);
            }
            if (!moved)
            {
                break;
            }
        }

        return places;
    }

    private double Shift(PlotSeries series)
    {
        if (!_plot.SetApart || series.Shape == PointShape.None)
        {
            return 0;
        }
        PlotSeries[] shifted = [.. _plot.Series.Where(s => s.Shape != PointShape.None)];
        return (Array.IndexOf(shifted, series) - ((shifted.Length - 1) / 2.0)) * (_narrow ? ApartBy * 0.55 : ApartBy);
    }

    private string Value(double value, bool tick = false) =>
        double.IsNaN(value) || (_narrow && !tick) ? "" : (tick ? "" : "  ") + (_plot.IsShare ? (tick ? Figures.Number(100 * value, 0) + " %" : Figures.Percent(value)) : Quantity(value, tick));

    // Large numbers need no decimals, and there is no room for them at the axis.
    private static string Quantity(double value, bool tick) => Math.Abs(value) switch
    {
        >= 1000 when tick => Figures.Short(value),
        >= 100 => Figures.Number(value, 0),
        _ => Figures.Number(value, tick ? 1 : 2),
    };

    private static double TextWidth(string text) => text.Length * TextSize * 0.57;

    private void Text(Hue hue, double x, double y, string text, double size, Anchor anchor = Anchor.Start, bool bold = false)
    {
        if (text.Length > 0)
        {
            _marks.Add(new TextMark(hue, new(x, y), text, size, bold, anchor));
        }
    }

    private void Path(Hue hue, double width, Dash dash, params Spot[] spots) => _marks.Add(new PathMark(hue, spots, width, dash));
}
