using System.Text;

namespace Winnow.Cli.Sources;

/// <summary>Reads whole text files that a user named, within a bound.</summary>
internal static class TextFile
{
    /// <summary>Name of standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>The text of a file, its line ends as <c>\n</c>.</summary>
    /// <param name="path">A file in UTF-8, or <see cref="StandardInput"/>.</param>
    /// <param name="shell">Has standard input.</param>
    /// <param name="mostCharacters">Longest text. Unit: UTF-16 units.</param>
    /// <exception cref="RequestException">It cannot be read, is not UTF-8, or is too long.</exception>
    public static string Read(string path, Shell shell, int mostCharacters)
    {
        try
        {
            if (path == StandardInput)
            {
                return ReadBounded(shell.Input, "standard input", mostCharacters);
            }
            using TextReader reader = Open(path);
            return ReadBounded(reader, path, mostCharacters);
        }
        catch (DecoderFallbackException error)
        {
            throw new RequestException($"{path}: not valid UTF-8; expected text in UTF-8.", error);
        }
        catch (IOException error)
        {
            throw new RequestException($"{path}: the file cannot be read ({error.Message}).", error);
        }
    }

    /// <summary>Opens a file; reading it fails where it is not UTF-8.</summary>
    /// <exception cref="RequestException">It cannot be opened.</exception>
    public static TextReader Open(string path)
    {
        try
        {
            return new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new RequestException(error is FileNotFoundException or DirectoryNotFoundException
                ? $"There is no file \"{path}\"."
                : $"{path}: the file cannot be read ({error.Message}).", error);
        }
    }

    private static string ReadBounded(TextReader reader, string name, int mostCharacters)
    {
        StringBuilder text = new();
        char[] buffer = new char[8192];
        while (reader.ReadBlock(buffer) is > 0 and var count)
        {
            if (text.Length + count > mostCharacters)
            {
                throw new RequestException($"{name}: more than {mostCharacters:N0} characters; give a shorter text.");
            }
            text.Append(buffer, 0, count);
        }
        return text.ToString().ReplaceLineEndings("\n");
    }
}
