using System.Text.Json;
using System.Text.Json.Nodes;
using Winnow.Testing;

namespace Winnow.Tests.Cli;

/// <summary>Verbs that draw, on a small model with made-up weights from a real folder.</summary>
public sealed class ModelVerbTests : IDisposable
{
    private readonly TinyModelFolder _model = new();

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task Models_tells_what_a_folder_holds()
    {
        InProcess.Run run = await InProcess.RunAsync("models", _model.Path, "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("winnow.model/1", run.Json.GetProperty("schema").GetString());
        Assert.Equal(257, run.Json.GetProperty("vocabularySize").GetInt32());
        Assert.Equal(192, run.Json.GetProperty("contextLength").GetInt32());
    }

    [Fact]
    public async Task A_safetensors_file_by_itself_is_described_and_not_run()
    {
        InProcess.Run described = await InProcess.RunAsync("models", _model.Weights, "--json");
        Assert.Equal(0, described.ExitCode);
        Assert.Equal("F32", described.Json.GetProperty("types")[0].GetProperty("type").GetString());
        Assert.Contains("its folder", described.Json.GetProperty("unsupported")[0].GetString(), StringComparison.Ordinal);
        InProcess.Run refused = await InProcess.RunAsync("generate", "--model", _model.Weights, "--prompt", "1");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("its folder", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_encoder_is_described_as_one_and_not_drawn_from()
    {
        string folder = SharedFolder.FindOrSkip("models/all-minilm-l6-v2");
        InProcess.Run described = await InProcess.RunAsync("models", folder, "--json");
        Assert.Equal((6, 384, 30_522), (described.Json.GetProperty("layers").GetInt32(), described.Json.GetProperty("width").GetInt32(), described.Json.GetProperty("vocabularySize").GetInt32()));
        Assert.Equal(0, described.Json.GetProperty("unsupported").GetArrayLength());
        InProcess.Run refused = await InProcess.RunAsync("generate", "--model", folder, "--prompt", "1");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("encoder", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_draws_the_same_for_the_same_seed()
    {
        string[] request = ["generate", "--model", _model.Path, "--prompt", "1+1=", "-n", "3", "--max-tokens", "12", "--json"];
        InProcess.Run first = await InProcess.RunAsync(request);
        InProcess.Run again = await InProcess.RunAsync(request);
        InProcess.Run other = await InProcess.RunAsync([.. request, "--seed", "2"]);
        Assert.Equal(0, first.ExitCode);
        JsonElement[] drawn = [.. first.Json.GetProperty("results").EnumerateArray()];
        Assert.Equal(3, drawn.Length);
        Assert.All(drawn, draw => Assert.InRange(draw.GetProperty("tokens").GetInt32(), 1, 12));
        Assert.Equal(drawn.Sum(draw => draw.GetProperty("tokens").GetInt32()), first.Json.GetProperty("usage").GetProperty("tokensGenerated").GetInt32());
        Assert.Equal(WithoutTimes(first), WithoutTimes(again));
        Assert.NotEqual(drawn[0].GetProperty("text").GetString(), other.Json.GetProperty("results")[0].GetProperty("text").GetString(), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Compare_writes_one_document_and_equal_ones_for_one_thread_and_two()
    {
        InProcess.Run one = await CompareAsync("--threads", "1", "--json");
        InProcess.Run two = await CompareAsync("--threads", "2", "--json");
        Assert.Equal(0, one.ExitCode);
        Assert.Equal(WithoutTimes(one), WithoutTimes(two));
        JsonElement document = one.Json;
        Assert.Equal("winnow.compare/1", document.GetProperty("schema").GetString());
        Assert.Equal(6, document.GetProperty("results").GetArrayLength());
        foreach (JsonElement row in document.GetProperty("results").EnumerateArray())
        {
            long used = row.GetProperty("tokensGenerated").GetInt64() + row.GetProperty("scorerTokens").GetInt64();
            Assert.InRange(used, 1, row.GetProperty("budget").GetInt64() * 4);
        }
        Assert.True(File.Exists(document.GetProperty("files").GetProperty("report").GetString()));
        Assert.All(document.GetProperty("files").GetProperty("plots").EnumerateArray(), plot => Assert.True(File.Exists(plot.GetString())));
    }

    [Fact]
    public async Task Compare_shows_a_table_and_keeps_progress_off_standard_output()
    {
        InProcess.Run run = await CompareAsync();
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("majority", run.Output, StringComparison.Ordinal);
        Assert.Contains("report.html", run.Output, StringComparison.Ordinal);
        Assert.Contains("tok", run.Error, StringComparison.Ordinal);
        Assert.Equal("", (await CompareAsync("--quiet")).Error);
    }

    [Fact]
    public async Task A_strategy_that_needs_a_scorer_is_left_out_without_one()
    {
        InProcess.Run run = await InProcess.RunAsync(
            "compare", _model.TaskFile(2), "--model", _model.Path, "--scorer", "none", "--strategy", "greedy,best-of-n", "--budget", "60", "--out", OutFolder, "--json", "--quiet");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("best-of-n", run.Json.GetProperty("leftOut")[0].GetProperty("strategy").GetString());
        Assert.Equal(1, run.Json.GetProperty("results").GetArrayLength());
    }

    [Fact]
    public async Task A_dry_run_says_the_most_it_could_use_and_draws_nothing()
    {
        InProcess.Run run = await CompareAsync("--dry-run", "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("winnow.compare-plan/1", run.Json.GetProperty("schema").GetString());
        Assert.Equal((60 + 120) * 3 * 4, run.Json.GetProperty("maxTokens").GetInt64());
        Assert.False(Directory.Exists(OutFolder));
    }

    [Fact]
    public async Task A_stopped_comparison_ends_with_130()
    {
        using CancellationTokenSource stop = new();
        stop.Cancel();
        InProcess.Run run = await InProcess.RunAsync(
            ["compare", _model.TaskFile(2), "--model", _model.Path, "--out", OutFolder], shell => shell, stop.Token);
        Assert.Equal(130, run.ExitCode);
        Assert.Equal("", run.Output);
    }

    [Fact]
    public async Task A_truncated_checkpoint_is_a_wrong_request_that_names_the_file()
    {
        byte[] whole = await File.ReadAllBytesAsync(_model.Weights, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(_model.Weights, whole[..(whole.Length / 2)], TestContext.Current.CancellationToken);
        InProcess.Run run = await InProcess.RunAsync("generate", "--model", _model.Path, "--prompt", "1");
        AssertRefused(run, "model.safetensors");
    }

    [Fact]
    public async Task A_prompt_over_the_context_is_refused_before_anything_is_drawn()
    {
        AssertRefused(await InProcess.RunAsync("generate", "--model", _model.Path, "--prompt", new string('1', 200)), "192");
        AssertRefused(await InProcess.RunAsync("ask", new string('1', 200), "--model", _model.Path), "192");
        AssertRefused(await InProcess.RunAsync("compare", _model.TaskFile(2, new string('1', 200)), "--model", _model.Path, "--out", OutFolder), "s0");
        Assert.False(Directory.Exists(OutFolder));
    }

    [Theory]
    [InlineData("telepathy", "There is no scorer \"telepathy\".")]
    [InlineData("prm", "There is no scorer \"prm\".")]
    [InlineData("logprob:no/such/folder", "There is no folder \"no/such/folder\".")]
    public async Task A_scorer_that_does_not_exist_is_refused(string scorer, string expected) =>
        AssertRefused(await InProcess.RunAsync("ask", "1+1=", "--model", _model.Path, "--scorer", scorer), expected);

    [Fact]
    public async Task A_model_that_draws_is_no_reward_model() =>
        AssertRefused(await InProcess.RunAsync("ask", "1+1=", "--model", _model.Path, "--scorer", "prm:" + _model.Path), "scores no steps");

    [Fact]
    public async Task A_broken_task_file_is_refused_with_its_line()
    {
        string path = Path.Combine(_model.Path, "broken.jsonl");
        await File.WriteAllTextAsync(path, "{\"input\":\"a\",\"target\":\"b\"}\n{\"input\":\n", TestContext.Current.CancellationToken);
        AssertRefused(await InProcess.RunAsync("compare", path, "--model", _model.Path, "--out", OutFolder), "broken.jsonl");
    }

    [Fact]
    public async Task Ask_answers_a_free_question_of_a_folder_model()
    {
        InProcess.Run run = await InProcess.RunAsync("ask", "1+1=", "--model", _model.Path, "--strategy", "majority", "--budget", "400", "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("winnow.ask/1", run.Json.GetProperty("schema").GetString());
        Assert.True(run.Json.GetProperty("candidates").GetArrayLength() > 0);
        Assert.NotEqual("", run.Error);
    }

    private string OutFolder => Path.Combine(_model.Path, "out");

    private Task<InProcess.Run> CompareAsync(params string[] more) => InProcess.RunAsync(
        ["compare", _model.TaskFile(4), "--model", _model.Path, "--strategy", "greedy,majority,weighted-majority", "--budget", "120,60", "--out", OutFolder, .. more]);

    private static void AssertRefused(InProcess.Run run, string expected)
    {
        Assert.Equal(2, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    private static string WithoutTimes(InProcess.Run run)
    {
        JsonNode document = JsonNode.Parse(run.Output)!;
        document["wallSeconds"] = 0;
        foreach (JsonNode? row in document["results"]!.AsArray())
        {
            row!.AsObject().Remove("wallSeconds");
        }
        return document.ToJsonString();
    }
}
