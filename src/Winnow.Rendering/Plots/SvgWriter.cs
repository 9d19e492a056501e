using System.Globalization;
using System.Text;

namespace Winnow.Rendering.Plots;

/// <summary>Writes a picture as SVG. Equal pictures give equal bytes.</summary>
public static class SvgWriter
{
    /// <summary>A file of its own, which follows the viewer's light or dark preference.</summary>
    /// <param name="scene">The picture.</param>
    public static string File(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        StringBuilder text = new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        Open(text, scene, " xmlns=\"http://www.w3.org/2000/svg\"");
        text.Append("<style>svg{").Append(Palette.LightVariables).Append("}@media(prefers-color-scheme:dark){svg{").Append(Palette.DarkVariables).Append("}}").Append(Palette.Classes).Append("</style>\n");
        text.Append(CultureInfo.InvariantCulture, $"<rect width=\"{N(scene.Width)}\" height=\"{N(scene.Height)}\" {Paint("fill", Hue.Surface)}/>\n");
        Marks(text, scene);
        return text.Append("</svg>\n").ToString();
    }

    /// <summary>A part of an HTML page that defines the palette's variables itself.</summary>
    /// <param name="scene">The picture.</param>
    /// <param name="cssClass">Class of the element.</param>
    public static string Inline(Scene scene, string cssClass)
    {
        ArgumentNullException.ThrowIfNull(scene);
        StringBuilder text = new();
        Open(text, scene, $" class=\"{Escape(cssClass)}\"");
        Marks(text, scene);
        return text.Append("</svg>\n").ToString();
    }

    private static void Open(StringBuilder text, Scene scene, string attributes) =>
        text.Append(CultureInfo.InvariantCulture, $"<svg{attributes} viewBox=\"0 0 {N(scene.Width)} {N(scene.Height)}\" width=\"{N(scene.Width)}\" height=\"{N(scene.Height)}\" role=\"img\" aria-label=\"{Escape(scene.Title)}\" font-family=\"Inter, system-ui, 'Segoe UI', sans-serif\">\n")
            .Append(CultureInfo.InvariantCulture, $"<desc>{Escape(scene.Description)}</desc>\n");

    private static void Marks(StringBuilder text, Scene scene)
    {
        foreach (Mark mark in scene.Marks)
        {
            switch (mark)
            {
                case PathMark path:
                    text.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{Points(path.Spots)}\" fill=\"none\" {Paint("stroke", path.Hue)} stroke-width=\"{N(path.Width)}\" stroke-linejoin=\"round\" stroke-linecap=\"round\"{Dashes(path.Dash)}{Opacity(path.Opacity)}/>\n");
                    break;
                case AreaMark area:
                    string open = $"<polygon points=\"{Points(area.Outline)}\" {Paint("fill", area.Hue)}{Opacity(area.Opacity)}";
                    text.Append(area.Tip is null ? open + "/>\n" : $"{open}><title>{Escape(area.Tip)}</title></polygon>\n");
                    break;
                case TextMark words:
                    Words(text, words);
                    break;
            }
        }
    }

    private static void Words(StringBuilder text, TextMark mark)
    {
        string anchor = mark.Anchor switch { Anchor.Middle => " text-anchor=\"middle\"", Anchor.End => " text-anchor=\"end\"", _ => "" };
        string weight = mark.Bold ? " font-weight=\"600\"" : "";
        string turn = mark.Upwards ? $" transform=\"rotate(-90 {N(mark.At.X)} {N(mark.At.Y)})\"" : "";
        text.Append(CultureInfo.InvariantCulture, $"<text x=\"{N(mark.At.X)}\" y=\"{N(mark.At.Y)}\" font-size=\"{N(mark.Size)}\" {Paint("fill", mark.Hue)}{weight}{anchor}{turn}>{Escape(mark.Text)}</text>\n");
    }

    // The attribute is for viewers that know no style sheets; the class wins where they are known. No style attribute is
    // used, so that a page with a strict content policy can hold the picture.
    private static string Paint(string attribute, Hue hue) => $"{attribute}=\"{Palette.Light(hue)}\" class=\"{Palette.Class(attribute, hue)}\"";

    private static string Opacity(double opacity) => opacity >= 1 ? "" : $" opacity=\"{N(opacity)}\"";

    private static string Dashes(Dash dash) => dash switch { Dash.Dashed => " stroke-dasharray=\"7 5\"", Dash.Dotted => " stroke-dasharray=\"1 5\"", _ => "" };

    private static string Points(IReadOnlyList<Spot> spots) => string.Join(' ', spots.Select(s => N(s.X) + "," + N(s.Y)));

    private static string N(double value) => Math.Round(value, 2).ToString("0.##", CultureInfo.InvariantCulture);

    private static string Escape(string text) => SafeText.Encode(text);
}
