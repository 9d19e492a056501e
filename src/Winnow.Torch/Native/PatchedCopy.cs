using System.Security.Cryptography;

namespace Winnow.Torch.Native;

/// <summary>Keeps the changed copy of a library in a folder that only this user can write to.</summary>
internal static class PatchedCopy
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OthersMayWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>Path of a file with exactly this content, written now or by an earlier run.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="fileName">Name without folder, for example <c>libLibTorchSharp.so</c>.</param>
    /// <param name="cacheRoot">Where to keep it; null: the user's local application data, or a fresh private temporary folder where there is none.</param>
    public static string Keep(ReadOnlySpan<byte> content, string fileName, string? cacheRoot = null)
    {
        string folder = PrivateFolder(cacheRoot);
        string hash = Convert.ToHexStringLower(SHA256.HashData(content))[..24];
        string path = Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(fileName)}-{hash}{Path.GetExtension(fileName)}");
        if (File.Exists(path) && content.SequenceEqual(File.ReadAllBytes(path)))
        {
            return path;
        }
        // Written beside and renamed: another process sees the whole file or none.
        string partial = Path.Combine(folder, Path.GetRandomFileName());
        try
        {
            FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }
            using (FileStream stream = new(partial, options))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }
            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
        return path;
    }

    private static string PrivateFolder(string? cacheRoot)
    {
        string root = cacheRoot ?? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        if (root.Length > 0)
        {
            string folder = Path.Combine(root, "winnow", "native");
            try
            {
                if (OperatingSystem.IsWindows())
                {
                    Directory.CreateDirectory(folder);
                    return folder;
                }
                Directory.CreateDirectory(folder, OwnerOnly);
                if ((File.GetUnixFileMode(folder) & OthersMayWrite) == UnixFileMode.None)
                {
                    return folder;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A read-only or missing home: the private temporary folder below serves as well.
            }
        }
        return Directory.CreateTempSubdirectory("winnow-native-").FullName;
    }
}
