namespace Winnow;

/// <summary>
/// The world failed: a file is broken, an endpoint does not answer, a library cannot be loaded. The message names
/// the file, the line or byte where there is one, what was expected, and what to do.
/// </summary>
public class WinnowException : Exception
{
    /// <summary>Makes an error with a message for the user and, where there is one, its cause.</summary>
    public WinnowException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
