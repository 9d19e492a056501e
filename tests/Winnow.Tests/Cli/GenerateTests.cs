using System.Text.Json;

namespace Winnow.Tests.Cli;

/// <summary><c>winnow generate</c> on a small model with made-up weights from a real folder.</summary>
public sealed class GenerateTests : IDisposable
{
    private readonly TinyModelFolder _model = new();

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task A_single_sample_is_the_same_streamed_and_in_a_document()
    {
        InProcess.Run streamed = await GenerateAsync("--sampler", "winnow:temperature=1.5", "--max-tokens", "9");
        InProcess.Run document = await GenerateAsync("--sampler", "winnow:temperature=1.5", "--max-tokens", "9", "--json");
        Assert.Equal(0, streamed.ExitCode);
        JsonElement drawn = Assert.Single(document.Json.GetProperty("results").EnumerateArray());
        Assert.Equal(Winnow.Rendering.SafeText.Plain(drawn.GetProperty("text").GetString()!) + "\n", streamed.Output);
        Assert.Equal("winnow.generate/2", document.Json.GetProperty("schema").GetString());
        Assert.Equal("min-p:0.05,temperature:1.5", document.Json.GetProperty("sampler").GetString());
        Assert.Equal(drawn.GetProperty("tokens").GetInt32(), drawn.GetProperty("tokenIds").GetArrayLength());
        Assert.Contains("--max-tokens", streamed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_prompt_may_come_from_a_file_or_from_standard_input()
    {
        string file = Path.Combine(_model.Path, "prompt.txt");
        await File.WriteAllTextAsync(file, "1+1=", TestContext.Current.CancellationToken);
        string[] request = ["generate", "--model", _model.Path, "--max-tokens", "6"];
        InProcess.Run typed = await InProcess.RunAsync([.. request, "--prompt", "1+1="]);
        InProcess.Run fromFile = await InProcess.RunAsync([.. request, "--prompt-file", file]);
        using StringReader input = new("1+1=");
        InProcess.Run piped = await InProcess.RunAsync([.. request, "--prompt-file", "-"], shell => shell with { Input = input });
        Assert.Equal(typed.Output, fromFile.Output);
        Assert.Equal(typed.Output, piped.Output);
    }

    [Fact]
    public async Task Prompts_kept_between_runs_change_nothing_but_what_is_computed()
    {
        string folder = Path.Combine(_model.Path, "prompts");
        string[] request = ["generate", "--model", _model.Path, "--max-tokens", "6", "-n", "2", "--prompt", new string('7', 150), "--json"];
        InProcess.Run without = await InProcess.RunAsync(request);
        InProcess.Run first = await InProcess.RunAsync([.. request, "--prompt-cache", folder]);
        InProcess.Run second = await InProcess.RunAsync([.. request, "--prompt-cache", folder]);
        Assert.Equal(Drawn(without), Drawn(first));
        Assert.Equal(Drawn(without), Drawn(second));
        Assert.Equal(2, Directory.GetFiles(folder).Length);
        Assert.Equal(Forwarded(first) - 128, Forwarded(second));

        static string Drawn(InProcess.Run run) => run.Json.GetProperty("results").GetRawText();
        static long Forwarded(InProcess.Run run) => run.Json.GetProperty("usage").GetProperty("forwardTokens").GetInt64();
    }

    [Fact]
    public async Task Candidates_are_shown_before_and_after_each_stage()
    {
        string[] wanted = ["--sampler", "top-k:4,temperature:0.5", "--show-candidates", "3", "--max-tokens", "2", "-n", "2"];
        JsonElement results = (await GenerateAsync([.. wanted, "--json"])).Json.GetProperty("results");
        foreach (JsonElement step in results.EnumerateArray().SelectMany(sample => sample.GetProperty("steps").EnumerateArray()))
        {
            JsonElement[] stages = [.. step.GetProperty("stages").EnumerateArray()];
            Assert.Equal(["model", "top-k:4", "temperature:0.5"], stages.Select(stage => stage.GetProperty("stage").GetString()));
            Assert.Equal([257, 4, 4], stages.Select(stage => stage.GetProperty("kept").GetInt32()));
            Assert.All(stages, stage => Assert.Equal(3, stage.GetProperty("top").GetArrayLength()));
            Assert.True(Top(stages[2]) > Top(stages[1]) && Top(stages[1]) > Top(stages[0]), "each of these stages raises the best token");
        }
        InProcess.Run shown = await GenerateAsync(wanted);
        Assert.Equal(4, shown.Output.Split('\n').Count(line => line.Contains("top-k:4  ", StringComparison.Ordinal)));

        static double Top(JsonElement stage) => stage.GetProperty("top")[0].GetProperty("probability").GetDouble();
    }

    [Fact]
    public async Task Text_is_held_to_a_regular_expression()
    {
        JsonElement results = (await GenerateAsync("--regex", "(yes|no), [0-9]{2}", "-n", "5", "--json")).Json.GetProperty("results");
        Assert.Equal(5, results.GetArrayLength());
        Assert.All(results.EnumerateArray(), drawn =>
        {
            Assert.Matches("^(yes|no), [0-9]{2}$", drawn.GetProperty("text").GetString());
            Assert.Equal("endToken", drawn.GetProperty("finish").GetString());
        });
    }

    [Fact]
    public async Task Text_is_held_to_a_schema_and_to_a_grammar_from_files()
    {
        string schema = Path.Combine(_model.Path, "schema.json");
        string grammar = Path.Combine(_model.Path, "list.gbnf");
        await File.WriteAllTextAsync(schema, """{"type":"object","properties":{"ok":{"type":"boolean"}},"required":["ok"],"additionalProperties":false}""", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(grammar, "root ::= item (\",\" item)?\nitem ::= [a-c]", TestContext.Current.CancellationToken);
        string json = (await GenerateAsync("--json-schema", schema, "--max-tokens", "150")).Output;
        Assert.Contains(JsonDocument.Parse(json).RootElement.GetProperty("ok").ValueKind, (JsonValueKind[])[JsonValueKind.True, JsonValueKind.False]);
        Assert.Matches("^[a-c](,[a-c])?\n$", (await GenerateAsync("--grammar", grammar, "--sampler", "temperature:2")).Output);
    }

    [Fact]
    public async Task An_unsupported_schema_keyword_is_refused_by_name()
    {
        string schema = Path.Combine(_model.Path, "schema.json");
        await File.WriteAllTextAsync(schema, """{"type":"string","contentEncoding":"base64","not":{}}""", TestContext.Current.CancellationToken);
        InProcess.Run run = await GenerateAsync("--json-schema", schema);
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith($"winnow: {schema}: ", run.Error, StringComparison.Ordinal);
        Assert.Matches("not|contentEncoding", run.Error);
    }

    [Theory]
    [InlineData("tpyical:0.9", "Known are")]
    [InlineData("temperature:0,top-p:0.9", "can never act")]
    [InlineData("top-p:1.4", "must lie in [0, 1]")]
    [InlineData("openai:min-p=0.1", "has no place for min-p")]
    public async Task A_sampler_that_cannot_be_used_is_refused(string sampler, string expected)
    {
        InProcess.Run run = await GenerateAsync("--sampler", sampler);
        Assert.Equal(2, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("beam:3", 3)]
    [InlineData("diverse-beam:4:2", 4)]
    [InlineData("stochastic-beam", 3)]
    [InlineData("volume", 3)]
    [InlineData("contrastive:0.5:k=3", 1)]
    [InlineData("navigation", 3)]
    [InlineData("unique", 3)]
    public async Task A_decoding_method_gives_different_texts_and_counts_what_it_read(string method, int texts)
    {
        InProcess.Run run = await GenerateAsync("--decoding", method, "-n", $"{texts}", "--max-tokens", "5", "--json");
        Assert.Equal(0, run.ExitCode);
        JsonElement[] found = [.. run.Json.GetProperty("results").EnumerateArray()];
        Assert.Equal(texts, found.Length);
        if (method != "diverse-beam:4:2")
        {
            Assert.Equal(texts, found.Select(f => string.Join(' ', f.GetProperty("tokenIds").EnumerateArray())).Distinct(StringComparer.Ordinal).Count());
        }
        Assert.Equal(method, run.Json.GetProperty("decoding").GetString());
        Assert.True(run.Json.GetProperty("usage").GetProperty("forwardTokens").GetInt64() > run.Json.GetProperty("usage").GetProperty("promptTokens").GetInt64() / texts);
    }

    [Fact]
    public async Task A_draft_changes_no_greedy_text_and_says_how_it_fared()
    {
        string[] wanted = ["--sampler", "temperature:0", "--max-tokens", "12", "--json"];
        JsonElement plain = (await GenerateAsync(wanted)).Json.GetProperty("results")[0];
        InProcess.Run drafted = await GenerateAsync([.. wanted, "--decoding", "speculative:3", "--draft", _model.Path]);
        JsonElement found = drafted.Json.GetProperty("results")[0];
        Assert.Equal(plain.GetProperty("tokenIds").ToString(), found.GetProperty("tokenIds").ToString());
        Assert.Equal(plain.GetProperty("logProb").GetDouble(), found.GetProperty("logProb").GetDouble(), 1e-3);
        JsonElement drafts = found.GetProperty("drafts");
        Assert.Equal(drafts.GetProperty("drafted").GetInt32(), drafts.GetProperty("accepted").GetInt32());
        Assert.True(drafts.GetProperty("rounds").GetInt32() <= 4);
        InProcess.Run shown = await GenerateAsync("--decoding", "speculative", "--draft", _model.Path, "--max-tokens", "5");
        Assert.Contains("drafted tokens were accepted", shown.Error, StringComparison.Ordinal);
        foreach (string[] wrong in (string[][])[["--decoding", "speculative"], ["--draft", _model.Path], ["--decoding", "beam:2", "--draft", _model.Path]])
        {
            InProcess.Run refused = await GenerateAsync(wrong);
            Assert.Equal(2, refused.ExitCode);
            Assert.Contains("draft", refused.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("beam:2", "--stop", "x", "Stop strings")]
    [InlineData("contrastive", "--sampler", "top-k:3", "takes no sampler")]
    [InlineData("stochastic-beam", "--show-candidates", "2", "Candidates are noted")]
    [InlineData("beam:2", "-n", "3", "2 beams give at most 2")]
    public async Task What_has_no_place_in_a_decoding_method_is_refused(string method, string option, string value, string expected)
    {
        InProcess.Run run = await GenerateAsync("--decoding", method, option, value);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_is_stopped_ends_with_130()
    {
        using CancellationTokenSource stop = new();
        await stop.CancelAsync();
        InProcess.Run run = await InProcess.RunAsync(["generate", "--model", _model.Path, "-p", "1", "-n", "3", "--json"], shell => shell, stop.Token);
        Assert.Equal(130, run.ExitCode);
        Assert.Equal(3, run.Json.GetProperty("unfinished").GetInt32());
    }

    private Task<InProcess.Run> GenerateAsync(params string[] more) =>
        InProcess.RunAsync(["generate", "--model", _model.Path, "--prompt", "1+1=", .. more]);
}
