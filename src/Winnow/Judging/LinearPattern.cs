using System.Text.RegularExpressions;

namespace Winnow.Judging;

/// <summary>Patterns for what models write: they run in time linear in the text, whatever it is.</summary>
internal static class LinearPattern
{
    public static Regex Of(string pattern) =>
        new(pattern, RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, Timeout.InfiniteTimeSpan);
}
