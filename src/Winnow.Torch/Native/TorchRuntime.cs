using System.Runtime.InteropServices;
using System.Runtime.Loader;
using TorchSharp;

namespace Winnow.Torch.Native;

/// <summary>How libtorch was brought into the process.</summary>
public enum TorchLoading
{
    /// <summary>As the packages bring it.</summary>
    Unchanged,

    /// <summary>Through a copy in which symbol versions that nothing uses are marked weak.</summary>
    PatchedCopy,
}

/// <summary>
/// Loads libtorch, also where the binding asks for a C++ runtime that is newer than the system's although nothing
/// in it uses what is new (Debian 12, Ubuntu 22.04). Newer systems, Windows and macOS are untouched.
/// </summary>
/// <remarks>
/// The packages' own files are never changed. Call <see cref="EnsureLoaded"/> before the first use of TorchSharp.
/// Thread-safe.
/// </remarks>
public static class TorchRuntime
{
    private const string BindingName = "LibTorchSharp";
    private const string BindingFile = "libLibTorchSharp.so";
    private const int KeptBytes = 1 << 30;

    private static readonly Lock Gate = new();
    private static TorchLoading? s_loaded;
    private static nint s_binding;

    /// <summary>Loads libtorch if that has not happened yet.</summary>
    /// <param name="threads">Threads of one operation; null leaves libtorch's choice. Range: at least 1.</param>
    /// <returns>How it was loaded.</returns>
    /// <exception cref="WinnowException">It cannot be loaded; the message says why and what to do.</exception>
    public static TorchLoading EnsureLoaded(int? threads = null)
    {
        if (threads is < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(threads), threads, "Must be 1 or more; leave it out for libtorch's choice.");
        }
        lock (Gate)
        {
            s_loaded ??= Load();
            if (threads is { } count)
            {
                torch.set_num_threads(count);
            }
            return s_loaded.Value;
        }
    }

    private static TorchLoading Load()
    {
        TorchLoading how = TorchLoading.Unchanged;
        if (OperatingSystem.IsLinux())
        {
            // Advertised inside some virtual machines, AMX tiles crash or crawl; training here is in float32 anyway.
            LibC.SetVariableIfAbsent("ONEDNN_MAX_CPU_ISA", "AVX512_CORE");
            LibC.TryKeepFreedMemory(KeptBytes);
            if (RuntimeInformation.ProcessArchitecture == Architecture.X64 && FindBinding() is { } path)
            {
                how = LoadBinding(path);
            }
        }
        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
        }
        catch (Exception e) when (e is NotSupportedException or DllNotFoundException or TypeInitializationException)
        {
            throw new WinnowException("libtorch could not be loaded. It comes with the packages TorchSharp and libtorch-cpu for 64-bit Linux, Windows and Apple silicon: restore them again, or run on one of these systems.", e);
        }
        return how;
    }

    private static TorchLoading LoadBinding(string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        // Loaded first and by path, they answer for the names the binding asks for, wherever its copy lies.
        foreach (string dependency in (string[])["libc10.so", "libtorch_cpu.so", "libtorch.so"])
        {
            if (FindNative(dependency, folder) is { } dependencyPath)
            {
                NativeLibrary.TryLoad(dependencyPath, out _);
            }
        }
        if (NativeLibrary.TryLoad(path, out _))
        {
            return TorchLoading.Unchanged;
        }

        byte[] bytes = File.ReadAllBytes(path);
        SystemVersions system = new();
        IReadOnlyList<string> marked = VersionNeedPatch.MarkMissingVersionsWeak(bytes, path, system.Provides);
        if (marked.Count == 0)
        {
            NativeLibrary.Load(path);
            return TorchLoading.Unchanged;
        }
        string copy = PatchedCopy.Keep(bytes, BindingFile);
        try
        {
            s_binding = NativeLibrary.Load(copy);
        }
        catch (DllNotFoundException e)
        {
            throw new WinnowException($"The copy of {path} with {string.Join(", ", marked)} marked weak could not be loaded: {e.Message}", e);
        }
        AssemblyLoadContext context = AssemblyLoadContext.GetLoadContext(typeof(torch).Assembly) ?? AssemblyLoadContext.Default;
        context.ResolvingUnmanagedDll += (_, name) => string.Equals(name, BindingName, StringComparison.Ordinal) ? s_binding : 0;
        return TorchLoading.PatchedCopy;
    }

    private static string? FindBinding() => FindNative(BindingFile, folder: null);

    private static string? FindNative(string file, string? folder)
    {
        string searched = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        string[] folders =
        [
            .. folder is null ? (string[])[] : [folder],
            .. searched.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
            AppContext.BaseDirectory,
            Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native"),
        ];
        return folders.Select(f => Path.Combine(f, file)).FirstOrDefault(File.Exists);
    }
}
