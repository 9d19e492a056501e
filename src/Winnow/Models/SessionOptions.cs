namespace Winnow.Models;

/// <summary>Limits of a session. What would go beyond them is refused before anything is allocated.</summary>
public sealed record SessionOptions
{
    /// <summary>Most rows at once. Unit: rows; 1 … 65,536; default 64.</summary>
    public int MaxRows
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 65_536);
            field = value;
        }
    } = 64;

    /// <summary>Most tokens whose keys and values are held, shared ones counted once. Unit: tokens; at least 1; default 32,768.</summary>
    public int MaxCachedTokens
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 32_768;

    /// <summary>Threads that compute. Unit: threads; 0 means all cores; results do not depend on it.</summary>
    public int Threads
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }
}
