using System.Globalization;

namespace Winnow.Metrics;

/// <summary>Writes what a score depends on, in the form that sacrebleu uses: <c>nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:winnow-0.1.0</c>.</summary>
/// <remarks>Two scores may be compared only where all but the version agree.</remarks>
internal static class MetricSignature
{
    private static readonly string Version = "winnow-" + typeof(MetricSignature).Assembly.GetName().Version!.ToString(3);

    /// <summary>The signature of some settings.</summary>
    /// <param name="references">References of each text.</param>
    /// <param name="settings">Names and values in their order.</param>
    public static string Of(int references, params ReadOnlySpan<(string Name, string Value)> settings)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(references);
        var parts = new List<string> { string.Create(CultureInfo.InvariantCulture, $"nrefs:{references}") };
        foreach ((string name, string value) in settings)
        {
            parts.Add($"{name}:{value}");
        }
        parts.Add($"version:{Version}");
        return string.Join('|', parts);
    }

    /// <summary>yes or no.</summary>
    public static string YesNo(bool value) => value ? "yes" : "no";
}
