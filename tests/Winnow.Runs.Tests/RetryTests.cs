using Microsoft.Data.Sqlite;
using Winnow.Evaluation;
using Winnow.Search;

namespace Winnow.Runs.Tests;

/// <summary>Problems that could not be finished are tried again; what had failed stays as an earlier attempt.</summary>
public sealed class RetryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("winnow-retry-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_problem_none_of_whose_draws_came_to_an_end_is_drawn_again_and_then_equals_one_that_never_failed()
    {
        ScriptedRun down = new() { FailureRate = 1 };
        ScriptedRun up = new();
        string expected = ScriptedRun.WithoutTimes(await up.FinishAsync(journal: null, Token));
        await using RunStore store = await RunStore.OpenAsync(Path.Combine(_folder, "runs.db"), cancellationToken: Token);

        ComparisonResult failed = (await down.StepAsync(store, stopAfter: int.MaxValue, Token))!;
        // Majority and best-of-n draw whole answers, all of which failed; a beam has rows that end otherwise.
        Assert.Contains(failed.Unfinished, problem => problem.Strategy == "majority" && problem.Reason.StartsWith("No draw came to an end", StringComparison.Ordinal));
        RunIdentity majority = down.Identities[0];
        Assert.Equal(RunState.DoneInPart, (await store.FindAsync(majority.Id, Token))!.State);

        ComparisonResult again = (await new ScriptedRun().StepAsync(store, stopAfter: int.MaxValue, Token))!;
        Assert.DoesNotContain(again.Unfinished, problem => problem.Strategy == "majority");
        Assert.Equal(RunState.Done, (await store.FindAsync(majority.Id, Token))!.State);
        Assert.Equal(Rows(expected, "majority"), Rows(ScriptedRun.WithoutTimes(again), "majority"));

        IReadOnlyList<DrawRecord> draws = await store.DrawsAsync(majority.Series, "p0", promptHash: null, Token);
        Assert.Contains(draws, draw => draw is { Attempt: 0, Draw.Answer.State: RowState.Failed });
        Assert.Contains(draws, draw => draw is { Attempt: 1, Draw.Answer.State: RowState.Finished });
    }

    private static string Rows(string result, string strategy)
    {
        using System.Text.Json.JsonDocument document = System.Text.Json.JsonDocument.Parse(result);
        return string.Join('\n', document.RootElement.GetProperty("Rows").EnumerateArray().Where(row => row.GetProperty("Strategy").GetString() == strategy).Select(row => row.GetRawText()));
    }
}
