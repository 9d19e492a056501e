using System.Globalization;

namespace Winnow.Rendering.Reports;

/// <summary>Small pictures of one number within a table cell.</summary>
internal static class IntervalBar
{
    private const double Width = 150, Height = 16;

    /// <summary>An accuracy with its interval on the scale from 0 to 1, and coverage as a tick.</summary>
    public static string Accuracy(double value, double low, double high, double coverage)
    {
        double middle = Height / 2;
        return Open("accuracy with its interval and coverage")
            + Line(2, middle, Width - 2, middle, "grid", 2)
            + Line(At(low, 0, 1), middle, At(high, 0, 1), middle, "blue", 3)
            + $"<circle cx=\"{N(At(value, 0, 1))}\" cy=\"{N(middle)}\" r=\"4\" class=\"fill-blue\"/>"
            + Line(At(coverage, 0, 1), 2, At(coverage, 0, 1), Height - 2, "muted", 2)
            + "</svg>";
    }

    /// <summary>A difference with its interval around zero.</summary>
    /// <param name="value">Difference of shares.</param>
    /// <param name="low">Lower end.</param>
    /// <param name="high">Upper end.</param>
    /// <param name="reach">The scale runs from −reach to +reach; positive.</param>
    public static string Difference(double value, double low, double high, double reach)
    {
        double middle = Height / 2;
        return Open("difference with its interval; the thin line is no difference")
            + Line(At(0, -reach, reach), 1, At(0, -reach, reach), Height - 1, "muted", 1)
            + Line(At(low, -reach, reach), middle, At(high, -reach, reach), middle, "blue", 3)
            + $"<circle cx=\"{N(At(value, -reach, reach))}\" cy=\"{N(middle)}\" r=\"4\" class=\"fill-blue\"/></svg>";
    }

    /// <summary>A share as a filled bar.</summary>
    public static string Share(double share) =>
        "<svg width=\"44\" height=\"8\" viewBox=\"0 0 44 8\" role=\"img\" aria-label=\"share of the weight\"><rect width=\"44\" height=\"8\" rx=\"2\" class=\"fill-grid\"/>"
        + $"<rect width=\"{N(44 * Math.Clamp(share, 0, 1))}\" height=\"8\" rx=\"2\" class=\"fill-blue\"/></svg>";

    private static string Open(string label) => $"<svg width=\"{N(Width)}\" height=\"{N(Height)}\" viewBox=\"0 0 {N(Width)} {N(Height)}\" role=\"img\" aria-label=\"{label}\">";

    private static string Line(double x1, double y1, double x2, double y2, string hue, double width) =>
        $"<line x1=\"{N(x1)}\" y1=\"{N(y1)}\" x2=\"{N(x2)}\" y2=\"{N(y2)}\" class=\"stroke-{hue}\" stroke-width=\"{N(width)}\" stroke-linecap=\"round\"/>";

    private static double At(double value, double low, double high) => 4 + ((Width - 8) * Math.Clamp((value - low) / (high - low), 0, 1));

    private static string N(double value) => Math.Round(value, 1).ToString("0.#", CultureInfo.InvariantCulture);
}
