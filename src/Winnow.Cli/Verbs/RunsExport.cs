using System.CommandLine;
using Winnow.Cli.Documents;
using Winnow.Cli.Sources;
using Winnow.Rendering;
using Winnow.Runs;

namespace Winnow.Cli.Verbs;

/// <summary><c>winnow runs export RUN --out PATH</c>: a run as files that other programs read.</summary>
internal static class RunsExport
{
    public static Command Create(Shell shell)
    {
        Argument<string> run = RunsVerb.Run();
        Option<string> output = new("--out", "-o")
        {
            Description = "A file that ends in .jsonl: one line for each problem. Anything else: a folder with run.json and samples.jsonl.",
            HelpName = "FILE|DIR",
            Required = true,
        };
        Option<string?> store = StoreShelf.Option();
        Option<bool> json = CommonOptions.Json();
        Command command = new("export", "A run as JSON Lines, or as a folder with run.json and samples.jsonl.") { run, output, store, json };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(parsed.GetRequiredValue(run), parsed.GetRequiredValue(output), parsed.GetValue(store), parsed.GetValue(json), shell, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string name, string output, string? where, bool json, Shell shell, CancellationToken cancellationToken)
    {
        RunStore store = await StoreShelf.OpenAsync(where, shell, cancellationToken).ConfigureAwait(false);
        await using var owned = store.ConfigureAwait(false);
        RunRecord run = StoreShelf.Named(await store.ListAsync(cancellationToken).ConfigureAwait(false), name);
        bool isFile = output.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase);
        string samples = isFile ? output : Path.Combine(output, "samples.jsonl");
        List<string> files = [samples];
        int problems;
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(samples)) is { } folder)
            {
                Directory.CreateDirectory(folder);
            }
            FileStream stream = File.Create(samples);
            await using (stream.ConfigureAwait(false))
            {
                problems = await RunExport.WriteSamplesAsync(store, run, stream, cancellationToken).ConfigureAwait(false);
            }
            if (!isFile)
            {
                files.Insert(0, Path.Combine(output, "run.json"));
                await File.WriteAllTextAsync(files[0], RunExport.Describe(run) + "\n", cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RequestException($"{output} cannot be written ({error.Message}). Name another place with --out.", error);
        }
        if (json)
        {
            JsonOutput.Write(shell.Output, new RunExportDocument { Run = run.Id, Files = files, Problems = problems });
            return ExitCodes.Done;
        }
        shell.Output.WriteLine($"{problems} problems of {run.Id}: {string.Join(", ", files)}");
        return ExitCodes.Done;
    }
}
