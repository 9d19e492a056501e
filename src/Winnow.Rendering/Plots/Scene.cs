namespace Winnow.Rendering.Plots;

/// <summary>A picture as a list of marks, painted in order. Both the SVG and the PNG are made from it, so they agree.</summary>
/// <param name="Width">Unit: pixels.</param>
/// <param name="Height">Unit: pixels.</param>
/// <param name="Title">For those who cannot see it.</param>
/// <param name="Description">What the picture shows, in a sentence or two.</param>
/// <param name="Marks">What is painted, first to last.</param>
public sealed record Scene(double Width, double Height, string Title, string Description, IReadOnlyList<Mark> Marks);

/// <summary>A place on the picture; y grows downwards. Unit: pixels.</summary>
public readonly record struct Spot(double X, double Y);

/// <summary>Something painted.</summary>
/// <param name="Hue">Its colour.</param>
public abstract record Mark(Hue Hue);

/// <summary>A line through several spots.</summary>
public sealed record PathMark(Hue Hue, IReadOnlyList<Spot> Spots, double Width, Dash Dash = Dash.Solid, double Opacity = 1) : Mark(Hue);

/// <summary>A filled outline.</summary>
public sealed record AreaMark(Hue Hue, IReadOnlyList<Spot> Outline, double Opacity, Spot? TipAt = null, string? Tip = null) : Mark(Hue);

/// <summary>A line of text; Y is its base line.</summary>
public sealed record TextMark(Hue Hue, Spot At, string Text, double Size, bool Bold = false, Anchor Anchor = Anchor.Start, bool Upwards = false) : Mark(Hue);

/// <summary>How a line is broken.</summary>
public enum Dash
{
    /// <summary>Not at all.</summary>
    Solid,

    /// <summary>Long dashes.</summary>
    Dashed,

    /// <summary>Dots.</summary>
    Dotted,
}

/// <summary>Which part of a text stands at its place.</summary>
public enum Anchor
{
    /// <summary>Its beginning.</summary>
    Start,

    /// <summary>Its middle.</summary>
    Middle,

    /// <summary>Its end.</summary>
    End,
}
