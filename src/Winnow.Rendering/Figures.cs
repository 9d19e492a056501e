using System.Globalization;

namespace Winnow.Rendering;

/// <summary>How numbers are written in tables, plots and reports, in one place so that they agree.</summary>
internal static class Figures
{
    private static readonly CultureInfo s_culture = CultureInfo.InvariantCulture;

    /// <summary>A share as a percentage with one decimal: <c>61.3 %</c>; a dash for NaN.</summary>
    public static string Percent(double share) =>
        double.IsNaN(share) ? "–" : string.Create(s_culture, $"{100 * share:0.0} %").Replace('-', '−');

    /// <summary>An interval of shares in percent, without the sign: <c>55.7 – 66.7</c>.</summary>
    public static string PercentInterval(double low, double high) =>
        double.IsNaN(low) || double.IsNaN(high) ? "–" : string.Create(s_culture, $"{100 * low:0.0} – {100 * high:0.0}");

    /// <summary>A difference of shares in percentage points with its sign: <c>+14.0</c>.</summary>
    public static string Points(double difference)
    {
        string digits = Math.Abs(100 * difference).ToString("0.0", s_culture);
        return digits == "0.0" ? "0.0" : difference < 0 ? "−" + digits : "+" + digits;
    }

    /// <summary>A whole number in groups of three: <c>12,345</c>.</summary>
    public static string Count(double number) => Math.Round(number).ToString("#,0", s_culture);

    /// <summary>A p-value: <c>p = 0.012</c>, or <c>p &lt; 0.0001</c>.</summary>
    public static string P(double p) => p < 0.0001 ? "p < 0.0001" : p < 0.01
        ? "p = " + p.ToString("0.0000", s_culture)
        : "p = " + p.ToString("0.00", s_culture);

    /// <summary>A number with up to a given count of decimals.</summary>
    public static string Number(double value, int decimals) =>
        double.IsNaN(value) ? "–" : value.ToString(decimals == 0 ? "#,0" : "#,0." + new string('0', decimals), s_culture).Replace('-', '−');

    /// <summary>A large count in few letters: <c>950</c>, <c>12.3k</c>, <c>4.5M</c>.</summary>
    public static string Short(double number)
    {
        (double scaled, string unit) = Math.Abs(number) switch
        {
            < 1_000 => (number, ""),
            < 999_500 => (number / 1e3, "k"),
            < 999_500_000 => (number / 1e6, "M"),
            _ => (number / 1e9, "G"),
        };
        return scaled.ToString(Math.Abs(scaled) < 99.95 && unit.Length > 0 ? "0.#" : "0", s_culture) + unit;
    }

    /// <summary>A time span: <c>4 s</c>, <c>1:32</c>, <c>2:05:00</c>.</summary>
    public static string Duration(double seconds)
    {
        long whole = (long)Math.Ceiling(Math.Max(0, seconds));
        return whole switch
        {
            < 60 => string.Create(s_culture, $"{whole} s"),
            < 3600 => string.Create(s_culture, $"{whole / 60}:{whole % 60:00}"),
            _ => string.Create(s_culture, $"{whole / 3600}:{whole / 60 % 60:00}:{whole % 60:00}"),
        };
    }

    /// <summary>A number that reads back to the same one, for machines.</summary>
    public static string Exact(double value) => double.IsNaN(value) ? "" : value.ToString("R", s_culture);

    /// <summary>A whole number for machines.</summary>
    public static string Exact(long value) => value.ToString(s_culture);
}
