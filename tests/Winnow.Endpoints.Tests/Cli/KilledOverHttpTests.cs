using System.Diagnostics;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Winnow.Numerics;
using Winnow.Runs;
using Winnow.Search;

namespace Winnow.Endpoints.Tests.Cli;

/// <summary>
/// The built program, killed while it draws from a faulty endpoint: nothing that was stored is requested again, and
/// little else is. WINNOW_KILLS says how often; tests/kill-and-resume.sh runs the long form.
/// </summary>
public sealed class KilledOverHttpTests : IDisposable
{
    private const int DefaultKills = 2;
    private const int KillsOfATrial = 5;
    private const int Problems = 5;
    private const int Samples = 40;
    private const int Concurrency = 4;
    private const int LatencyMilliseconds = 25;

    // What an endpoint answers in two seconds: many times what comes between two transactions, so that a busy machine does not matter.
    private const int MostUnwritten = 2 * Concurrency * 1000 / LatencyMilliseconds;

    private static readonly Fault[] Faults = [Fault.ServerError, Fault.Unavailable, Fault.CutStream, Fault.InvalidJson];

    private readonly CommandLine _command = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _command.Dispose();
    }

    [Fact]
    public async Task No_stored_draw_is_requested_again_however_often_the_process_is_killed()
    {
        int kills = WinnowProcess.Kills(DefaultKills);
        long begun = Stopwatch.GetTimestamp();
        int killed = 0;
        int again = 0;
        int most = 0;
        for (int trial = 0; killed < kills; trial++)
        {
            (int killsOfTrial, int againOfTrial, int mostOfTrial) = await TrialAsync(trial, Math.Min(KillsOfATrial, kills - killed));
            killed += killsOfTrial;
            again += againOfTrial;
            most = Math.Max(most, mostOfTrial);
        }
        TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant(
            $"{killed} kills: no stored draw was requested again; {again} that were answered and not yet stored were, {(double)again / killed:F1} for each kill, {most} at most; {Stopwatch.GetElapsedTime(begun).TotalSeconds:F0} s."));
    }

    private async Task<(int Killed, int Again, int Most)> TrialAsync(int trial, int kills)
    {
        Meter meter = new();
        await using ChatServer server = await ChatServer.StartAsync(new FastAnswerer(), new ChatServerOptions
        {
            Faults = FaultPlan.Share(0.1, Faults, seed: (ulong)trial),
            Latency = TimeSpan.FromMilliseconds(LatencyMilliseconds),
            RetryAfterSeconds = 0,
            Seen = meter.Seen,
        });
        string questions = Path.Combine(_command.Folder, $"{trial}.jsonl");
        await File.WriteAllLinesAsync(questions, Enumerable.Range(0, Problems).Select(i => $$"""{"id": "q{{i}}", "input": "What is {{i}} plus 4?", "target": 3}"""), Token);
        string store = Path.Combine(_command.Folder, $"{trial}.db");
        string[] words =
        [
            "run", questions, "--model", server.Spec, "--strategy", "majority", "--samples", $"{Samples}", "--budget", "100000", "--max-answer-tokens", $"{Served.MaxAnswerTokens}",
            "--concurrency", $"{Concurrency}", "--threads", "2", "--store", store, "--json",
        ];
        (string, string?) home = ("WINNOW_HOME", Path.Combine(_command.Folder, "home"));
        await WinnowProcess.RunAsync(["models", server.Spec], variables: home);
        int probed = server.Served.Calls.Count;

        Random moments = new(20261123 + trial);
        List<(int Calls, HashSet<long> Stored)> boundaries = [];
        EndedProcess ended;
        do
        {
            Task? kill = boundaries.Count < kills ? meter.After(1 + moments.Next(Problems * Samples / 2)) : null;
            ended = await WinnowProcess.RunAsync(words, kill, variables: home);
            boundaries.Add((server.Served.Calls.Count, await StoredAsync(store)));
        }
        while (ended.WasKilled);
        Assert.True(ended.Code == 0, ended.Error);

        ServedCall[] calls = [.. server.Served.Calls];
        int most = 0;
        int from = probed;
        foreach ((int to, HashSet<long> stored) in boundaries)
        {
            Assert.DoesNotContain(calls.Skip(to), call => stored.Contains(call.Seed!.Value));
            int unwritten = calls[from..to].Where(IsAnswered).Select(call => call.Seed!.Value).Distinct().Count(seed => !stored.Contains(seed));
            Assert.InRange(unwritten, 0, Concurrency + MostUnwritten);
            most = Math.Max(most, unwritten);
            from = to;
        }
        long[] answered = [.. calls.Skip(probed).Where(IsAnswered).Select(call => call.Seed!.Value)];
        Assert.Equal(Problems * Samples, answered.Distinct().Count());
        Assert.Equal(Problems * Samples, boundaries[^1].Stored.Count);
        using JsonDocument report = JsonDocument.Parse(ended.Output);
        Assert.Equal(Problems, report.RootElement.GetProperty("problems").GetInt32());
        Assert.Equal(Problems * Samples, report.RootElement.GetProperty("meanCandidates").GetDouble() * Problems);
        return (boundaries.Count - 1, answered.Length - Problems * Samples, most);
    }

    private static bool IsAnswered(ServedCall call) => call.Fault == Fault.None;

    /// <summary>Seeds of the requests whose draws are stored; each is the answer to its own request.</summary>
    private static async Task<HashSet<long>> StoredAsync(string path)
    {
        HashSet<long> seeds = [];
        if (!File.Exists(path))
        {
            return seeds;
        }
        await using RunStore store = await RunStore.OpenAsync(path, cancellationToken: Token);
        foreach (RunRecord run in await store.ListAsync(Token))
        {
            for (int problem = 0; problem < Problems; problem++)
            {
                HashedUniforms uniforms = HashedUniforms.For(run.Identity.Seed, $"problem:q{problem}");
                foreach (DrawRecord draw in await store.DrawsAsync(run.Identity.Series, $"q{problem}", promptHash: null, Token))
                {
                    long seed = Served.SeedOf(uniforms, draw.Draw.Settings.Slot);
                    Assert.Equal(RowState.Finished, draw.Draw.Answer.State);
                    Assert.Equal(Served.FastAnswer(seed), draw.Draw.Answer.Text);
                    Assert.True(seeds.Add(seed), "A draw is stored twice.");
                }
            }
        }
        return seeds;
    }

    /// <summary>Tells when a server has served so many requests more.</summary>
    private sealed class Meter
    {
        private readonly Lock _gate = new();
        private long _left = long.MaxValue;
        private TaskCompletionSource _reached = new();

        public Task After(int requests)
        {
            lock (_gate)
            {
                (_left, _reached) = (requests, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                return _reached.Task;
            }
        }

        public void Seen(ServedCall call)
        {
            lock (_gate)
            {
                if (--_left == 0)
                {
                    _reached.SetResult();
                }
            }
        }
    }
}
