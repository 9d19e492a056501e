namespace Winnow.Rendering.Plots;

/// <summary>Colour and shape of each strategy, the same in every picture.</summary>
internal static class StrategyStyle
{
    private static readonly string[] s_known = ["majority", "weighted-majority", "best-of-n", "particle-filter", "beam", "repeated-sampling", "dvts", "particle-gibbs"];

    /// <summary>Colour and shape of a strategy; those that are not known get what is left, by their place.</summary>
    public static (Hue Hue, PointShape Shape) Of(string strategy, int place)
    {
        int index = Array.IndexOf(s_known, strategy);
        if (index < 0)
        {
            index = s_known.Length + place;
        }
        return (Palette.Series[index % Palette.Series.Count], (PointShape)(index % (int)PointShape.None));
    }
}
