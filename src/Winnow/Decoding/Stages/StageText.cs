using System.Globalization;

namespace Winnow.Decoding.Stages;

/// <summary>Writes settings as the parser reads them.</summary>
internal static class StageText
{
    /// <summary>A number in the shortest form that reads back as the same.</summary>
    public static string Of(double value) => double.IsNegativeInfinity(value) ? "-inf" : value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Positional settings, then those that differ from their default as key=value; defaults at the end are left out.</summary>
    public static string Join(string required, params ReadOnlySpan<(string Key, double Value, double Default)> optional)
    {
        string text = required;
        foreach ((string key, double value, double standard) in optional)
        {
            if (!value.Equals(standard))
            {
                text += (text.Length == 0 ? "" : ":") + key + "=" + Of(value);
            }
        }
        return text;
    }

    /// <summary>Token ids, separated by '+'.</summary>
    public static string Of(IEnumerable<int> tokens) => string.Join('+', tokens.Select(t => t.ToString(CultureInfo.InvariantCulture)));
}
