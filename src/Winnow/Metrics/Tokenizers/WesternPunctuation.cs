using System.Text;

namespace Winnow.Metrics.Tokenizers;

/// <summary>The rules of NIST's mteval-v13a for Western languages, shared by the tokenizers built on it.</summary>
internal static class WesternPunctuation
{
    /// <summary>All of them in their order.</summary>
    public static void Separate(ref SpacingPass pass)
    {
        pass.Surround<Symbols>();
        SeparateStops(ref pass);
    }

    /// <summary>Those about stops, commas and dashes.</summary>
    public static void SeparateStops(ref SpacingPass pass)
    {
        pass.SplitAndCloseAfter<StopAfterNoDigit>();
        pass.SplitAndOpenBefore<StopBeforeNoDigit>();
        pass.SplitAndCloseAfter<DashAfterDigit>();
    }

    private static bool IsDigit(Rune c) => c.Value is >= '0' and <= '9';

    private static bool IsStop(Rune c) => c.Value is '.' or ',';

    /// <summary>ASCII punctuation but the apostrophe, comma, dash and stop.</summary>
    internal readonly struct Symbols : ICodePointRule
    {
        public static bool Matches(Rune c) => c.Value
            is (>= '{' and <= '~') or (>= '[' and <= '`') or (>= ' ' and <= '&') or (>= '(' and <= '+') or (>= ':' and <= '@') or '/';
    }

    private readonly struct StopAfterNoDigit : IPairRule
    {
        public static bool Matches(Rune first, Rune second) => IsStop(second) && !IsDigit(first);
    }

    private readonly struct StopBeforeNoDigit : IPairRule
    {
        public static bool Matches(Rune first, Rune second) => IsStop(first) && !IsDigit(second);
    }

    private readonly struct DashAfterDigit : IPairRule
    {
        public static bool Matches(Rune first, Rune second) => second.Value == '-' && IsDigit(first);
    }
}
