namespace Winnow.Runs;

/// <summary>A run is being drawn by somebody else, and only one at a time may.</summary>
public sealed class RunInUseException : Exception
{
    /// <summary>Makes the error.</summary>
    /// <param name="run">The run.</param>
    /// <param name="owner">Who has claimed it, where that is known.</param>
    public RunInUseException(string run, string? owner)
        : base($"The run {run} is in progress{(owner is null ? "" : $" in {owner}")}. Wait until it has ended, or stop it; what it has finished is kept.")
    {
        (Run, Owner) = (run, owner);
    }

    /// <summary>The run.</summary>
    public string Run { get; }

    /// <summary>Who has claimed it; null where that is not known.</summary>
    public string? Owner { get; }
}
