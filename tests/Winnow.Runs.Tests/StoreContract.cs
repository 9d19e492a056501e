using Winnow.Budgets;
using Winnow.Evaluation;
using Winnow.Search;

namespace Winnow.Runs.Tests;

/// <summary>What every store of runs keeps to, whatever database is behind it.</summary>
public abstract class StoreContract
{
    /// <summary>A store that other calls of the same test see too.</summary>
    protected abstract Task<RunStore> OpenAsync();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_draw_comes_back_as_it_was_written()
    {
        await using RunStore store = await OpenAsync();
        DrawRecord odd = SampleRuns.Draw(slot: 3) with
        {
            Draw = SampleRuns.Draw(3).Draw with
            {
                Answer = new PartialAnswer
                {
                    Text = "a\n\"b\" \ud83d\ude00 \u0001 ' { } é",
                    Tokens = [0, int.MaxValue],
                    StepEnds = [2, 9],
                    StepTokenEnds = [1, 2],
                    StepLogProbs = [-0.1, double.NegativeInfinity],
                    TokenCount = 2,
                    State = RowState.Cut,
                    Reason = "it was cut",
                },
                Usage = new Usage { PromptTokens = 5, ForwardTokens = 1, TokensGenerated = 2, ScorerTokens = 3, Calls = 4, Seconds = 0.1, Cost = 0.10m },
            },
        };
        DrawRecord bare = SampleRuns.Draw(slot: 4) with
        {
            Draw = SampleRuns.Draw(4).Draw with { Answer = PartialAnswer.Empty with { State = RowState.Failed, Failure = FailureKind.TimedOut, Reason = "no answer" } },
        };
        Assert.Equal(2, await store.WriteAsync([odd, bare], [], part: null, Token));

        IReadOnlyList<DrawRecord> read = await store.DrawsAsync(odd.Series, odd.Problem, odd.PromptHash, Token);
        Assert.Equal([odd.Key, bare.Key], read.Select(draw => draw.Key));
        Assert.Equal(SampleRuns.Json(odd), SampleRuns.Json(read[0]));
        Assert.Equal(SampleRuns.Json(bare), SampleRuns.Json(read[1]));
        Assert.Null(read[1].Draw.Answer.Tokens);
    }

    [Fact]
    public async Task A_draw_that_is_there_stays_and_a_result_is_replaced()
    {
        await using RunStore store = await OpenAsync();
        RunIdentity identity = SampleRuns.Identity();
        await using IAsyncDisposable claim = await store.ClaimAsync(new RunStart(identity, []), Token);
        DrawRecord first = SampleRuns.Draw(0, "first");
        DrawRecord second = SampleRuns.Draw(0, "second");
        Assert.Equal(1, await store.WriteAsync([first], [SampleRuns.Result(identity.Id, "p0", 0, error: "down")], part: null, Token));
        Assert.Equal(1, await store.WriteAsync([second, SampleRuns.Draw(1)], [SampleRuns.Result(identity.Id, "p0", 0)], part: null, Token));

        IReadOnlyList<DrawRecord> draws = await store.DrawsAsync(first.Series, first.Problem, first.PromptHash, Token);
        Assert.Equal(["first", "text"], draws.Select(draw => draw.Draw.Answer.Text));
        RunRecord? record = await store.FindAsync(identity.Id, Token);
        Assert.Equal((1, 0), (record!.Finished, record.Failed));
    }

    [Fact]
    public async Task A_transaction_that_cannot_be_written_whole_leaves_nothing()
    {
        await using RunStore store = await OpenAsync();
        DrawRecord broken = SampleRuns.Draw(1) with { Run = null! };
        await Assert.ThrowsAsync<WinnowException>(() => store.WriteAsync([SampleRuns.Draw(0), broken], [], part: null, Token));
        Assert.Empty(await store.DrawsAsync(broken.Series, broken.Problem, broken.PromptHash, Token));
    }

    [Fact]
    public async Task A_run_is_claimed_by_one_at_a_time()
    {
        await using RunStore store = await OpenAsync();
        await using RunStore other = await OpenAsync();
        RunStart start = new(SampleRuns.Identity(), ["run", "a task"]);
        IAsyncDisposable claim = await store.ClaimAsync(start, Token);
        RunInUseException again = await Assert.ThrowsAsync<RunInUseException>(() => store.ClaimAsync(start, Token));
        RunInUseException elsewhere = await Assert.ThrowsAsync<RunInUseException>(() => other.ClaimAsync(start, Token));
        Assert.Contains(start.Identity.Id, again.Message, StringComparison.Ordinal);
        Assert.Contains($"process {Environment.ProcessId}", elsewhere.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<RunInUseException>(() => other.DeleteAsync(start.Identity.Id, Token));
        await claim.DisposeAsync();
        await (await other.ClaimAsync(start, Token)).DisposeAsync();
        RunRecord record = Assert.Single(await store.ListAsync(Token));
        Assert.Equal(["run", "a task"], record.Command);
        Assert.Equal(start.Identity, record.Identity);
    }

    [Fact]
    public async Task Runs_are_listed_with_their_sums()
    {
        await using RunStore store = await OpenAsync();
        RunIdentity identity = SampleRuns.Identity() with { ProblemCount = 3 };
        await using IAsyncDisposable claim = await store.ClaimAsync(new RunStart(identity, []), Token);
        Assert.Equal(RunState.Unfinished, (await store.FindAsync(identity.Id, Token))!.State);
        await store.WriteAsync(
            [],
            [
                SampleRuns.Result(identity.Id, "p0", 0) with { Usage = new Usage { TokensGenerated = 7, Cost = 0.125m } },
                SampleRuns.Result(identity.Id, "p1", 1) with { IsCorrect = false, Usage = new Usage { TokensGenerated = 5, Cost = 0.25m } },
                SampleRuns.Result(identity.Id, "p2", 2, error: "down") with { IsCorrect = false },
            ],
            part: null,
            Token);
        RunRecord record = (await store.FindAsync(identity.Id, Token))!;
        Assert.Equal((2, 1, 1), (record.Finished, record.Failed, record.Correct));
        Assert.Equal((14, 0.375m), (record.Used.TokensGenerated, record.Used.Cost));
        Assert.Equal(RunState.DoneInPart, record.State);
        Assert.Equal(["p0", "p1", "p2"], await store.ResultsAsync(identity.Id, Token).Select(result => result.Problem).ToListAsync(Token));
        Assert.Null(await store.FindAsync("r000000000000", Token));
    }

    [Fact]
    public async Task What_each_process_spent_is_kept_under_the_caps_that_it_had()
    {
        await using RunStore store = await OpenAsync();
        RunIdentity identity = SampleRuns.Identity();
        RunIdentity other = identity with { Strategy = "best-of-n" };
        foreach (RunIdentity run in (RunIdentity[])[identity, other])
        {
            await (await store.ClaimAsync(new RunStart(run, [], "c1"), Token)).DisposeAsync();
        }
        RunPart first = new()
        {
            Owner = "c1",
            Number = 0,
            Version = "1.2.3",
            Build = "abc",
            Begun = DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_123),
            Written = DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_456),
            Caps = new Budget { MaxCost = 12.340m, MaxCalls = 7, MaxSeconds = 0.1 },
            Used = new Usage { PromptTokens = 1, ForwardTokens = 2, TokensGenerated = 3, ScorerTokens = 4, Calls = 5, Seconds = 0.2, Cost = 0.10m },
        };
        RunPart later = first with { Number = 1, Version = "2.0.0", Caps = Budget.Unlimited, Used = default };
        await store.WriteAsync([], [], later, Token);
        await store.WriteAsync([], [], first with { Used = default }, Token);
        await store.WriteAsync([], [], first, Token);
        Assert.Equal([first, later], await store.PartsAsync("c1", Token));
        Assert.Empty(await store.PartsAsync("c2", Token));

        await store.DeleteAsync(identity.Id, Token);
        Assert.Equal(2, (await store.PartsAsync("c1", Token)).Count);
        await store.DeleteAsync(other.Id, Token);
        Assert.Empty(await store.PartsAsync("c1", Token));
    }

    [Fact]
    public async Task Deleting_a_run_leaves_draws_that_another_run_shares()
    {
        await using RunStore store = await OpenAsync();
        RunIdentity majority = SampleRuns.Identity();
        RunIdentity bestOfN = majority with { Strategy = "best-of-n" };
        Assert.Equal(majority.Series, bestOfN.Series);
        Assert.NotEqual(majority.Id, bestOfN.Id);
        foreach (RunIdentity identity in (RunIdentity[])[majority, bestOfN])
        {
            await (await store.ClaimAsync(new RunStart(identity, []), Token)).DisposeAsync();
        }
        DrawRecord draw = SampleRuns.Draw(0) with { Series = majority.Series };
        await store.WriteAsync([draw], [SampleRuns.Result(majority.Id, "p0", 0), SampleRuns.Result(bestOfN.Id, "p0", 0)], part: null, Token);

        await store.DeleteAsync(majority.Id, Token);
        Assert.Single(await store.ListAsync(Token));
        Assert.Single(await store.DrawsAsync(draw.Series, draw.Problem, draw.PromptHash, Token));
        await store.DeleteAsync(bestOfN.Id, Token);
        Assert.Empty(await store.ListAsync(Token));
        Assert.Empty(await store.DrawsAsync(draw.Series, draw.Problem, draw.PromptHash, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => store.DeleteAsync(bestOfN.Id, Token));
    }

    [Fact]
    public async Task Several_writers_at_once_lose_nothing_and_store_each_draw_once()
    {
        await using RunStore one = await OpenAsync();
        await using RunStore two = await OpenAsync();
        const int Draws = 400;
        long added = 0;
        await Parallel.ForEachAsync((RunStore[])[one, two, one, two], Token, async (store, token) =>
        {
            for (int from = 0; from < Draws; from += 20)
            {
                Interlocked.Add(ref added, await store.WriteAsync([.. Enumerable.Range(from, 20).Select(slot => SampleRuns.Draw(slot))], [], part: null, token));
            }
        });
        Assert.Equal(Draws, added);
        DrawRecord any = SampleRuns.Draw(0);
        Assert.Equal(Enumerable.Range(0, Draws), (await one.DrawsAsync(any.Series, any.Problem, any.PromptHash, Token)).Select(draw => draw.Draw.Settings.Slot));
    }

    [Fact]
    public async Task A_stopped_comparison_goes_on_without_drawing_twice_and_equals_an_unbroken_one()
    {
        ScriptedRun unbroken = new();
        string expected = ScriptedRun.WithoutTimes(await unbroken.FinishAsync(journal: null, Token));
        await using RunStore store = await OpenAsync();

        ScriptedRun run = new();
        for (int stop = 0; ; stop++)
        {
            // A new store each time, like a new process.
            await using RunStore mine = await OpenAsync();
            if (await run.StepAsync(mine, stopAfter: 3, Token) is { } result)
            {
                Assert.True(stop > 2, $"It was stopped {stop} times only.");
                Assert.Equal(expected, ScriptedRun.WithoutTimes(result));
                break;
            }
        }
        Assert.Equal(unbroken.DrawnOnce.Order(StringComparer.Ordinal), run.DrawnOnce.Order(StringComparer.Ordinal));
        Assert.Empty(run.DrawnTwice);
    }
}
