using System.Runtime.InteropServices;

namespace Winnow.Inference.Kernels;

/// <summary>
/// Asks the system to back memory by pages of 2 MB, so that reading weights or keys from end to end needs few address
/// translations. Linux's "madvise" and "always" modes grant it where they can; elsewhere nothing happens.
/// </summary>
internal static unsafe partial class LargePages
{
    private const int HugePageAdvice = 14;

    /// <summary>Bytes of a page.</summary>
    public const nuint Size = 2 << 20;

    /// <summary>Asks for it.</summary>
    /// <param name="start">First byte, at a multiple of <see cref="Size"/>.</param>
    /// <param name="bytes">How many.</param>
    public static void AskFor(void* start, nuint bytes)
    {
        if (OperatingSystem.IsLinux())
        {
            // A refusal leaves ordinary pages.
            _ = Advise(start, bytes, HugePageAdvice);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(void* start, nuint bytes, int advice);
}
