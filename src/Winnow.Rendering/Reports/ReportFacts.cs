namespace Winnow.Rendering.Reports;

/// <summary>What a report says about the run besides its results.</summary>
public sealed record ReportFacts
{
    /// <summary>The command that repeats the run; null where there is none.</summary>
    public string? Command { get; init; }

    /// <summary>Further facts in the order they are shown, for example the version of Winnow or the temperature.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Facts { get; init; } = [];

    /// <summary>Longest text of one candidate that is shown. Unit: UTF-16 units; at least 100.</summary>
    public int MaxTextLength
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 100);
            field = value;
        }
    } = 2000;

    /// <summary>Most candidates of one strategy that are shown for a problem; the rest is counted. At least 1.</summary>
    public int MaxCandidates
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 64;

    /// <summary>Length of all transcripts together, after which candidates' texts are left out. Unit: UTF-16 units; at least 0.</summary>
    public int MaxTranscriptLength
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 12_000_000;
}
