using System.Text.Json;
using Winnow.Runs;

namespace Winnow.Endpoints.Tests.Cli;

/// <summary>Going on with runs that something ended, or that another version of Winnow began.</summary>
public sealed class ResumeTests : IDisposable
{
    private const int Draws = 20;

    private readonly CommandLine _command = new() { Time = new HurriedTime() };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _command.Dispose();

    [Fact]
    public async Task A_run_begun_by_another_build_of_this_version_is_gone_on_with_and_draws_nothing_twice()
    {
        await using ChatServer server = await ChatServer.StartAsync(new FastAnswerer());
        string[] request = await RequestAsync(server);
        long probed = server.Served.Requests;
        (int code, _, string error) = await _command.RunAsync([.. request, "--max-calls", "12", "--begun-by", "0123456789abcdef"]);
        Assert.Equal(3, code);
        (code, _, error) = await _command.RunAsync("resume", "--max-calls", "100");
        Assert.True(code == 0, error);
        Assert.Contains("was begun by Winnow 0.1.0 (build 01234567)", error, StringComparison.Ordinal);
        Assert.Equal(Draws, server.Served.Requests - probed);
        Assert.Equal(Draws, server.Served.Calls.Skip((int)probed).Select(call => call.Seed).Distinct().Count());
    }

    [Fact]
    public async Task A_run_of_another_version_is_gone_on_with_only_where_that_is_accepted_and_both_versions_are_recorded()
    {
        await using ChatServer server = await ChatServer.StartAsync(new FastAnswerer());
        string[] request = await RequestAsync(server);
        await _command.RunAsync([.. request, "--max-calls", "12"]);
        string id;
        string mine;
        await using (RunStore store = await RunStore.OpenAsync(Path.Combine(_command.Folder, "home", "runs.db"), cancellationToken: Token))
        {
            RunRecord record = Assert.Single(await store.ListAsync(Token));
            RunIdentity older = record.Identity with { Build = "ffff0123456789", Version = "0.0.9" };
            (id, mine) = (older.Id, record.Id);
            await (await store.ClaimAsync(new RunStart(older, record.Command), Token)).DisposeAsync();
        }
        (int code, _, string error) = await _command.RunAsync("resume", id);
        Assert.Equal(2, code);
        Assert.Contains("was begun by Winnow 0.0.9 (build ffff0123), and this is Winnow 0.1.0", error, StringComparison.Ordinal);
        Assert.Contains($"winnow resume {id} --accept-version", error, StringComparison.Ordinal);
        // The same command begins anew where nothing of its own is there, and says that there is something to go on with.
        await _command.RunAsync("runs", "delete", mine);
        (_, _, error) = await _command.RunAsync([.. request, "--max-calls", "12"]);
        Assert.Contains($"`winnow resume {id} --accept-version` goes on with it instead", error, StringComparison.Ordinal);

        (code, _, error) = await _command.RunAsync("resume", id, "--accept-version");
        Assert.True(code == 0, error);
        (_, string output, _) = await _command.RunAsync("runs", "show", id, "--json");
        using JsonDocument shown = JsonDocument.Parse(output);
        Assert.Equal("done", shown.RootElement.GetProperty("run").GetProperty("state").GetString());
        Assert.Equal("0.0.9", shown.RootElement.GetProperty("identity").GetProperty("version").GetString());
        Assert.Equal("0.1.0", shown.RootElement.GetProperty("parts")[0].GetProperty("version").GetString());
    }

    [Fact]
    public async Task What_was_spent_in_every_part_is_shown_and_what_failed_by_kind()
    {
        await using ChatServer server = await ChatServer.StartAsync(new FastAnswerer(), new ChatServerOptions { Faults = new FaultPlan(number => number is >= 8 and < 400 ? Fault.EmptyChoices : Fault.None) });
        string[] request = await RequestAsync(server);
        (int code, _, string error) = await _command.RunAsync([.. request, "--max-seconds", "36000"]);
        Assert.Equal(3, code);
        (_, string output, _) = await _command.RunAsync("runs", "--json");
        using JsonDocument runs = JsonDocument.Parse(output);
        string id = runs.RootElement.GetProperty("runs")[0].GetProperty("id").GetString()!;
        (_, output, _) = await _command.RunAsync("runs", "show", id, "--json");
        using JsonDocument shown = JsonDocument.Parse(output);
        JsonElement failure = shown.RootElement.GetProperty("failures")[0];
        Assert.Equal("Empty", failure.GetProperty("kind").GetString());
        Assert.Equal("The endpoint answered without a choice.", failure.GetProperty("example").GetString());
        Assert.True(failure.GetProperty("count").GetInt32() > 0);
        Assert.Equal(36000, shown.RootElement.GetProperty("parts")[0].GetProperty("maxSeconds").GetDouble());
        (_, output, _) = await _command.RunAsync("runs", "show", id);
        Assert.Contains("(Empty): The endpoint answered without a choice.", output, StringComparison.Ordinal);
        Assert.Contains("capped at 10:00:00", output, StringComparison.Ordinal);

        string samples = Path.Combine(_command.Folder, "samples.jsonl");
        await _command.RunAsync("runs", "export", id, "--out", samples);
        using JsonDocument line = JsonDocument.Parse((await File.ReadAllLinesAsync(samples, Token))[0]);
        JsonElement sample = line.RootElement.GetProperty("samples").EnumerateArray().First(one => one.GetProperty("outcome").GetString() == "Failed");
        Assert.Equal("Empty", sample.GetProperty("failure").GetString());
        Assert.Equal("The endpoint answered without a choice.", sample.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_problem_in_whose_middle_the_endpoint_went_away_is_finished_later_with_all_its_draws()
    {
        long away = long.MaxValue;
        await using ChatServer server = await ChatServer.StartAsync(new FastAnswerer(), new ChatServerOptions
        {
            Faults = new FaultPlan(number => number >= Volatile.Read(ref away) ? Fault.ServerError : Fault.None),
        });
        await _command.RunAsync("models", server.Spec);
        Volatile.Write(ref away, server.Served.Requests + 12);
        (int code, _, string error) = await _command.RunAsync(
            "run", _command.Questions(1), "--model", server.Spec, "--strategy", "majority", "--samples", "30", "--budget", "4000", "--concurrency", "1");
        Assert.Equal(3, code);
        Assert.Contains("The last 8 draws failed: ", error, StringComparison.Ordinal);
        Volatile.Write(ref away, long.MaxValue);
        string output;
        (code, output, error) = await _command.RunAsync("resume", "--json");
        Assert.True(code == 0, error);
        using JsonDocument document = JsonDocument.Parse(output);
        Assert.Equal(30, document.RootElement.GetProperty("meanCandidates").GetDouble());
        Assert.Equal(0, document.RootElement.GetProperty("failures").GetInt32());
        (_, output, _) = await _command.RunAsync("runs", "show", document.RootElement.GetProperty("run").GetString()!, "--json");
        using JsonDocument shown = JsonDocument.Parse(output);
        JsonElement failure = shown.RootElement.GetProperty("failures")[0];
        Assert.Equal(("ServerError", 0, 8), (failure.GetProperty("kind").GetString(), failure.GetProperty("count").GetInt32(), failure.GetProperty("triedAgain").GetInt32()));
    }

    /// <summary>A request whose endpoint is known already.</summary>
    private async Task<string[]> RequestAsync(ChatServer server)
    {
        await _command.RunAsync("models", server.Spec);
        return ["run", _command.Questions(4), "--model", server.Spec, "--strategy", "majority", "--samples", "5", "--budget", "4000", "--threads", "1", "--concurrency", "1"];
    }
}
