namespace Winnow.Rendering.Plots;

/// <summary>How values become places.</summary>
public enum AxisScale
{
    /// <summary>Equal differences are equally far apart.</summary>
    Linear,

    /// <summary>Equal ratios are equally far apart; values must be positive.</summary>
    Log,
}

/// <summary>A range of values laid over a range of pixels, with marks at round numbers.</summary>
internal sealed record Axis(AxisScale Scale, double Low, double High, double From, double To)
{
    private const double Slack = 1e-9;

    /// <summary>The pixel of a value.</summary>
    public double At(double value)
    {
        double share = Scale == AxisScale.Log
            ? (Math.Log(value) - Math.Log(Low)) / (Math.Log(High) - Math.Log(Low))
            : (value - Low) / (High - Low);
        return From + (share * (To - From));
    }

    /// <summary>Round numbers within the range.</summary>
    /// <param name="atMost">About how many fit.</param>
    public IReadOnlyList<double> Ticks(int atMost) => Scale == AxisScale.Log ? LogTicks(atMost) : LinearTicks(atMost);

    /// <summary>A range that holds all values with some air, and never has zero width.</summary>
    public static (double Low, double High) Range(AxisScale scale, IReadOnlyCollection<double> values, double air)
    {
        double low = values.Min(), high = values.Max();
        if (scale == AxisScale.Log)
        {
            double factor = high > low ? Math.Pow(high / low, air) : 2;
            return (low / factor, high * factor);
        }

        double extra = high > low ? (high - low) * air : Math.Max(Math.Abs(high), 1) * 0.1;
        return (low - extra, high + extra);
    }

    private List<double> LinearTicks(int atMost)
    {
        double step = RoundStep((High - Low) / Math.Max(1, atMost));
        List<double> ticks = [];
        for (double k = Math.Ceiling((Low / step) - Slack); k * step <= High + (Slack * step); k++)
        {
            ticks.Add(k == 0 ? 0 : k * step);
        }
        return ticks;
    }

    private List<double> LogTicks(int atMost)
    {
        foreach (double[] mantissas in (double[][])[[1, 1.5, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]])
        {
            List<double> ticks = [.. Decades(1).SelectMany(d => mantissas.Select(m => m * d)).Where(v => v >= Low * (1 - Slack) && v <= High * (1 + Slack))];
            if (ticks.Count <= atMost)
            {
                return ticks;
            }
        }

        int every = 2;
        while (Decades(every).Count() > atMost)
        {
            every++;
        }
        return [.. Decades(every).Where(v => v >= Low * (1 - Slack) && v <= High * (1 + Slack))];
    }

    private IEnumerable<double> Decades(int every)
    {
        int first = (int)Math.Floor(Math.Log10(Low)), last = (int)Math.Floor(Math.Log10(High) + Slack);
        for (int e = first; e <= last; e++)
        {
            if (e % every == 0)
            {
                yield return Math.Pow(10, e);
            }
        }
    }

    private static double RoundStep(double rough)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double mantissa = rough / power;
        return power * (mantissa <= 1 ? 1 : mantissa <= 2 ? 2 : mantissa <= 5 ? 5 : 10);
    }
}
