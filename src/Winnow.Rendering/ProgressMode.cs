namespace Winnow.Rendering;

/// <summary>How progress is shown.</summary>
public enum ProgressMode
{
    /// <summary>Not at all.</summary>
    Quiet,

    /// <summary>A line now and then, without control codes: for logs and pipes.</summary>
    Plain,

    /// <summary>One line that is rewritten in place: for terminals.</summary>
    Live,
}

/// <summary>Chooses how to show progress.</summary>
public static class ProgressModes
{
    /// <summary>Live on a terminal that can move its cursor; plain when redirected, or where NO_COLOR or TERM=dumb asks for it.</summary>
    /// <param name="quiet">Whether the user asked for none.</param>
    /// <param name="redirected">Whether the stream goes to a file or a pipe.</param>
    /// <param name="variable">Reads an environment variable.</param>
    public static ProgressMode Choose(bool quiet, bool redirected, Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        if (quiet)
        {
            return ProgressMode.Quiet;
        }
        bool plain = redirected || !string.IsNullOrEmpty(variable("NO_COLOR")) || string.Equals(variable("TERM"), "dumb", StringComparison.Ordinal);
        return plain ? ProgressMode.Plain : ProgressMode.Live;
    }
}
