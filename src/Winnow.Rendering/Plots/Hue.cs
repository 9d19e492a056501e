using SkiaSharp;

namespace Winnow.Rendering.Plots;

/// <summary>What a mark's colour stands for. The palettes give it a value in light and in dark surroundings.</summary>
public enum Hue
{
    /// <summary>Text and axes.</summary>
    Ink,

    /// <summary>Secondary text and reference lines.</summary>
    Muted,

    /// <summary>Grid lines.</summary>
    Grid,

    /// <summary>The paper.</summary>
    Surface,

    /// <summary>First series colour.</summary>
    Blue,

    /// <summary>Second series colour.</summary>
    Vermilion,

    /// <summary>Third series colour.</summary>
    Green,

    /// <summary>Fourth series colour.</summary>
    Purple,

    /// <summary>Fifth series colour.</summary>
    Gold,

    /// <summary>Sixth series colour.</summary>
    Sky,

    /// <summary>Seventh series colour.</summary>
    Brown,

    /// <summary>Eighth series colour.</summary>
    Indigo,
}

/// <summary>Colours that people with any colour vision can tell apart, and that print in grey.</summary>
/// <remarks>After Okabe and Ito (2008), darkened on light paper and lightened on dark so that text in them can be read.</remarks>
internal static class Palette
{
    private static readonly (string Light, string Dark)[] s_values =
    [
        ("#1d2530", "#e8ecf2"), ("#5f6b7a", "#9aa7b8"), ("#e3e7ec", "#2d3744"), ("#ffffff", "#161c25"),
        ("#0067a8", "#5db4f0"), ("#c74a00", "#ff9557"), ("#00805c", "#35cfa0"), ("#a2358f", "#e592d6"), ("#8f6a00", "#e8c03d"), ("#2b88b8", "#8fd3f7"), ("#7a4a2b", "#d3a27e"), ("#34318a", "#aaa6ff"),
    ];

    /// <summary>The series colours, in the order they are given out.</summary>
    public static IReadOnlyList<Hue> Series { get; } = [Hue.Blue, Hue.Vermilion, Hue.Green, Hue.Purple, Hue.Gold, Hue.Sky, Hue.Brown, Hue.Indigo];

    /// <summary>Declarations of the palette's CSS variables on light paper.</summary>
    public static string LightVariables { get; } = string.Join(';', s_values.Select((v, i) => $"--{Name((Hue)i)}:{v.Light}"));

    /// <summary>The same on dark paper.</summary>
    public static string DarkVariables { get; } = string.Join(';', s_values.Select((v, i) => $"--{Name((Hue)i)}:{v.Dark}"));

    /// <summary>Rules of the classes that paint with the variables.</summary>
    public static string Classes { get; } = string.Concat(Enum.GetValues<Hue>().Select(h => $".{Class("fill", h)}{{fill:var(--{Name(h)})}}.{Class("stroke", h)}{{stroke:var(--{Name(h)})}}"));

    /// <summary>The class that gives an attribute a hue.</summary>
    public static string Class(string attribute, Hue hue) => attribute + "-" + Name(hue);

    /// <summary>The value on light paper.</summary>
    public static string Light(Hue hue) => s_values[(int)hue].Light;

    /// <summary>The value on light paper, for pixels.</summary>
    public static SKColor Pixel(Hue hue) => SKColor.Parse(Light(hue));

    private static string Name(Hue hue) => hue switch
    {
        Hue.Ink => "ink",
        Hue.Muted => "muted",
        Hue.Grid => "grid",
        Hue.Surface => "surface",
        Hue.Blue => "blue",
        Hue.Vermilion => "vermilion",
        Hue.Green => "green",
        Hue.Purple => "purple",
        Hue.Gold => "gold",
        Hue.Sky => "sky",
        _ => "brown",
    };
}
