namespace Winnow.Rendering;

/// <summary>What the process says to the shell when it ends. The same for every verb.</summary>
public static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>The run failed.</summary>
    public const int Failed = 1;

    /// <summary>The request is wrong: an unknown name, a bad file, a value out of range.</summary>
    public const int WrongRequest = 2;

    /// <summary>Done in part: some examples failed after retries; everything finished is saved.</summary>
    public const int DoneInPart = 3;

    /// <summary>Stopped by Ctrl-C; nothing finished is lost.</summary>
    public const int Stopped = 130;
}
