using System.Runtime.CompilerServices;

namespace Winnow.Decoding.Stages;

/// <summary>Checks of settings, with messages that say what is allowed and what to do.</summary>
internal static class Limits
{
    /// <summary>A finite number within bounds.</summary>
    public static double Within(double value, double least, double most, string advice, [CallerMemberName] string setting = "") =>
        double.IsFinite(value) && value >= least && value <= most
            ? value
            : throw new ArgumentOutOfRangeException(setting, value, $"{setting} is {StageText.Of(value)}; it must lie in [{StageText.Of(least)}, {StageText.Of(most)}]. {advice}");

    /// <summary>A whole number of at least some size.</summary>
    public static int AtLeast(int value, int least, string advice, [CallerMemberName] string setting = "") =>
        value >= least ? value : throw new ArgumentOutOfRangeException(setting, value, $"{setting} is {value}; it must be at least {least}. {advice}");
}
