using System.Text.Json;

namespace Winnow.Endpoints.Tests.Cli;

/// <summary>Questions whose answers a model judges, from the command line.</summary>
public sealed class JudgeTests : IDisposable
{
    private const int Questions = 5;

    private readonly CommandLine _command = new();

    public void Dispose() => _command.Dispose();

    [Fact]
    public async Task A_judge_behind_an_endpoint_says_what_is_right_and_its_cost_counts()
    {
        await using ChatServer drawing = await ChatServer.StartAsync(new FastAnswerer());
        await using ChatServer judging = await ChatServer.StartAsync(new ScriptedJudge(), new ChatServerOptions { Model = "judge", Key = "sk-judge" });
        _command.With("JUDGE_KEY", "sk-judge");
        string[] words = [.. Run(drawing), "--judge", judging.Spec, "--judge-key-variable", "JUDGE_KEY", "--price-in", "1", "--price-out", "4", "--judge-price-in", "10", "--judge-price-out", "40"];
        (int code, string output, string error) = await _command.RunAsync([.. words, "--max-cost", "1", "--json"]);
        Assert.True(code == 0, error);
        using JsonDocument document = JsonDocument.Parse(output);
        JsonElement root = document.RootElement;
        JsonElement[] answers = [.. root.GetProperty("answers").EnumerateArray()];
        Assert.All(answers, answer => Assert.Equal(answer.GetProperty("answer").GetString() == "A: 1", answer.GetProperty("isCorrect").GetBoolean()));
        JsonElement judge = root.GetProperty("judge");
        Assert.Equal("judge", judge.GetProperty("model").GetString());
        Assert.Equal(judging.Served.Requests, judge.GetProperty("calls").GetInt64());
        Assert.Equal(judging.Served.CompletionTokens, judge.GetProperty("tokensGenerated").GetInt64());
        decimal judged = (judging.Served.PromptTokens * 10m + judging.Served.CompletionTokens * 40m) / 1_000_000m;
        Assert.Equal(judged, judge.GetProperty("cost").GetDecimal());
        Assert.InRange(judging.Served.Requests, Questions, 4 * Questions);

        decimal drawn = (drawing.Served.PromptTokens * 1m + drawing.Served.CompletionTokens * 4m) / 1_000_000m;
        (_, output, _) = await _command.RunAsync("runs", "show", root.GetProperty("run").GetString()!, "--json");
        using JsonDocument shown = JsonDocument.Parse(output);
        JsonElement part = shown.RootElement.GetProperty("parts")[0];
        Assert.Equal(drawn + judged, part.GetProperty("cost").GetDecimal());
        Assert.Equal(drawing.Served.Requests + judging.Served.Requests, part.GetProperty("usage").GetProperty("calls").GetInt64());
        Assert.Equal("judge", shown.RootElement.GetProperty("identity").GetProperty("judge").GetString());

        // Read again, nobody is asked.
        long asked = drawing.Served.Requests + judging.Served.Requests;
        (code, _, _) = await _command.RunAsync(words);
        Assert.Equal(0, code);
        Assert.Equal(asked, drawing.Served.Requests + judging.Served.Requests);
    }

    [Fact]
    public async Task Another_judge_judges_the_same_draws_anew_and_so_does_a_rescoring()
    {
        await using ChatServer drawing = await ChatServer.StartAsync(new FastAnswerer());
        await using ChatServer one = await ChatServer.StartAsync(new ScriptedJudge(), new ChatServerOptions { Model = "one" });
        await using ChatServer other = await ChatServer.StartAsync(new ScriptedJudge(), new ChatServerOptions { Model = "other" });
        (_, string first, _) = await _command.RunAsync([.. Run(drawing), "--judge", one.Spec, "--json"]);
        long drawn = drawing.Served.Requests;
        (int code, string second, string error) = await _command.RunAsync([.. Run(drawing), "--judge", other.Spec, "--json"]);
        Assert.True(code == 0, error);
        Assert.Equal(drawn, drawing.Served.Requests);
        Assert.Equal(one.Served.Requests, other.Served.Requests);
        Assert.NotEqual(RunOf(first), RunOf(second));

        (code, string output, error) = await _command.RunAsync("runs", "rescore", RunOf(first), "--judge", other.Spec, "--json");
        Assert.True(code == 0, error);
        using JsonDocument rescored = JsonDocument.Parse(output);
        Assert.Equal(rescored.RootElement.GetProperty("accuracyBefore").GetDouble(), rescored.RootElement.GetProperty("accuracy").GetDouble());
        Assert.Equal(2 * one.Served.Requests, other.Served.Requests);
        Assert.Equal(drawn, drawing.Served.Requests);
        (code, _, error) = await _command.RunAsync("runs", "rescore", RunOf(first), "--judge", other.Spec, "--max-calls", "2", "--keep");
        Assert.Equal(1, code);
        Assert.Contains("The cap of 2 calls on the run was reached", error, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_judges_requests_are_under_the_caps_of_the_run()
    {
        await using ChatServer drawing = await ChatServer.StartAsync(new FastAnswerer());
        await using ChatServer judging = await ChatServer.StartAsync(new ScriptedJudge());
        await _command.RunAsync("models", drawing.Spec);
        long probed = drawing.Served.Requests;
        string[] compare = ["compare", Judged(), "--model", drawing.Spec, "--judge", judging.Spec, "--strategy", "majority,oracle", "--budget", "60", "--threads", "1", "--out", Path.Combine(_command.Folder, "out")];
        (int code, _, string error) = await _command.RunAsync([.. compare, "--max-calls", "40"]);
        Assert.Equal(3, code);
        Assert.Contains("The cap of 40 calls", error, StringComparison.Ordinal);
        Assert.InRange(drawing.Served.Requests - probed + judging.Served.Requests, 30, 40);
        (code, _, error) = await _command.RunAsync([.. compare, "--max-calls", "1000"]);
        Assert.True(code == 0, error);
    }

    [Fact]
    public async Task A_judge_that_is_away_leaves_problems_unfinished_and_is_asked_again_later_without_drawing()
    {
        await using ChatServer drawing = await ChatServer.StartAsync(new FastAnswerer());
        ChatServer judging = await ChatServer.StartAsync(new ScriptedJudge(), new ChatServerOptions { Model = "judge", Faults = new FaultPlan(number => number < Questions ? Fault.EmptyChoices : Fault.None) });
        await using (judging)
        {
            // Each request is repeated, so that only some judgements fail for good; a wrong name of the model fails all of them.
            string away = judging.Spec.Replace("judge@", "none@", StringComparison.Ordinal);
            (int code, _, string error) = await _command.RunAsync([.. Run(drawing), "--judge", away]);
            Assert.Equal(3, code);
            Assert.Contains("gave no verdict", error, StringComparison.Ordinal);
            Assert.Contains("winnow resume", error, StringComparison.Ordinal);
            long drawn = drawing.Served.Requests;
            (code, _, error) = await _command.RunAsync("resume");
            Assert.Equal(3, code);
            Assert.Equal(drawn, drawing.Served.Requests);
            (code, _, error) = await _command.RunAsync([.. Run(drawing), "--judge", judging.Spec]);
            Assert.True(code == 0, error);
            Assert.Equal(drawn, drawing.Served.Requests);
        }
    }

    [Theory]
    [InlineData(true, null, "Name the model that judges: --judge")]
    [InlineData(false, "openai:m@http://127.0.0.1:1/v1", "would never be asked")]
    [InlineData(true, "embedded", "so that it cannot judge")]
    [InlineData(true, "no/such/folder", "There is no folder")]
    public async Task A_judge_that_does_not_fit_is_refused_with_a_remedy(bool isJudged, string? judge, string why)
    {
        string task = isJudged ? Judged() : _command.Questions(2);
        (int code, _, string error) = await _command.RunAsync(["run", task, "--model", "embedded-small", .. judge is null ? (string[])[] : ["--judge", judge]]);
        Assert.Equal(2, code);
        Assert.Contains(why, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_says_that_a_judge_comes_on_top()
    {
        (int code, string output, string error) = await _command.RunAsync(
            "compare", Judged(), "--model", "openai:m@http://127.0.0.1:1/v1", "--judge", "openai:j@http://127.0.0.1:1/v1", "--strategy", "majority", "--budget", "100", "--dry-run");
        Assert.True(code == 0, error);
        Assert.Contains("j judges each different answer once", output, StringComparison.Ordinal);
    }

    private string Judged()
    {
        string path = Path.Combine(_command.Folder, "judged.jsonl");
        File.WriteAllLines(path, Enumerable.Range(0, Questions).Select(i => JsonSerializer.Serialize(new { input = $"Say something good, {i}.", target = "A: 1", checker = "judge" })));
        return path;
    }

    private string[] Run(ChatServer drawing) => ["run", Judged(), "--model", drawing.Spec, "--strategy", "majority", "--samples", "6", "--budget", "4000", "--max-answer-tokens", "20"];

    private static string RunOf(string output)
    {
        using JsonDocument document = JsonDocument.Parse(output);
        return document.RootElement.GetProperty("run").GetString()!;
    }
}
