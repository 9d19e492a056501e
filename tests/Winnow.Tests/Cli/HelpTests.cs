using Winnow.Catalogue;
using Winnow.Cli;
using Winnow.Search;

namespace Winnow.Tests.Cli;

public sealed class HelpTests
{
    private static readonly string[] Verbs = ["compare", "run", "resume", "runs", "ask", "generate", "metrics", "embed", "tasks", "methods", "models", "convert", "reproduce", "doctor", "completion"];

    [Fact]
    public async Task Help_begins_with_three_commands_and_names_every_verb()
    {
        InProcess.Run run = await InProcess.RunAsync("--help");
        Assert.Equal(0, run.ExitCode);
        string[] lines = run.Output.Split('\n');
        Assert.Equal(3, lines.Skip(2).TakeWhile(line => line.Length > 0).Count(line => line.StartsWith("  winnow ", StringComparison.Ordinal)));
        Assert.All(Verbs, verb => Assert.Contains(lines, line => line.StartsWith("  " + verb, StringComparison.Ordinal)));
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 100));
        Assert.Equal(run.Output, (await InProcess.RunAsync()).Output);
    }

    [Theory]
    [InlineData("show")]
    [InlineData("compare")]
    [InlineData("export")]
    [InlineData("rescore")]
    [InlineData("delete")]
    public async Task Help_of_what_is_done_with_runs_begins_with_its_own_example(string action)
    {
        InProcess.Run run = await InProcess.RunAsync("runs", action, "--help");
        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith($"Examples:\n  winnow runs {action} ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_of_a_verb_begins_with_examples_that_parse()
    {
        foreach (string verb in Verbs)
        {
            InProcess.Run run = await InProcess.RunAsync(verb, "--help");
            Assert.Equal(0, run.ExitCode);
            Assert.StartsWith("Examples:\n  winnow " + verb, run.Output, StringComparison.Ordinal);
            foreach (string example in run.Output.Split('\n').Skip(1).TakeWhile(line => line.Length > 0))
            {
                string command = example.Trim()["winnow ".Length..].Split('>')[0];
                Assert.Empty(WinnowCommand.Root(new Shell { Output = TextWriter.Null, Error = TextWriter.Null }).Parse(command).Errors);
            }
        }
    }

    [Fact]
    public async Task The_version_is_a_number()
    {
        InProcess.Run run = await InProcess.RunAsync("--version");
        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"^\d+\.\d+\.\d+", run.Output);
    }

    [Theory]
    [InlineData("comp", "compare")]
    [InlineData("compare --bud", "--budget")]
    [InlineData("compare --strategy part", "particle-filter")]
    [InlineData("methods particle", "particle-filter")]
    [InlineData("completion z", "zsh")]
    public async Task Completion_asks_the_program(string line, string expected)
    {
        InProcess.Run run = await InProcess.RunAsync($"[suggest:{line.Length}]", line);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains(expected, run.Output.Split('\n', StringSplitOptions.TrimEntries));
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("pwsh")]
    public async Task A_completion_script_calls_suggest(string name)
    {
        InProcess.Run run = await InProcess.RunAsync("completion", name);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("[suggest:", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_strategy_has_a_method_in_the_catalogue_and_the_other_way_round() =>
        Assert.Equal(Strategies.Ids.Order(StringComparer.Ordinal), MethodCatalogue.All.Select(method => method.Id).Order(StringComparer.Ordinal), StringComparer.Ordinal);
}
