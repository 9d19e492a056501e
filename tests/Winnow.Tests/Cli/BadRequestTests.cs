namespace Winnow.Tests.Cli;

/// <summary>A wrong request ends with 2, one clear message on standard error, nothing on standard output, and no stack trace.</summary>
public sealed class BadRequestTests
{
    public static TheoryData<string[], string> Requests { get; } = new()
    {
        { ["comprae"], "Did you mean \"compare\"?" },
        { ["compare", "embeded-mix"], "There is no task \"embeded-mix\"." },
        { ["compare", "no/such/file.jsonl"], "There is no file \"no/such/file.jsonl\"." },
        { ["compare", "--budget", "0"], "The budget \"0\"" },
        { ["compare", "--budget", "500,many"], "The budget \"many\"" },
        { ["compare", "--budget", "-5"], "The budget \"-5\"" },
        { ["compare", "--bugdet", "500"], "Did you mean \"--budget\"?" },
        { ["compare", "--problems", "x"], "--problems" },
        { ["ask", "--strategy", "beem"], "Did you mean \"beam\"?" },
        { ["ask", "--strategy", "telepathy"], "There is no strategy \"telepathy\"." },
        { ["methods", "best-of-m"], "Did you mean \"best-of-n\"?" },
        { ["reproduce"], "Name one paper, or give --all." },
        { ["reproduce", "particle-filter", "--all"], "Name one paper, or give --all." },
        { ["reproduce", "particle-filter", "--quick", "--deep"], "exclude each other" },
        { ["reproduce", "particel-filter"], "Did you mean \"particle-filter\"?" },
        { ["completion", "tcsh"], "tcsh" },
        { ["generate"], "--prompt" },
        { ["generate", "-p", "a", "--prompt-file", "b"], "either with --prompt or with --prompt-file" },
        { ["generate", "--prompt-file", "no/such/file.txt"], "There is no file \"no/such/file.txt\"." },
        { ["generate", "-p", "a", "-n", "0"], "-n is 0" },
        { ["generate", "-p", "a", "--max-tokens", "0"], "--max-tokens is 0" },
        { ["generate", "-p", "a", "--stop", ""], "--stop is empty" },
        { ["generate", "-p", "a", "--show-candidates", "none"], "--show-candidates is \"none\"" },
        { ["generate", "-p", "a", "--sampler", "top-k:3", "-t", "0.5"], "--temperature is short for" },
        { ["generate", "-p", "a", "--regex", "a", "--grammar", "b"], "exclude each other" },
        { ["generate", "-p", "a", "--regex", "(a"], "--regex: " },
        { ["generate", "-p", "a", "--json-schema", "no/such/schema.json"], "There is no file" },
        { ["generate", "-p", "a", "--decoding", "telepathy"], "Known are beam, diverse-beam, stochastic-beam" },
        { ["generate", "-p", "a", "--decoding", "beam:0"], "Beams is 0" },
        { ["models", "no/such/folder"], "There is no folder \"no/such/folder\"." },
        { ["models", "embeddet-small"], "There is no model \"embeddet-small\"." },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_wrong_request_is_refused_with_one_clear_message(string[] args, string expected)
    {
        InProcess.Run run = await InProcess.RunAsync(args);
        Assert.Equal(2, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.StartsWith("winnow: ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.Equal(1, run.Error.Split("winnow: ").Length - 1);
    }

    [Fact]
    public async Task Training_says_where_to_get_it_when_the_lab_is_not_there()
    {
        InProcess.Run run = await InProcess.RunAsync(["train", "embedded"], shell => shell with { LabFolders = [] });
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("dotnet build -c Release src/Winnow.Lab", run.Error, StringComparison.Ordinal);
    }
}
