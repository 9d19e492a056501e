namespace Winnow.Rendering.Plots;

/// <summary>Lines over one axis, as data: what to draw, not where.</summary>
public sealed record LinePlot
{
    /// <summary>What the picture says.</summary>
    public required string Title { get; init; }

    /// <summary>From what it was measured.</summary>
    public string Subtitle { get; init; } = "";

    /// <summary>What x is, with its unit.</summary>
    public required string XLabel { get; init; }

    /// <summary>What y is, with its unit.</summary>
    public required string YLabel { get; init; }

    /// <summary>How x is laid out.</summary>
    public AxisScale XScale { get; init; } = AxisScale.Log;

    /// <summary>Where x is marked; null: at round numbers.</summary>
    public IReadOnlyList<double>? XTicks { get; init; }

    /// <summary>Whether y is a share, shown in percent.</summary>
    public bool IsShare { get; init; } = true;

    /// <summary>Whether the axis of a quantity begins at zero, so that heights are proportions; shares decide for themselves.</summary>
    public bool StartsAtZero { get; init; }

    /// <summary>Lines, drawn in order.</summary>
    public required IReadOnlyList<PlotSeries> Series { get; init; }

    /// <summary>Levels that do not depend on x.</summary>
    public IReadOnlyList<PlotLevel> Levels { get; init; } = [];

    /// <summary>Whether points of different series at one x are set apart sideways, so that their intervals can be told apart.</summary>
    public bool SetApart { get; init; }

    /// <summary>The picture at report size, 860 by 500 pixels.</summary>
    public Scene ToScene() => PlotLayout.Arrange(this, 860, 500);

    /// <summary>The picture for narrow screens, 420 by 460 pixels.</summary>
    public Scene ToNarrowScene() => PlotLayout.Arrange(this, 420, 460);
}

/// <summary>One line.</summary>
public sealed record PlotSeries
{
    /// <summary>Written beside its end.</summary>
    public required string Name { get; init; }

    /// <summary>Points in order of x.</summary>
    public required IReadOnlyList<PlotPoint> Points { get; init; }

    /// <summary>Its colour.</summary>
    public required Hue Hue { get; init; }

    /// <summary>How its line is broken.</summary>
    public Dash Dash { get; init; }

    /// <summary>What its points look like, so that the colour is not needed.</summary>
    public PointShape Shape { get; init; }

    /// <summary>Whether intervals are a band instead of bars.</summary>
    public bool HasBand { get; init; }
}

/// <summary>A point with its interval.</summary>
/// <param name="X">Where.</param>
/// <param name="Y">How much.</param>
/// <param name="Low">Lower end of the interval; null where there is none.</param>
/// <param name="High">Upper end of it.</param>
public readonly record struct PlotPoint(double X, double Y, double? Low = null, double? High = null);

/// <summary>A horizontal line.</summary>
/// <param name="Name">Written beside its end.</param>
/// <param name="Y">How much.</param>
/// <param name="Hue">Its colour.</param>
/// <param name="Dash">How it is broken.</param>
/// <param name="Low">Lower end of its interval, drawn as a band; null where there is none.</param>
/// <param name="High">Upper end of it.</param>
public sealed record PlotLevel(string Name, double Y, Hue Hue, Dash Dash, double? Low = null, double? High = null);

/// <summary>Shape of a point.</summary>
public enum PointShape
{
    /// <summary>A filled circle.</summary>
    Circle,

    /// <summary>A filled square.</summary>
    Square,

    /// <summary>A filled triangle, point up.</summary>
    Triangle,

    /// <summary>A filled square on its corner.</summary>
    Diamond,

    /// <summary>A filled triangle, point down.</summary>
    DownTriangle,

    /// <summary>A filled plus.</summary>
    Plus,

    /// <summary>No mark.</summary>
    None,
}
