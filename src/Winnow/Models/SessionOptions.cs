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

    /// <summary>
    /// Most memory of the session: keys and values, and what the last pass left to be read; weights are not in it. A pass
    /// that would need more is refused. Unit: bytes; 0 means what the machine, or the container, gives the process.
    /// </summary>
    public long MaxBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

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
