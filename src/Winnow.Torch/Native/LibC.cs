using System.Runtime.InteropServices;

namespace Winnow.Torch.Native;

/// <summary>The few calls of the C library that cannot be made through .NET.</summary>
internal static partial class LibC
{
    private const int TrimThreshold = -1;
    private const int MMapThreshold = -3;

    /// <summary>Keeps big freed buffers in the process instead of handing them back to the system at every step.</summary>
    /// <returns>Whether the C library has the setting (glibc does, musl does not).</returns>
    public static bool TryKeepFreedMemory(int bytes)
    {
        try
        {
            return MallocOption(MMapThreshold, bytes) == 1 & MallocOption(TrimThreshold, bytes) == 1;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Sets a variable for native code: .NET's own environment is a copy that native code does not see.</summary>
    public static void SetVariableIfAbsent(string name, string value) => _ = SetEnvironment(name, value, overwrite: 0);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MallocOption(int parameter, int value);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
