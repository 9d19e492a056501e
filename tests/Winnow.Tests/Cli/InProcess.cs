using System.Text.Json;
using Winnow.Cli;

namespace Winnow.Tests.Cli;

/// <summary>Runs the command in this process and keeps what it wrote.</summary>
internal static class InProcess
{
    // What is kept without being told where must not be found by the next run of the tests.
    private static readonly string Home = Path.Combine(Path.GetTempPath(), FormattableString.Invariant($"winnow-tests-{Environment.ProcessId}-{Guid.NewGuid():N}"));

    static InProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        if (Directory.Exists(Home))
        {
            Directory.Delete(Home, recursive: true);
        }
    };

    public sealed record Run(int ExitCode, string Output, string Error)
    {
        /// <summary>Standard output as the one JSON document that it must be.</summary>
        public JsonElement Json
        {
            get
            {
                using JsonDocument document = JsonDocument.Parse(Output);
                return document.RootElement.Clone();
            }
        }
    }

    public static Task<Run> RunAsync(params string[] args) => RunAsync(args, shell => shell);

    public static async Task<Run> RunAsync(string[] args, Func<Shell, Shell> change, CancellationToken? cancellationToken = null)
    {
        using StringWriter output = new() { NewLine = "\n" };
        using StringWriter error = new() { NewLine = "\n" };
        Shell shell = change(new Shell { Output = output, Error = error, Variable = name => name == "WINNOW_HOME" ? Home : null });
        int code = await WinnowCommand.RunAsync(args, shell, cancellationToken ?? TestContext.Current.CancellationToken);
        return new Run(code, output.ToString(), error.ToString());
    }
}
