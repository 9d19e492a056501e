using System.Text.Json;
using Winnow.Cli;

namespace Winnow.Tests.Cli;

/// <summary>Runs the command in this process and keeps what it wrote.</summary>
internal static class InProcess
{
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
        Shell shell = change(new Shell { Output = output, Error = error, Variable = _ => null });
        int code = await WinnowCommand.RunAsync(args, shell, cancellationToken ?? TestContext.Current.CancellationToken);
        return new Run(code, output.ToString(), error.ToString());
    }
}
