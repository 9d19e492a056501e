namespace Winnow.Cli;

/// <summary>The request is wrong: an unknown name, a bad file, a value out of range. Its message is for the user; the exit code is 2.</summary>
internal sealed class RequestException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Runs what reads a file that the user named: where the file is missing or broken, the request is wrong.</summary>
    public static T Reading<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is WinnowException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new RequestException(Rendering.ErrorText.Of(error), error);
        }
    }
}
