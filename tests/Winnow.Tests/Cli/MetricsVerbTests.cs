using System.Text.Json;

namespace Winnow.Tests.Cli;

public sealed class MetricsVerbTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("winnow-metrics-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Scores_come_with_intervals_and_signatures()
    {
        string hypotheses = Write("hyp.txt", "the cat sat on the mat", "a dog ran away", "it rained all day long");
        string references = Write("ref.txt", "the cat sat on a mat", "the dog ran far away", "it rained the whole day");
        InProcess.Run run = await InProcess.RunAsync("metrics", hypotheses, "--ref", references, "--metric", "bleu,chrf,ter,distinct-2", "--json");
        Assert.Equal(0, run.ExitCode);
        Dictionary<string, JsonElement> results = run.Json.GetProperty("results").EnumerateArray().ToDictionary(r => r.GetProperty("metric").GetString()!, StringComparer.Ordinal);
        Assert.StartsWith("nrefs:1|bs:1000|seed:1|case:mixed|eff:no|tok:13a|smooth:exp|version:winnow-", results["bleu"].GetProperty("signature").GetString(), StringComparison.Ordinal);
        foreach (string name in (string[])["bleu", "chrf", "ter"])
        {
            double score = results[name].GetProperty("score").GetDouble();
            Assert.InRange(score, results[name].GetProperty("ciLow").GetDouble(), results[name].GetProperty("ciHigh").GetDouble());
        }
        Assert.Equal(JsonValueKind.Null, results["distinct-2"].GetProperty("ciLow").ValueKind);
        InProcess.Run shown = await InProcess.RunAsync("metrics", hypotheses, "--ref", references, "--metric", "bleu");
        Assert.Contains("BLEU  ", shown.Output, StringComparison.Ordinal);
        Assert.Contains("tok:13a", shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_references_and_a_baseline_are_compared_text_by_text()
    {
        string[] right = [.. Enumerable.Range(0, 30).Select(i => $"the number is {i} today")];
        string hypotheses = Write("new.txt", right);
        string baseline = Write("old.txt", [.. right.Select((text, i) => i % 2 == 0 ? text : "no idea at all about it")]);
        InProcess.Run run = await InProcess.RunAsync(
            "metrics", hypotheses, "--ref", Write("a.txt", right), "--ref", Write("b.txt", [.. right.Select(t => t + " again")]), "--baseline", baseline, "--metric", "bleu", "--bootstrap", "200", "--json");
        JsonElement test = Assert.Single(run.Json.GetProperty("tests").EnumerateArray());
        Assert.True(test.GetProperty("difference").GetDouble() > 10);
        Assert.True(test.GetProperty("pRandomization").GetDouble() < 0.01);
        Assert.Contains("nrefs:2", run.Json.GetProperty("results")[0].GetProperty("signature").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_may_be_JSON_lines()
    {
        string lines = Write("texts.jsonl", "{\"text\":\"two\\nlines\"}", "\"one line\"");
        InProcess.Run run = await InProcess.RunAsync("metrics", lines, "--metric", "distinct-1,bleu", "--json");
        Assert.Equal(2, run.Json.GetProperty("texts").GetInt32());
        Assert.Equal("bleu", run.Json.GetProperty("leftOut")[0].GetProperty("metric").GetString());
        Assert.Contains("texts.jsonl, line 2", (await InProcess.RunAsync("metrics", Write("texts.jsonl", "\"a\"", "{\"b\":1}"))).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_tells_how_surprised_it_is()
    {
        using TinyModelFolder model = new();
        string texts = Write("texts.txt", "one text", "another text", "and a third");
        InProcess.Run run = await InProcess.RunAsync("metrics", texts, "--model", model.Path, "--metric", "perplexity,surprisal,surprisal-deviation,bits-per-byte", "--json");
        Assert.Equal(0, run.ExitCode);
        double[] scores = [.. run.Json.GetProperty("results").EnumerateArray().Select(r => r.GetProperty("score").GetDouble())];
        Assert.Equal(Math.Log2(scores[0]), scores[1], 1e-6);
        Assert.True(scores[2] > 0 && scores[3] > 0);
        Assert.Contains("model:", run.Json.GetProperty("results")[0].GetProperty("signature").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_misleads_is_said()
    {
        string tokenized = Write("tokenized.txt", [.. Enumerable.Range(0, 101).Select(i => $"Größe {i} .")]);
        InProcess.Run run = await InProcess.RunAsync("metrics", tokenized, "--ref", tokenized, "--metric", "bleu,rouge-1", "--bootstrap", "0");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("tokenized already", run.Error, StringComparison.Ordinal);
        Assert.Contains("which ROUGE drops", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_checklist_names_five_tasks_and_nine_challenges()
    {
        InProcess.Run all = await InProcess.RunAsync("metrics", "--checklist", "--json");
        Assert.Equal(5, all.Json.GetProperty("tasks").GetArrayLength());
        Assert.Equal(9, all.Json.GetProperty("challenges").GetArrayLength());
        InProcess.Run one = await InProcess.RunAsync("metrics", "--checklist", "translation");
        Assert.StartsWith("Translation (translation)", one.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Summarization (", one.Output, StringComparison.Ordinal);
        Assert.Contains("[ ] ", one.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bleurt", "There is no metric \"bleurt\". Did you mean \"bleu\"?")]
    [InlineData("bleu", "there are none: give --ref")]
    [InlineData("self-bleu", "needs at least 2")]
    [InlineData("perplexity", "give --model")]
    [InlineData("bertscore", "give --ref FILE")]
    [InlineData("mauve", "give --ref FILE")]
    public async Task A_metric_that_cannot_be_computed_is_refused(string metric, string expected) =>
        AssertRefused(await InProcess.RunAsync("metrics", Write("one.txt", "a text"), "--metric", metric), expected);

    [Fact]
    public async Task Wrong_files_and_settings_are_refused()
    {
        string one = Write("one.txt", "a text");
        AssertRefused(await InProcess.RunAsync("metrics"), "Name the file");
        AssertRefused(await InProcess.RunAsync("metrics", "no/such/file.txt"), "There is no file \"no/such/file.txt\".");
        AssertRefused(await InProcess.RunAsync("metrics", Write("empty.txt")), "the file is empty");
        AssertRefused(await InProcess.RunAsync("metrics", one, "--ref", Write("two.txt", "a", "b")), "has 2 texts");
        AssertRefused(await InProcess.RunAsync("metrics", one, "--tokenizer", "spm"), "There is no tokenizer \"spm\"");
        AssertRefused(await InProcess.RunAsync("metrics", one, "--smooth", "much"), "There is no smoothing \"much\"");
        AssertRefused(await InProcess.RunAsync("metrics", "-", "--ref", "-"), "only once");
        AssertRefused(await InProcess.RunAsync("metrics", "--checklist", "poetry"), "There is no task \"poetry\"");
    }

    private string Write(string name, params string[] lines)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllLines(path, lines);
        return path;
    }

    private static void AssertRefused(InProcess.Run run, string expected)
    {
        Assert.Equal(2, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }
}
