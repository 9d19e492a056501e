using System.Text.Json;

namespace Winnow.Tests.Cli;

public sealed class EmbedVerbTests : IDisposable
{
    private readonly TinyModelFolder _model = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("winnow-embed-").FullName;

    public void Dispose()
    {
        _model.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Every_text_gets_a_row_whatever_the_format_and_the_batch()
    {
        string texts = Write("texts.txt", "one\ntwo words\nthree\nfour\nfive\n");
        string lines = Write("texts.jsonl", "\"one\"\n{\"text\":\"two words\",\"id\":2}\n\"three\"\n\"four\"\n\"five\"\n");
        JsonElement summary = (await InProcess.RunAsync("embed", texts, "-m", _model.Path, "-o", At("a.npy"), "--json", "--quiet")).Json;
        Assert.Equal("winnow.embed/1", summary.GetProperty("schema").GetString());
        Assert.Equal(5, summary.GetProperty("rows").GetInt64());
        Assert.Equal("last", summary.GetProperty("pooling").GetString());
        InProcess.Run other = await InProcess.RunAsync("embed", lines, "-m", _model.Path, "-o", At("b.npy"), "--batch", "2", "--threads", "1");
        Assert.Equal((0, ""), (other.ExitCode, other.Error));
        Assert.Contains("5 vectors of", other.Output, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(At("a.npy")), File.ReadAllBytes(At("b.npy")));

        Assert.Equal(0, (await InProcess.RunAsync("embed", texts, "-m", _model.Path, "-o", At("c.jsonl"))).ExitCode);
        float[] written = [.. File.ReadLines(At("c.jsonl")).SelectMany(line => JsonDocument.Parse(line).RootElement.GetProperty("embedding").EnumerateArray().Select(v => v.GetSingle()))];
        Assert.Equal(File.ReadAllBytes(At("a.npy"))[128..], written.SelectMany(BitConverter.GetBytes));
        Assert.Equal(3 + 2, Directory.GetFiles(_folder).Length);
    }

    [Theory]
    [InlineData("npy")]
    [InlineData("jsonl")]
    public async Task A_stopped_run_leaves_no_output_and_is_gone_on_with(string format)
    {
        string texts = Write("texts.txt", "one\ntwo words\nthree\nfour\nfive\n");
        string whole = At($"whole.{format}");
        string output = At($"out.{format}");
        Assert.Equal(0, (await InProcess.RunAsync("embed", texts, "-m", _model.Path, "-o", whole)).ExitCode);
        InProcess.Run stopped = await InProcess.RunAsync(["embed", texts, "-m", _model.Path, "-o", output], shell => shell, new CancellationToken(canceled: true));
        Assert.Equal(130, stopped.ExitCode);
        Assert.Contains("--resume", stopped.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(output));

        // Two whole rows and a torn one, as a killed run leaves them.
        byte[] all = File.ReadAllBytes(whole);
        int kept = format == "npy" ? 128 + ((all.Length - 128) / 5 * 2) : Array.IndexOf(all, (byte)'\n', Array.IndexOf(all, (byte)'\n') + 1) + 1;
        File.WriteAllBytes(output + ".part", all[..(kept + 3)]);
        JsonElement summary = (await InProcess.RunAsync("embed", texts, "-m", _model.Path, "-o", output, "--resume", "--json")).Json;
        Assert.Equal((2, 5), (summary.GetProperty("resumedRows").GetInt64(), summary.GetProperty("rows").GetInt64()));
        Assert.Equal(all, File.ReadAllBytes(output));
        Assert.Equal(["out." + format, "texts.txt", "whole." + format], Directory.GetFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        await InProcess.RunAsync(["embed", texts, "-m", _model.Path, "-o", output], shell => shell, new CancellationToken(canceled: true));
        InProcess.Run changed = await InProcess.RunAsync("embed", texts, "-m", _model.Path, "-o", output, "--resume", "--pooling", "mean");
        Assert.Equal(2, changed.ExitCode);
        Assert.Contains("other options", changed.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("out.txt", "", "must end in .npy or .jsonl")]
    [InlineData("out.npy", "--pooling;median", "median")]
    [InlineData("out.npy", "--max-tokens;2", "at least 3")]
    [InlineData("out.npy", "--batch;0", "--batch")]
    public async Task A_wrong_request_is_refused_by_name(string output, string extra, string named)
    {
        string texts = Write("texts.txt", "one\n");
        InProcess.Run run = await InProcess.RunAsync(["embed", texts, "-m", _model.Path, "-o", At(output), .. extra.Split(';', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(named, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_line_is_named()
    {
        string texts = Write("texts.jsonl", "\"one\"\n{\"txt\":1}\n");
        InProcess.Run run = await InProcess.RunAsync("embed", texts, "-m", _model.Path, "-o", At("out.npy"));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("texts.jsonl, line 2", run.Error, StringComparison.Ordinal);
    }

    private string At(string name) => Path.Combine(_folder, name);

    private string Write(string name, string text)
    {
        File.WriteAllText(At(name), text);
        return At(name);
    }
}
