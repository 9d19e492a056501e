using System.Text.Json;
using Microsoft.Extensions.AI;
using Winnow.Judging;
using Winnow.Tasks;
using Winnow.Tasks.Files;
using Winnow.Tests.Cli;

namespace Winnow.Tests.Guides;

/// <summary>The guide "your own data": its files are loaded, its commands and its program run.</summary>
public sealed class YourOwnDataTests : IDisposable
{
    private const string Guide = "your-own-data.md";

    private readonly string folder = Directory.CreateTempSubdirectory("winnow-guide-").FullName;

    public YourOwnDataTests()
    {
        foreach ((string name, string text) in GuideText.Blocks(Guide, "jsonl"))
        {
            File.WriteAllText(Path.Combine(folder, name), text + "\n");
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Every_command_runs()
    {
        IReadOnlyList<string[]> commands = GuideText.Commands(Guide);
        Assert.Equal(["tasks", "compare", "compare"], commands.Select(command => command[0]));
        foreach (string[] command in commands)
        {
            string[] args = [.. command.Select(word => word.EndsWith(".jsonl", StringComparison.Ordinal) || word == "report" ? Path.Combine(folder, word) : word)];
            InProcess.Run run = await InProcess.RunAsync([.. args, "--json"]);
            Assert.True(run.ExitCode == 0, run.Error);
            JsonElement document = run.Json;
            if (command[0] == "tasks")
            {
                Assert.Equal(6, document.GetProperty("problems").GetInt32());
                Assert.Equal(["text", "choice", "numeric", "math", "set", "regex"], document.GetProperty("checkers").EnumerateArray().Select(checker => checker.GetProperty("checker").GetString()));
            }
            else if (command.Contains("--dry-run", StringComparer.Ordinal))
            {
                Assert.Equal("JUDGE", document.GetProperty("judge").GetString());
            }
            else
            {
                Assert.Equal(2, document.GetProperty("results").GetArrayLength());
                Assert.True(File.Exists(document.GetProperty("files").GetProperty("report").GetString()));
            }
        }
    }

    [Fact]
    public async Task The_program_with_a_judge_runs_as_it_is_shown()
    {
        using var client = new ScriptedChatClient((i, _) => ScriptedChatClient.Text(i == 0 ? "[[A]]" : "[[B]]"));
        string path = Path.Combine(folder, "greetings.jsonl");
        await File.WriteAllTextAsync(path, """{"input": "Greet me.", "checker": "judge"}""", TestContext.Current.CancellationToken);
        await using var Console = new StringWriter();
#pragma warning disable xUnit1051 // The program is shown as a user would write it, without a token.
        // guide judge begins
        using var judge = new JudgeModel(client);                          // any IChatClient
        TaskSet task = TaskFiles.Load(path).WithJudge(new JudgedAnswerChecker(judge));

        PairJudgement pair = await judge.CompareAsync("Greet me.", "Good morning!", "Hm.");
        Console.WriteLine($"{pair.Verdict}, {pair.Outcome}");             // First, Consistent
        // guide judge ends
#pragma warning restore xUnit1051
        Assert.Equal("First, Consistent", Console.ToString().Trim());
        Assert.False(task.NeedsJudge);
        string source = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "tests", "Winnow.Tests", "Guides", "YourOwnDataTests.cs"), TestContext.Current.CancellationToken);
        Assert.Equal(GuideText.Shown(source, "judge"), GuideText.Blocks(Guide, "csharp")["judge"]);
    }
}
