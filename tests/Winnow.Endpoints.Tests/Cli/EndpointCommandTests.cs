using System.Text.Json;

namespace Winnow.Endpoints.Tests.Cli;

public sealed class EndpointCommandTests : IDisposable
{
    private readonly CommandLine _command = new() { Time = new HurriedTime() };

    public void Dispose() => _command.Dispose();

    [Fact]
    public async Task Models_finds_out_once_what_an_endpoint_can_do()
    {
        await using ChatServer server = await ChatServer.StartAsync(ModelAnswerer.Embedded(), new ChatServerOptions { ContinuesPartialAnswers = false });
        (int code, string output, _) = await _command.RunAsync("models", server.Spec, "--json");
        Assert.Equal(0, code);
        using JsonDocument document = JsonDocument.Parse(output);
        Assert.Equal("winnow.endpoint/1", document.RootElement.GetProperty("schema").GetString());
        Assert.True(document.RootElement.GetProperty("hasLogProbs").GetBoolean());
        Assert.False(document.RootElement.GetProperty("canStep").GetBoolean());
        long asked = server.Served.Requests;
        (_, output, _) = await _command.RunAsync("models", server.Spec);
        Assert.Equal(asked, server.Served.Requests);
        Assert.Contains("Beam search and particle methods are left out: it does not continue a partial answer.", output, StringComparison.Ordinal);
        await _command.RunAsync("models", server.Spec, "--refresh");
        Assert.Equal(2 * asked, server.Served.Requests);
    }

    [Fact]
    public async Task Compare_draws_from_an_endpoint_and_leaves_out_what_it_cannot_do()
    {
        await using ChatServer server = await ChatServer.StartAsync(ModelAnswerer.Embedded(), new ChatServerOptions { SaysWhatStopped = false, Key = "sk-1" });
        _command.With("OPENAI_API_KEY", "sk-1");
        (int code, string output, string error) = await _command.RunAsync(
            "compare", _command.Questions(3), "--model", server.Spec, "--strategy", "greedy,majority,best-of-n,beam", "--budget", "300", "--out", Path.Combine(_command.Folder, "out"), "--json");
        Assert.True(code == 0, error);
        using JsonDocument document = JsonDocument.Parse(output);
        JsonElement[] rows = [.. document.RootElement.GetProperty("results").EnumerateArray()];
        Assert.Equal(["greedy", "majority", "best-of-n"], rows.Select(row => row.GetProperty("strategy").GetString()!));
        Assert.All(rows, row => Assert.InRange(row.GetProperty("tokensGenerated").GetInt64(), 1, 900));
        JsonElement left = document.RootElement.GetProperty("leftOut")[0];
        Assert.Equal("beam", left.GetProperty("strategy").GetString());
        Assert.Contains("stop text", left.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("sk-1", output + error + await File.ReadAllTextAsync(document.RootElement.GetProperty("files").GetProperty("report").GetString()!, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_asks_nothing_and_says_calls_tokens_and_money_with_a_range()
    {
        await using ChatServer server = await ChatServer.StartAsync(new FastAnswerer());
        string[] request = ["compare", _command.Questions(4), "--model", server.Spec, "--strategy", "majority", "--budget", "2000", "--price-in", "1", "--price-out", "4", "--dry-run"];
        (int code, string output, _) = await _command.RunAsync([.. request, "--json"]);
        Assert.Equal(0, code);
        using JsonDocument document = JsonDocument.Parse(output);
        JsonElement forecast = document.RootElement.GetProperty("forecast");
        decimal High(string name) => forecast.GetProperty(name).GetProperty("high").GetDecimal();
        decimal Low(string name) => forecast.GetProperty(name).GetProperty("low").GetDecimal();
        Assert.Equal(8000, High("tokensGenerated"));
        Assert.Equal(4000, Low("tokensGenerated"));
        Assert.InRange(Low("calls"), 4, High("calls") - 1);
        Assert.Equal((High("promptTokens") * 1 + 8000 * 4) / 1_000_000m, High("cost"));
        (_, output, _) = await _command.RunAsync(request);
        Assert.Contains("Money: 0.0", output, StringComparison.Ordinal);
        Assert.Contains("4,000 to 8,000 generated tokens", output, StringComparison.Ordinal);
        (_, output, _) = await _command.RunAsync([.. request, "--max-cost", "0.02", "--json"]);
        using JsonDocument capped = JsonDocument.Parse(output);
        Assert.Equal(0.02m, capped.RootElement.GetProperty("forecast").GetProperty("cost").GetProperty("high").GetDecimal());
        Assert.Equal(0, server.Served.Requests);
    }

    [Theory]
    [InlineData("--max-calls", "30")]
    [InlineData("--max-cost", "0.0080")]
    public async Task A_hard_cap_ends_the_run_in_part_and_is_not_exceeded(string cap, string value)
    {
        await using ChatServer server = await ChatServer.StartAsync(ModelAnswerer.Embedded());
        (int code, _, string error) = await _command.RunAsync(
            "compare", _command.Questions(4), "--model", server.Spec, "--strategy", "majority", "--budget", "3000", "--price-in", "1", "--price-out", "4", "--max-answer-tokens", "100",
            "--threads", "1", "--concurrency", "4", cap, value, "--out", Path.Combine(_command.Folder, "out"), "--no-store");
        Assert.Equal(3, code);
        Assert.Contains("on the run was reached", error, StringComparison.Ordinal);
        Assert.Contains(cap, error, StringComparison.Ordinal);
        decimal billed = server.Served.Calls.Sum(call => call.PromptTokens * 1m + call.CompletionTokens * 4m) / 1_000_000m;
        Assert.True(cap == "--max-calls" ? server.Served.Requests <= 30 : billed <= 0.0080m, $"{server.Served.Requests} requests, {billed}");
        Assert.True(server.Served.Requests > 8);
    }

    [Fact]
    public async Task Ask_runs_a_search_over_steps_at_an_endpoint_that_continues_answers()
    {
        await using ChatServer server = await ChatServer.StartAsync(ModelAnswerer.Embedded());
        (int code, string output, string error) = await _command.RunAsync(
            "ask", "Start 14,1,6,13 then sort, max.", "--model", server.Spec, "--strategy", "particle-filter", "--budget", "600", "--json");
        Assert.True(code == 0, error);
        using JsonDocument document = JsonDocument.Parse(output);
        Assert.Equal("particle-filter", document.RootElement.GetProperty("strategy").GetString());
        Assert.Equal("logprob", document.RootElement.GetProperty("scorer").GetString());
    }

    [Fact]
    public async Task A_run_that_a_cap_ended_goes_on_without_drawing_twice()
    {
        await using ChatServer server = await ChatServer.StartAsync(ModelAnswerer.Embedded());
        await _command.RunAsync("models", server.Spec);
        long probed = server.Served.Requests;
        string[] request = ["run", _command.Questions(4), "--model", server.Spec, "--strategy", "majority", "--samples", "5", "--budget", "4000", "--threads", "1", "--concurrency", "1"];
        (int code, _, string error) = await _command.RunAsync([.. request, "--max-calls", "12"]);
        Assert.Equal(3, code);
        Assert.Contains("winnow resume", error, StringComparison.Ordinal);
        Assert.Equal(12, server.Served.Requests - probed);
        Assert.Contains("--max-calls N", error, StringComparison.Ordinal);
        (code, _, error) = await _command.RunAsync("resume");
        Assert.Equal(3, code);
        Assert.Contains("The cap of 12 calls on the run was reached", error, StringComparison.Ordinal);
        Assert.Equal(12, server.Served.Requests - probed);
        (code, _, _) = await _command.RunAsync("resume", "--max-calls", "15");
        Assert.Equal(3, code);
        Assert.Equal(15, server.Served.Requests - probed);
        // The raised cap is the run's from now on, whichever command goes on with it.
        (code, _, _) = await _command.RunAsync(request);
        Assert.Equal(3, code);
        Assert.Equal(15, server.Served.Requests - probed);
        (code, _, error) = await _command.RunAsync("resume", "--max-calls", "100");
        Assert.True(code == 0, error);
        Assert.Equal(20, server.Served.Requests - probed);
        Assert.Equal(20, server.Served.Calls.Skip((int)probed).Select(call => call.Seed).Distinct().Count());
    }

    [Fact]
    public async Task Where_seeds_are_not_honoured_several_answers_are_asked_for_at_once_unless_it_is_said_otherwise()
    {
        await using ChatServer seedless = await ChatServer.StartAsync(new FastAnswerer(), new ChatServerOptions { HasSeed = false });
        await using ChatServer seeded = await ChatServer.StartAsync(ModelAnswerer.Embedded());
        string[] request = ["run", _command.Questions(2), "--strategy", "majority", "--samples", "10", "--budget", "4000", "--max-answer-tokens", "30", "--model"];
        (int code, _, string error) = await _command.RunAsync([.. request, seedless.Spec]);
        Assert.True(code == 0, error);
        Assert.Equal([4, 4, 4, 4, 2, 2], seedless.Served.Calls.Where(call => call.Choices != 1 && call.MaxTokens == 30).Select(call => call.Choices).OrderDescending());
        await _command.RunAsync([.. request, seedless.Spec, "--answers-per-call", "1"]);
        Assert.Equal(20, seedless.Served.Calls.Count(call => call.Choices == 1 && call.MaxTokens == 30));

        await _command.RunAsync([.. request, seeded.Spec]);
        Assert.Equal(20, seeded.Served.Calls.Count(call => call.Choices == 1 && call.MaxTokens == 30));
        (code, _, error) = await _command.RunAsync([.. request, seeded.Spec, "--answers-per-call", "5"]);
        Assert.True(code == 0, error);
        Assert.Equal(4, seeded.Served.Calls.Count(call => call.Choices == 5));
    }

    [Theory]
    [InlineData(2, "names no endpoint", "compare", "--model", "openai:m@ftp://host")]
    [InlineData(2, "begin with http:// or https://", "compare", "--model", "openai:m@localhost:8000", "--dry-run")]
    [InlineData(1, "Check the address, and whether the server is running", "compare", "--model", "openai:m@http://127.0.0.1:1/v1")]
    [InlineData(2, "without encryption", "ask", "What?", "--model", "openai:m@http://example.org/v1")]
    [InlineData(2, "--price-in", "compare", "--model", "openai:m@http://127.0.0.1:1/v1", "--max-cost", "1", "--dry-run")]
    [InlineData(2, "both --price-in and --price-out", "compare", "--model", "openai:m@http://127.0.0.1:1/v1", "--price-in", "1", "--dry-run")]
    [InlineData(2, "draws its tokens itself: --sampler", "generate", "--prompt", "x", "--model", "openai:m@http://127.0.0.1:1/v1", "--sampler", "llama")]
    [InlineData(2, "must lie in 1", "compare", "--model", "openai:m@http://127.0.0.1:1/v1", "--answers-per-call", "0", "--dry-run")]
    [InlineData(2, "runs on this machine", "ask", "--scorer", "logprob:openai:m@http://127.0.0.1:1/v1")]
    [InlineData(2, "leave no room for finding out", "ask", "What?", "--model", "openai:m@http://127.0.0.1:1/v1", "--max-calls", "3")]
    public async Task A_wrong_request_is_explained(int code, string why, params string[] args)
    {
        (int ended, _, string error) = await _command.With("OPENAI_API_KEY", "sk-secret").RunAsync(args);
        Assert.Equal(code, ended);
        Assert.Contains(why, error, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-secret", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_needs_no_key()
    {
        (int code, string output, string error) = await _command.RunAsync("compare", _command.Questions(2), "--model", "openai:gpt-x", "--strategy", "majority", "--dry-run");
        Assert.True(code == 0, error);
        Assert.Contains("drawn by gpt-x", output, StringComparison.Ordinal);
        (code, _, error) = await _command.RunAsync("compare", _command.Questions(2), "--model", "openai:gpt-x", "--strategy", "majority");
        Assert.Equal(2, code);
        Assert.Contains("OPENAI_API_KEY is not set", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cap_gives_up_nothing_that_is_under_way()
    {
        await using ChatServer server = await ChatServer.StartAsync(new FastAnswerer(), new ChatServerOptions { Latency = TimeSpan.FromMilliseconds(20) });
        await _command.RunAsync("models", server.Spec);
        long probed = server.Served.Requests;
        string[] request = ["run", _command.Questions(4), "--model", server.Spec, "--strategy", "majority", "--samples", "30", "--budget", "40000", "--threads", "4", "--concurrency", "8"];
        (int code, _, string error) = await _command.RunAsync([.. request, "--max-calls", "50"]);
        Assert.Equal(3, code);
        Assert.Equal(50, server.Served.Requests - probed);
        Assert.Contains("50 whole answers were drawn and stored.", error, StringComparison.Ordinal);
        (code, _, error) = await _command.RunAsync("resume", "--max-calls", "120");
        Assert.True(code == 0, error);
        Assert.Contains("70 whole answers were drawn and stored.", error, StringComparison.Ordinal);
        Assert.Equal(120, server.Served.Requests - probed);
    }

    [Fact]
    public async Task A_refused_key_and_an_unknown_model_end_the_command_with_a_remedy()
    {
        await using ChatServer server = await ChatServer.StartAsync(new FastAnswerer(), new ChatServerOptions { Key = "right" });
        (int code, _, string error) = await _command.RunAsync("ask", "What?", "--model", server.Spec, "--strategy", "majority");
        Assert.Equal(1, code);
        Assert.Contains("refused the key (401). Set OPENAI_API_KEY", error, StringComparison.Ordinal);
        (code, _, error) = await _command.With("MY_KEY", "right").RunAsync("ask", "What?", "--model", server.Spec.Replace("embedded-small", "other", StringComparison.Ordinal), "--key-variable", "MY_KEY");
        Assert.Equal(1, code);
        Assert.Contains("does not know the model other", error, StringComparison.Ordinal);
    }
}
