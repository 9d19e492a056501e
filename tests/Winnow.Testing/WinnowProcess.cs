using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Winnow.Testing;

/// <summary>The built command as a process of its own, beside the tests that refer to it.</summary>
public static class WinnowProcess
{
    /// <summary>The program that runs it.</summary>
    public static string Host => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>How often runs are killed, by WINNOW_KILLS.</summary>
    /// <param name="usually">How often where nothing is said.</param>
    public static int Kills(int usually) =>
        int.TryParse(Environment.GetEnvironmentVariable("WINNOW_KILLS"), CultureInfo.InvariantCulture, out int asked) ? asked : usually;

    /// <summary>Arguments of the host that run a command.</summary>
    /// <param name="words">Words after <c>winnow</c>.</param>
    public static string[] Arguments(IEnumerable<string> words) => ["exec", Path.Combine(AppContext.BaseDirectory, "Winnow.Cli.dll"), .. words];

    /// <summary>Runs a command to its end, or until it is killed.</summary>
    /// <param name="words">Words after <c>winnow</c>.</param>
    /// <param name="kill">When it ends, the process is killed; null: never.</param>
    /// <param name="folder">Its working folder; null: that of the tests.</param>
    /// <param name="variables">Environment variables; null takes one away.</param>
    public static Task<EndedProcess> RunAsync(IEnumerable<string> words, Task? kill = null, string? folder = null, params (string Name, string? Value)[] variables) =>
        RunAsync(Host, Arguments(words), kill, folder, variables);

    /// <summary>Runs a program to its end, or until it is killed.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="kill">When it ends, the process is killed; null: never.</param>
    /// <param name="folder">Its working folder; null: that of the tests.</param>
    /// <param name="variables">Environment variables; null takes one away.</param>
    public static async Task<EndedProcess> RunAsync(string program, IEnumerable<string> arguments, Task? kill = null, string? folder = null, params (string Name, string? Value)[] variables)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = folder ?? "" };
        // A process that lives for a second gains nothing from watching itself.
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach ((string name, string? value) in variables)
        {
            start.Environment[name] = value;
        }
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(token);
        Task<string> error = process.StandardError.ReadToEndAsync(token);
        Task end = process.WaitForExitAsync(token);
        if (kill is not null && await Task.WhenAny(end, kill) == kill)
        {
            process.Kill();
        }
        await end;
        return new EndedProcess(process.ExitCode, process.ExitCode is 137 or -1, await output, await error);
    }
}

/// <summary>How a process ended.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="WasKilled">Whether it was killed.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Error">What it wrote to standard error.</param>
public sealed record EndedProcess(int Code, bool WasKilled, string Output, string Error);
