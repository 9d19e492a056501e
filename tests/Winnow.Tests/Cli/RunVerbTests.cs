using System.Text.Json;
using Winnow.Runs;

namespace Winnow.Tests.Cli;

/// <summary><c>winnow run</c>, <c>resume</c> and <c>runs</c> over a model folder and a task file.</summary>
public sealed class RunVerbTests : IDisposable
{
    private const int Problems = 6;

    private readonly TinyModelFolder _model = new();

    private string Store => Path.Combine(_model.Path, "runs.db");

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _model.Dispose();
    }

    [Fact]
    public async Task A_run_that_is_done_is_read_again_with_the_same_report()
    {
        InProcess.Run first = await RunAsync("majority");
        Assert.Equal(0, first.ExitCode);
        Assert.Equal(Problems, first.Json.GetProperty("problems").GetInt32());
        Assert.DoesNotContain("\n0 whole answers", first.Error, StringComparison.Ordinal);
        InProcess.Run again = await RunAsync("majority");
        Assert.Equal(WithoutTimes(first), WithoutTimes(again));
        Assert.Contains("\n0 whole answers were drawn", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strategies_with_equal_draws_draw_them_once()
    {
        Assert.Equal(0, (await RunAsync("majority")).ExitCode);
        InProcess.Run other = await RunAsync("repeated-sampling");
        Assert.Equal(0, other.ExitCode);
        Assert.Contains("\n0 whole answers were drawn", other.Error, StringComparison.Ordinal);
        JsonElement[] runs = [.. (await DoAsync("runs", "--json")).Json.GetProperty("runs").EnumerateArray()];
        Assert.Equal(2, runs.Length);
        Assert.All(runs, run => Assert.Equal("done", run.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task Stopped_it_names_the_command_that_goes_on_and_ends_with_130()
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        string[] words = Words("majority", problems: 400);
        InProcess.Run stopped = await InProcess.RunAsync(words, shell => shell with { Time = new StoppingTime(stop, after: 2000) }, stop.Token);
        Assert.Equal(130, stopped.ExitCode);
        string last = stopped.Error.TrimEnd().Split('\n')[^1];
        Assert.StartsWith("Go on with: winnow resume r", last, StringComparison.Ordinal);
        string[] goOn = last["Go on with: winnow ".Length..].Split(' ');
        InProcess.Run resumed = await InProcess.RunAsync([.. goOn, "--json"]);
        Assert.Equal(0, resumed.ExitCode);
        Assert.Contains($"Going on with {goOn[1]}: ", resumed.Error, StringComparison.Ordinal);

        using TinyModelFolder elsewhere = new();
        InProcess.Run unbroken = await InProcess.RunAsync([.. words[..^1], Path.Combine(elsewhere.Path, "other.db")]);
        Assert.Equal(WithoutTimes(unbroken), WithoutTimes(resumed));
    }

    [Fact]
    public async Task A_run_in_progress_is_refused()
    {
        string id = (await RunAsync("majority")).Json.GetProperty("run").GetString()!;
        await using RunStore store = await RunStore.OpenAsync(Store, cancellationToken: TestContext.Current.CancellationToken);
        RunRecord record = (await store.FindAsync(id, TestContext.Current.CancellationToken))!;
        await using (await store.ClaimAsync(new RunStart(record.Identity, []), TestContext.Current.CancellationToken))
        {
            InProcess.Run refused = await DoAsync("resume", id);
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains($"The run {id} is in progress in process {Environment.ProcessId}", refused.Error, StringComparison.Ordinal);
            Assert.Equal(1, (await DoAsync("runs", "delete", id)).ExitCode);
        }
        Assert.Equal(0, (await DoAsync("resume", id, "--json")).ExitCode);
    }

    [Fact]
    public async Task What_has_changed_is_not_gone_on_with()
    {
        string id = (await RunAsync("majority")).Json.GetProperty("run").GetString()!;
        _model.TaskFile(Problems, prompt: "2+0=");
        InProcess.Run refused = await DoAsync("resume", id);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("There is nothing to go on with", refused.Error, StringComparison.Ordinal);
        InProcess.Run none = await DoAsync("resume");
        Assert.Equal(2, none.ExitCode);
        Assert.Contains("No run is unfinished", none.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_are_shown_compared_exported_and_deleted()
    {
        string a = (await RunAsync("majority")).Json.GetProperty("run").GetString()!;
        string b = (await RunAsync("greedy")).Json.GetProperty("run").GetString()!;

        InProcess.Run shown = await DoAsync("runs", "show", a[..6], "--json");
        Assert.Equal(Problems, shown.Json.GetProperty("answers").GetArrayLength());
        Assert.Contains("s0", (await DoAsync("runs", "show", a)).Output, StringComparison.Ordinal);
        InProcess.Run compared = await DoAsync("runs", "compare", a, b, "--json");
        Assert.Equal(Problems, compared.Json.GetProperty("problems").GetInt32());
        Assert.Contains("McNemar", (await DoAsync("runs", "compare", a, b)).Output, StringComparison.Ordinal);

        string folder = Path.Combine(_model.Path, "exported");
        Assert.Equal(0, (await DoAsync("runs", "export", a, "--out", folder)).ExitCode);
        using JsonDocument described = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "run.json"), TestContext.Current.CancellationToken));
        Assert.Equal(a, described.RootElement.GetProperty("run").GetString());
        string[] lines = await File.ReadAllLinesAsync(Path.Combine(folder, "samples.jsonl"), TestContext.Current.CancellationToken);
        Assert.Equal(Problems, lines.Length);
        using JsonDocument line = JsonDocument.Parse(lines[0]);
        JsonElement sample = line.RootElement.GetProperty("samples")[0];
        Assert.All((string[])["outcome", "text", "tokens", "logProb", "draw", "promptHash", "seed", "settings", "usage"], name => Assert.True(sample.TryGetProperty(name, out _), name));

        Assert.Equal(2, (await DoAsync("runs", "delete", a, "nonsense")).ExitCode);
        Assert.Equal(0, (await DoAsync("runs", "delete", a, b)).ExitCode);
        Assert.Contains("No runs are kept", (await DoAsync("runs")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stored_texts_are_judged_again_without_drawing()
    {
        string id = (await RunAsync("majority", budget: 1500)).Json.GetProperty("run").GetString()!;
        string corrected = Path.Combine(_model.Path, "corrected.jsonl");
        await File.WriteAllLinesAsync(corrected, Enumerable.Range(0, Problems).Select(i => JsonSerializer.Serialize(new { id = $"s{i}", input = "1+1=", checker = "regex", target = "(?s).*" })), TestContext.Current.CancellationToken);

        InProcess.Run looked = await DoAsync("runs", "rescore", id, "--task", corrected, "--json");
        double before = looked.Json.GetProperty("accuracyBefore").GetDouble();
        Assert.InRange(before, 0, 0.5);
        Assert.Equal(1, looked.Json.GetProperty("accuracy").GetDouble());
        Assert.NotEqual(0, looked.Json.GetProperty("changed").GetArrayLength());
        Assert.Equal(before, (await DoAsync("runs", "--json")).Json.GetProperty("runs")[0].GetProperty("accuracy").GetDouble());
        Assert.Equal(0, (await DoAsync("runs", "rescore", id, "--task", corrected, "--keep")).ExitCode);
        Assert.Equal(1, (await DoAsync("runs", "--json")).Json.GetProperty("runs")[0].GetProperty("accuracy").GetDouble());
    }

    [Fact]
    public async Task A_comparison_is_made_of_runs_and_reads_them_again()
    {
        string[] words = [.. CompareWords, "--store", Store];
        InProcess.Run first = await InProcess.RunAsync(words);
        Assert.Equal(0, first.ExitCode);
        Assert.Equal(4, (await DoAsync("runs", "--json")).Json.GetProperty("runs").GetArrayLength());
        InProcess.Run again = await InProcess.RunAsync([.. words, "--resume"]);
        Assert.Contains("results are read again", again.Error, StringComparison.Ordinal);
        Assert.Equal(WithoutTimes(first), WithoutTimes(again));
        Assert.Equal(WithoutTimes(first), WithoutTimes(await InProcess.RunAsync([.. CompareWords, "--no-store"])));
        InProcess.Run shared = await RunAsync("majority", budget: 40);
        Assert.Contains($"{Problems} of {Problems} problems are finished", shared.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_cannot_be_written_does_not_stop_a_comparison()
    {
        string file = Path.Combine(_model.Path, "no-folder");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        InProcess.Run run = await InProcess.RunAsync(CompareWords, shell => shell with { Variable = name => name == "WINNOW_STORE" ? Path.Combine(file, "runs.db") : null });
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Nothing of this comparison will be kept", run.Error, StringComparison.Ordinal);
        Assert.Equal(Problems, run.Json.GetProperty("problems").GetInt32());
        Assert.Equal(1, (await InProcess.RunAsync([.. CompareWords, "--store", Path.Combine(file, "runs.db")])).ExitCode);
    }

    private string[] CompareWords =>
    [
        "compare", _model.TaskFile(Problems), "--model", _model.Path, "--strategy", "greedy,majority", "--budget", "40,80", "--out", Path.Combine(_model.Path, "out"), "--json",
    ];

    private string[] Words(string strategy, int problems = Problems, int budget = 60) =>
    [
        "run", _model.TaskFile(problems), "--model", _model.Path, "--strategy", strategy, "--budget", $"{budget}", "--problems", $"{problems}", "--json", "--store", Store,
    ];

    private Task<InProcess.Run> RunAsync(string strategy, int budget = 60) => InProcess.RunAsync(Words(strategy, budget: budget));

    private Task<InProcess.Run> DoAsync(params string[] words) => InProcess.RunAsync([.. words, "--store", Store]);

    private static string WithoutTimes(InProcess.Run run) => JsonSerializer.Serialize(Without(run.Json));

    private static object? Without(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Where(field => field.Name is not ("wallSeconds" or "store")).ToDictionary(field => field.Name, field => Without(field.Value), StringComparer.Ordinal),
        JsonValueKind.Array => value.EnumerateArray().Select(Without).ToArray(),
        _ => value.GetRawText(),
    };

    /// <summary>A clock that asks to stop when it has been read so often.</summary>
    private sealed class StoppingTime(CancellationTokenSource stop, int after) : TimeProvider
    {
        private int _reads;

        public override long GetTimestamp()
        {
            if (Interlocked.Increment(ref _reads) == after)
            {
                stop.Cancel();
            }
            return base.GetTimestamp();
        }
    }
}
