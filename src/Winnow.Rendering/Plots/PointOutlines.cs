namespace Winnow.Rendering.Plots;

/// <summary>Outlines of point shapes with about equal areas.</summary>
internal static class PointOutlines
{
    private const int CircleCorners = 20;

    /// <summary>The outline of a shape around a spot.</summary>
    public static IReadOnlyList<Spot> Of(PointShape shape, Spot at, double radius) => shape switch
    {
        PointShape.Square => Around(at, [(-0.87, -0.87), (0.87, -0.87), (0.87, 0.87), (-0.87, 0.87)], radius),
        PointShape.Triangle => Around(at, [(0, -1.25), (1.12, 0.75), (-1.12, 0.75)], radius),
        PointShape.Diamond => Around(at, [(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)], radius),
        PointShape.DownTriangle => Around(at, [(0, 1.25), (1.12, -0.75), (-1.12, -0.75)], radius),
        PointShape.Plus => Around(at, [(-0.4, -1.2), (0.4, -1.2), (0.4, -0.4), (1.2, -0.4), (1.2, 0.4), (0.4, 0.4), (0.4, 1.2), (-0.4, 1.2), (-0.4, 0.4), (-1.2, 0.4), (-1.2, -0.4), (-0.4, -0.4)], radius),
        _ => Around(at, [.. Enumerable.Range(0, CircleCorners).Select(i => (Math.Cos(2 * Math.PI * i / CircleCorners), Math.Sin(2 * Math.PI * i / CircleCorners)))], radius),
    };

    private static Spot[] Around(Spot at, (double X, double Y)[] corners, double radius) =>
        [.. corners.Select(c => new Spot(at.X + (radius * c.X), at.Y + (radius * c.Y)))];
}
