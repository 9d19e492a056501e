using System.Text.Json;
using System.Text.RegularExpressions;

namespace Winnow.Endpoints.Tests.Cli;

public sealed partial class GuideTests
{
    [Fact]
    public async Task Every_command_of_the_guide_runs_against_an_endpoint()
    {
        await using ChatServer server = await ChatServer.StartAsync(ModelAnswerer.Embedded());
        using CommandLine command = new();
        string questions = command.Questions(4);
        string guide = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "docs", "guides", "your-own-model.md"), TestContext.Current.CancellationToken);
        string[] lines = [.. guide.Split('\n').Where(line => line.StartsWith("    winnow ", StringComparison.Ordinal)).Select(line => line.Trim())];
        Assert.True(lines.Length >= 6);
        foreach (string line in lines)
        {
            string run = line.Contains(" RUN ", StringComparison.Ordinal) ? await AnyRunAsync(command) : "";
            string[] words = [.. Words().Matches(line).Skip(1).Select(word => word.Value.Trim('"'))
                .Select(word => word.StartsWith("openai:", StringComparison.Ordinal) ? server.Spec : word)
                .Select(word => word switch { "RUN" => run, "questions.jsonl" => questions, "report" => Path.Combine(command.Folder, "report"), _ => word })];
            (int code, string output, string error) = await command.RunAsync(words);
            Assert.True(code == 0, $"{line}\nended with {code}:\n{output}\n{error}");
            Assert.NotEqual("", output);
        }
    }

    private static async Task<string> AnyRunAsync(CommandLine command)
    {
        using JsonDocument runs = JsonDocument.Parse((await command.RunAsync("runs", "--json")).Output);
        return runs.RootElement.GetProperty("runs")[0].GetProperty("id").GetString()!;
    }

    [GeneratedRegex("\"[^\"]*\"|\\S+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Words();
}
