using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Winnow.Tests.Cli;

/// <summary>The built program as a process of its own: exit codes, and what goes to which stream.</summary>
public sealed class ProcessTests
{
    [Fact]
    public async Task A_document_is_all_that_standard_output_holds()
    {
        (int code, string output, string error) = await RunAsync("methods", "--json");
        Assert.Equal(0, code);
        Assert.Equal("", error);
        using JsonDocument document = JsonDocument.Parse(output);
        Assert.Equal("winnow.methods/1", document.RootElement.GetProperty("schema").GetString());
    }

    [Fact]
    public async Task A_wrong_request_ends_with_2_and_an_empty_standard_output()
    {
        (int code, string output, string error) = await RunAsync("compare", "--budget", "0");
        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.StartsWith("winnow: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_ends_a_comparison_with_130()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are sent with kill.");
        using TinyModelFolder model = new();
        using Process process = Start("compare", model.TaskFile(2000), "--model", model.Path, "--problems", "2000", "--strategy", "majority", "--budget", "3000", "--out", Path.Combine(model.Path, "out"), "--store", Path.Combine(model.Path, "runs.db"), "--json");
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string? progress = await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.NotNull(progress);
        if (IgnoresInterrupts(process.Id))
        {
            process.Kill();
            Assert.Skip("Whoever started the tests ignores Ctrl-C, as a shell does for what runs in the background, and so does all that they start.");
        }
        Assert.Equal(0, Kill(process.Id, Interrupt));
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.EndsWith(" --resume", error.TrimEnd(), StringComparison.Ordinal);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(130, process.ExitCode);
        using JsonDocument document = JsonDocument.Parse(await output);
        Assert.InRange(document.RootElement.GetProperty("problems").GetInt32(), 1, 1999);
        Assert.Equal(2000, document.RootElement.GetProperty("plannedProblems").GetInt32());
    }

    private const int Interrupt = 2;

    private static bool IgnoresInterrupts(int process)
    {
        const string Field = "SigIgn:";
        string status = $"/proc/{process}/status";
        return File.Exists(status) && File.ReadLines(status).Any(line => line.StartsWith(Field, StringComparison.Ordinal)
            && (ulong.Parse(line.AsSpan(Field.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (Interrupt - 1) & 1) == 1);
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using Process process = Start(args);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output, await error);
    }

    // The tests' output holds the program too, since their project references it.
    private static Process Start(params string[] args)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Winnow.Cli.dll");
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", ["exec", program, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        return Process.Start(start)!;
    }
}
