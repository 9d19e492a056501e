using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace Winnow.Runs.Tests;

/// <summary>
/// The built program, killed at random moments and resumed: nothing stored is lost or drawn again, and the report is
/// that of a run nobody disturbed. WINNOW_KILLS says how often; tests/kill-and-resume.sh runs the long form.
/// </summary>
public sealed class KillTests : IDisposable
{
    private const int DefaultKills = 4;
    private const int KillsOfALine = 20;
    private const string Problems = "16";

    private readonly string _folder = Directory.CreateTempSubdirectory("winnow-kill-").FullName;
    private readonly Random _moments = new(20261123);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Killed_at_any_moment_a_run_goes_on_as_if_nothing_had_happened()
    {
        int kills = WinnowProcess.Kills(DefaultKills);
        int killed = 0;
        int afterFirstDraw = 0;
        int trials = 0;
        long begun = Stopwatch.GetTimestamp();
        for (; killed < kills; trials++)
        {
            string strategy = (trials % 3) switch { 0 => "majority", 1 => "best-of-n", _ => "beam" };
            Reference reference = await ReferenceOf(strategy);
            string store = Path.Combine(_folder, $"{trials}.db");
            Dictionary<string, string> before = [];
            for (int start = 0; ; start++)
            {
                // Later starts get longer, so that a trial ends even where a kill comes before anything is stored.
                // Most kills come after the beginning, in which nothing is drawn yet.
                double earliest = _moments.Next(5) == 0 ? 0 : 0.5;
                double seconds = reference.Seconds * (earliest + (1 - earliest) * _moments.NextDouble()) * (1 + start / 4.0);
                Ended ended = await RunAsync(strategy, store, killed < kills ? seconds : null);
                Dictionary<string, string> after = Draws(store);
                Assert.All(before, draw => Assert.Equal(draw.Value, Assert.Contains(draw.Key, after)));
                if (!ended.WasKilled)
                {
                    Assert.Equal(0, ended.Code);
                    Assert.Equal(reference.Report, ended.Report);
                    // What was there before this start was read, not drawn: new and old together are all there are.
                    Assert.Contains($"{after.Count - before.Count} whole answers were drawn and stored.", ended.Error, StringComparison.Ordinal);
                    Assert.DoesNotContain("drawn by another process", ended.Error, StringComparison.Ordinal);
                    Assert.Equal(reference.Draws, after.Count);
                    break;
                }
                killed++;
                afterFirstDraw += after.Count > 0 ? 1 : 0;
                before = after;
                if (killed % KillsOfALine == 0)
                {
                    Say($"{killed} of {kills} kills, {Stopwatch.GetElapsedTime(begun).TotalSeconds:F0} s");
                }
            }
        }
        Assert.True(afterFirstDraw > 0 || killed < KillsOfALine, "No kill came after something was stored.");
        Say($"{killed} kills in {trials} runs, {afterFirstDraw} of them after something was stored: 0 draws lost, 0 drawn twice, every report that of an unbroken run; {Stopwatch.GetElapsedTime(begun).TotalSeconds:F0} s.");
    }

    [Fact]
    public async Task A_full_disk_ends_a_run_with_a_clear_message_and_the_store_opens_afterwards()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The size of files is limited by a shell.");
        Reference reference = await ReferenceOf("majority");
        string store = Path.Combine(_folder, "full.db");
        // No file may grow beyond 160 blocks of 512 bytes. The runtime's own mappings count too, unless it makes none.
        EndedProcess full = await WinnowProcess.RunAsync(
            "sh", ["-c", "trap '' XFSZ; ulimit -f 160; exec \"$@\"", "sh", WinnowProcess.Host, .. WinnowProcess.Arguments(Words("majority", store))], variables: ("DOTNET_EnableWriteXorExecute", "0"));
        Assert.Equal(1, full.Code);
        Assert.Contains("cannot be written", full.Error, StringComparison.Ordinal);
        Assert.Contains("Go on with: winnow resume r", full.Error, StringComparison.Ordinal);
        Dictionary<string, string> before = Draws(store);
        Ended resumed = await RunAsync("majority", store, killAfter: null);
        Assert.Equal(0, resumed.Code);
        Assert.Equal(reference.Report, resumed.Report);
        Assert.All(before, draw => Assert.Equal(draw.Value, Assert.Contains(draw.Key, Draws(store))));
    }

    private sealed record Reference(string Report, int Draws, double Seconds);

    private sealed record Ended(int Code, bool WasKilled, string Report, string Error);

    private readonly Dictionary<string, Reference> _references = new(StringComparer.Ordinal);

    private async Task<Reference> ReferenceOf(string strategy)
    {
        if (!_references.TryGetValue(strategy, out Reference? reference))
        {
            string store = Path.Combine(_folder, $"reference-{strategy}.db");
            long start = Stopwatch.GetTimestamp();
            Ended ended = await RunAsync(strategy, store, killAfter: null);
            Assert.Equal(0, ended.Code);
            _references.Add(strategy, reference = new Reference(ended.Report, Draws(store).Count, Stopwatch.GetElapsedTime(start).TotalSeconds));
        }
        return reference;
    }

    private static string[] Words(string strategy, string store) =>
        ["run", "embedded-mix", "--model", "embedded-small", "--scorer", "logprob", "--strategy", strategy, "--budget", "300", "--problems", Problems, "--store", store, "--json"];

    private static async Task<Ended> RunAsync(string strategy, string store, double? killAfter)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task? kill = killAfter is { } seconds ? Task.Delay(TimeSpan.FromSeconds(seconds), late.Token) : null;
        EndedProcess ended = await WinnowProcess.RunAsync(Words(strategy, store), kill);
        await late.CancelAsync();
        // A process that is killed while it prints leaves half a report.
        return new Ended(ended.Code, ended.WasKilled, ended.Code == 0 ? Report(ended.Output) : "", ended.Error);
    }

    /// <summary>The report without what may differ: times, and where it is kept.</summary>
    private static string Report(string output)
    {
        JsonObject document = JsonNode.Parse(output)!.AsObject();
        document.Remove("wallSeconds");
        document.Remove("store");
        return document.ToJsonString();
    }

    private static void Say(FormattableString line) => TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant(line));

    private static Dictionary<string, string> Draws(string store)
    {
        Dictionary<string, string> draws = new(StringComparer.Ordinal);
        if (!File.Exists(store))
        {
            return draws;
        }
        using SqliteConnection connection = new($"Data Source={store}");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM sqlite_master WHERE name = 'draws'";
        if (Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture) == 0)
        {
            return draws;
        }
        command.CommandText = "SELECT \"Key\", \"Text\" || \"Drawn\" || \"Steps\" FROM draws";
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            draws.Add(reader.GetString(0), reader.GetString(1));
        }
        return draws;
    }
}
