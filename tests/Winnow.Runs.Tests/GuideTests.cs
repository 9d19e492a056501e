using System.Text.Json;

namespace Winnow.Runs.Tests;

/// <summary>Every command of the guide, in its order, in a folder of its own.</summary>
public sealed class GuideTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_commands_of_the_guide_do_what_it_says()
    {
        string guide = Path.Combine(RepositoryRoot.Path, "docs", "guides", "what-a-run-stores.md");
        string[] commands = [.. (await File.ReadAllLinesAsync(guide, Token)).Where(line => line.StartsWith("    winnow ", StringComparison.Ordinal)).Select(line => line.Trim()["winnow ".Length..])];
        Assert.True(commands.Length >= 10, $"The guide shows {commands.Length} commands.");
        string folder = Directory.CreateTempSubdirectory("winnow-guide-").FullName;
        try
        {
            string[] runs = [];
            foreach (string command in commands)
            {
                if (command.Contains("RUN", StringComparison.Ordinal))
                {
                    runs = runs.Length < 2 ? await RunsAsync(folder) : runs;
                }
                string typed = command.Replace("RUN", runs.FirstOrDefault(), StringComparison.Ordinal).Replace("OTHER", runs.LastOrDefault(), StringComparison.Ordinal);
                (int code, string output, string error) = await DoAsync(folder, typed.Split(' '));
                Assert.True(code == 0, $"winnow {typed} ended with {code}: {error}");
                Assert.NotEqual("", output);
            }
            Assert.True(File.Exists(Path.Combine(folder, "my-run", "run.json")));
            Assert.Equal(await File.ReadAllTextAsync(Path.Combine(folder, "samples.jsonl"), Token), await File.ReadAllTextAsync(Path.Combine(folder, "my-run", "samples.jsonl"), Token));
            Assert.Single(await RunsAsync(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Names of the runs, the oldest first.</summary>
    private static async Task<string[]> RunsAsync(string folder)
    {
        using JsonDocument document = JsonDocument.Parse((await DoAsync(folder, ["runs", "--json"])).Output);
        return [.. document.RootElement.GetProperty("runs").EnumerateArray().OrderBy(run => run.GetProperty("begun").GetDateTimeOffset()).Select(run => run.GetProperty("id").GetString()!)];
    }

    private static async Task<(int Code, string Output, string Error)> DoAsync(string folder, string[] words)
    {
        EndedProcess ended = await WinnowProcess.RunAsync(words, folder: folder, variables: [("WINNOW_HOME", null), ("WINNOW_STORE", null)]);
        return (ended.Code, ended.Output, ended.Error);
    }
}
