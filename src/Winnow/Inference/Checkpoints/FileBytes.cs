using Microsoft.Win32.SafeHandles;

namespace Winnow.Inference.Checkpoints;

/// <summary>Reads ranges of files that may become shorter, or vanish, while they are read.</summary>
internal static class FileBytes
{
    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="WinnowException">It is missing or cannot be read.</exception>
    public static SafeFileHandle Open(string path)
    {
        try
        {
            return File.OpenHandle(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new WinnowException($"{path}: the file cannot be read ({error.Message})", error);
        }
    }

    /// <summary>Fills a span from some byte on.</summary>
    /// <exception cref="WinnowException">The file ends before, or cannot be read.</exception>
    public static void Fill(SafeFileHandle file, long offset, Span<byte> bytes, string source)
    {
        while (!bytes.IsEmpty)
        {
            int read;
            try
            {
                read = RandomAccess.Read(file, bytes, offset);
            }
            catch (IOException error)
            {
                throw new WinnowException($"{source}: byte {offset} cannot be read ({error.Message})", error);
            }
            if (read == 0)
            {
                throw new WinnowException($"{source}: the file ends at byte {offset}, {bytes.Length} bytes too early; it became shorter while it was read.");
            }
            bytes = bytes[read..];
            offset += read;
        }
    }

    /// <summary>Reads some bytes into an array of their own.</summary>
    /// <exception cref="WinnowException">The file ends before, or cannot be read.</exception>
    public static byte[] Read(SafeFileHandle file, long offset, int count, string source)
    {
        var bytes = new byte[count];
        Fill(file, offset, bytes, source);
        return bytes;
    }
}
