using Microsoft.Extensions.AI;
using Winnow.Embedded;
using Winnow.Search.Chat;
using Winnow.Tasks.Answers;

namespace Winnow.Tests.Embedded;

/// <summary>The README's program, compiled and run as it stands there.</summary>
public sealed class ReadmeExampleTests
{
    [Fact]
    public async Task The_program_answers_from_many_draws()
    {
        (ChatResponse response, string printed) = await RunAsync();

        Assert.Contains("A:", response.Text, StringComparison.Ordinal);
        Assert.StartsWith(response.Text, printed, StringComparison.Ordinal);
        Assert.Equal(16, response.Usage!.AdditionalCounts!["winnow.calls"]);
        Assert.InRange(response.Usage.OutputTokenCount!.Value, 16, 4_000);
    }

    [Fact]
    public void The_readme_shows_the_program_that_is_run_here()
    {
        string source = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "tests", "Winnow.Tests", "Embedded", "ReadmeExampleTests.cs"));
        string[] body = Lines(Between(source, "// The program " + "begins.", "// The program " + "ends."));
        string readme = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "README.md"));
        string[] shown = Lines(Between(readme, "```csharp", "```"));

        Assert.Equal(shown.SkipWhile(line => line.StartsWith("using ", StringComparison.Ordinal) && !line.Contains('=', StringComparison.Ordinal)), body);
        Assert.All(
            shown.TakeWhile(line => line.StartsWith("using ", StringComparison.Ordinal) && !line.Contains('=', StringComparison.Ordinal)),
            directive => Assert.Contains(directive, source, StringComparison.Ordinal));
    }

#pragma warning disable xUnit1051 // The program is shown as a user would write it, without a token.
    private static async Task<(ChatResponse Response, string Printed)> RunAsync()
    {
        await using var Console = new StringWriter();

        // The program begins.
        using IChatClient model = EmbeddedModels.OpenChatClient();        // or any other IChatClient
        using IChatClient better = model.AsBuilder()
            .UseWinnow(options =>
            {
                options.Strategy = "majority";                            // winnow methods lists them all
                options.MaxDraws = 16;
                options.MaxTokens = 4_000;                                // never exceeded
                options.Answers = new AnswerLineKey();                    // how an answer is found in a text
            })
            .Build();

        ChatResponse response = await better.GetResponseAsync("Sort umbrella acorn lizard delta");
        Console.WriteLine($"{response.Text}\n{response.Usage!.OutputTokenCount} tokens in {response.Usage.AdditionalCounts!["winnow.calls"]} draws");
        // The program ends.

        return (response, Console.ToString());
    }
#pragma warning restore xUnit1051

    private static string Between(string text, string begin, string end)
    {
        int from = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }

    private static string[] Lines(string text) =>
        [.. text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)];
}
