using System.ComponentModel;
using System.Diagnostics;
using Winnow.Rendering;

namespace Winnow.Cli;

/// <summary>Hands the verbs that train to <c>winnow-lab</c>, which is a program of its own because it brings libtorch.</summary>
internal static class LabHandover
{
    private const string Program = "winnow-lab";

    /// <summary>Runs <c>winnow-lab</c> with the same words, on the same streams.</summary>
    /// <returns>Its exit code; 2 where it is not there.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, Shell shell, CancellationToken cancellationToken)
    {
        if (Find(shell) is not { } path)
        {
            await shell.Error.WriteLineAsync("winnow: training is done by winnow-lab, which brings libtorch and is not here. In a checkout, build it with").ConfigureAwait(false);
            await shell.Error.WriteLineAsync("  dotnet build -c Release src/Winnow.Lab").ConfigureAwait(false);
            await shell.Error.WriteLineAsync("or put winnow-lab beside winnow or on the PATH.").ConfigureAwait(false);
            return ExitCodes.WrongRequest;
        }
        try
        {
            using Process lab = Process.Start(new ProcessStartInfo(path, args) { UseShellExecute = false })!;
            // Ctrl-C reaches both programs; this one waits until the other has saved its work.
            await lab.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            return cancellationToken.IsCancellationRequested ? ExitCodes.Stopped : lab.ExitCode;
        }
        catch (Win32Exception error)
        {
            await shell.Error.WriteLineAsync($"winnow: {path} cannot be started ({error.Message}); build it again with `dotnet build -c Release src/Winnow.Lab`.").ConfigureAwait(false);
            return ExitCodes.Failed;
        }
    }

    /// <summary>Where <c>winnow-lab</c> is: beside this program, on the PATH, or in the build output of the checkout; null where it is not.</summary>
    public static string? Find(Shell shell)
    {
        string file = OperatingSystem.IsWindows() ? Program + ".exe" : Program;
        IEnumerable<string> folders = shell.LabFolders ?? [AppContext.BaseDirectory, .. OnPath(shell), .. InCheckout()];
        return folders.Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
    }

    private static string[] OnPath(Shell shell) =>
        (shell.Variable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static IEnumerable<string> InCheckout()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string output = Path.Combine(folder.FullName, "artifacts", "bin", "Winnow.Lab");
            if (Directory.Exists(output))
            {
                return Directory.EnumerateDirectories(output).OrderByDescending(Path.GetFileName, StringComparer.OrdinalIgnoreCase);
            }
        }
        return [];
    }
}
