namespace Winnow.Inference.Checkpoints;

/// <summary>Writes files that appear whole or not at all, whatever stops the writing.</summary>
internal static class WholeFile
{
    /// <summary>Ends the names of files that are being written.</summary>
    public const string Unfinished = ".unfinished";

    private static int s_writes;

    /// <summary>Writes a file; one that is there is replaced.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="WinnowException">It cannot be written.</exception>
    public static void Write(string path, Action<FileStream> write)
    {
        // Two writers of one file must not share the unfinished one.
        string unfinished = $"{path}.{Environment.ProcessId}-{Interlocked.Increment(ref s_writes)}{Unfinished}";
        try
        {
            using (FileStream file = File.Create(unfinished))
            {
                write(file);
            }
            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new WinnowException($"{path}: the file cannot be written ({error.Message})", error);
        }
        finally
        {
            if (File.Exists(unfinished))
            {
                File.Delete(unfinished);
            }
        }
    }
}
