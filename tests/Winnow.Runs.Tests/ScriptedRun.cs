using System.Collections.Concurrent;
using System.Text.Json;
using Winnow.Budgets;
using Winnow.Evaluation;
using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Runs.Tests;

/// <summary>A comparison of three strategies over a scripted tree that can be stopped in the middle, and that counts what it draws.</summary>
internal sealed class ScriptedRun
{
    private const int Problems = 5;

    private static readonly ScriptedTree Tree = new(
        parents: [0, 0, 0, 0, 1, 1, 2, 2, 3, 3],
        probabilities: [1, 0.4, 0.35, 0.25, 0.7, 0.3, 0.6, 0.4, 0.5, 0.5],
        scores: [1, 0.8, 0.5, 0.3, 0.9, 0.4, 0.3, 0.2, 0.6, 0.1],
        tokens: [0, 3, 5, 4, 2, 6, 3, 7, 1, 9],
        answers: [null, null, null, null, "7", "8", "9", null, "7", "8"]);

    private readonly ConcurrentDictionary<string, int> _draws = new(StringComparer.Ordinal);
    private readonly ComparisonPlan _plan = new()
    {
        Task = new TaskSet
        {
            Name = "scripted",
            Description = "answers of a scripted tree",
            Version = "1",
            ChanceLevel = 0,
            Problems = [.. Enumerable.Range(0, Problems).Select(i => ScriptedTree.ProblemFor($"p{i}", "7"))],
        },
        Strategies = [Strategies.Create("majority"), Strategies.Create("best-of-n"), Strategies.Create("beam")],
        Budgets = [20, 60],
        Seed = 11,
        Threads = 2,
        Transcripts = Problems,
    };

    /// <summary>Chance that a draw fails.</summary>
    public double FailureRate { get; init; }

    public IEnumerable<string> DrawnOnce => _draws.Keys;

    public IEnumerable<string> DrawnTwice => _draws.Where(draw => draw.Value > 1).Select(draw => draw.Key);

    /// <summary>The runs that the comparison is made of.</summary>
    public IReadOnlyList<RunIdentity> Identities =>
    [
        .. from strategy in _plan.Strategies
           from budget in _plan.Budgets
           select SampleRuns.Identity() with { Strategy = strategy.Id, Budget = new Budget { MaxTokens = budget }, ProblemCount = Problems },
    ];

    /// <summary>Runs to the end.</summary>
    public async Task<ComparisonResult> FinishAsync(IComparisonJournal? journal, CancellationToken cancellationToken)
    {
        Comparison comparison = Prepare(journal);
        await comparison.RunAsync(cancellationToken: cancellationToken);
        return comparison.Result();
    }

    /// <summary>Runs until some outcomes are new, as a process would that is stopped then.</summary>
    /// <returns>The result where it came to the end.</returns>
    public async Task<ComparisonResult?> StepAsync(RunStore store, int stopAfter, CancellationToken cancellationToken)
    {
        List<IAsyncDisposable> claims = [];
        try
        {
            foreach (RunIdentity identity in Identities)
            {
                claims.Add(await store.ClaimAsync(new RunStart(identity, []), cancellationToken));
            }
            await using RunWriter writer = new(store);
            using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Comparison comparison = Prepare(new RunJournal(store, writer, Identities));
            Stopper stopper = new(stop, stopAfter);
            try
            {
                await comparison.RunAsync(stopper, stop.Token);
                return comparison.Result();
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                return null;
            }
            finally
            {
                await writer.FlushAsync(cancellationToken);
                Assert.Null(writer.Failure);
                Assert.Equal(0, writer.KnownDraws);
            }
        }
        finally
        {
            foreach (IAsyncDisposable claim in claims)
            {
                await claim.DisposeAsync();
            }
        }
    }

    /// <summary>Everything but times, as text that can be compared.</summary>
    public static string WithoutTimes(ComparisonResult result) => JsonSerializer.Serialize(new
    {
        Rows = result.Rows.Select(row => row with { WallSeconds = 0 }),
        result.Tests,
        result.LeftOut,
        result.Unfinished,
        Transcripts = result.Transcripts.Select(transcript => new
        {
            transcript.Problem.Id,
            transcript.IsCorrect,
            Result = transcript.Result with { Candidates = [] },
            Candidates = transcript.Result.Candidates.Select(candidate => new { candidate.Answer, candidate.Key, candidate.Weight, Score = candidate.Score?.Value, candidate.Score?.Reason }),
        }),
    });

    private Comparison Prepare(IComparisonJournal? journal) =>
        new(_plan, new Counting(new ScriptedProposer(Tree, new ScriptedCosts { FailureRate = FailureRate }), _draws), new ScriptedScorer(Tree), journal: journal);

    private sealed class Stopper(CancellationTokenSource stop, int after) : IProgress<ComparisonProgress>
    {
        public void Report(ComparisonProgress value)
        {
            if (value.Done - value.Kept >= after)
            {
                stop.Cancel();
            }
        }
    }

    /// <summary>Counts the whole answers that really come from the proposer, by problem and slot.</summary>
    private sealed class Counting(IProposer inner, ConcurrentDictionary<string, int> draws) : IProposer
    {
        public ProposerInfo Info => inner.Info;

        public Usage AtMost(Problem problem, int calls, long tokens) => inner.AtMost(problem, calls, tokens);

        public IPopulation Open(Problem problem, SearchContext context) => new CountingPopulation(inner.Open(problem, context), problem, draws);
    }

    private sealed class CountingPopulation(IPopulation inner, Problem problem, ConcurrentDictionary<string, int> draws) : IPopulation
    {
        public IReadOnlyList<PartialAnswer> Rows => inner.Rows;

        public ValueTask GrowAsync(int rows, CancellationToken cancellationToken = default) => inner.GrowAsync(rows, cancellationToken);

        public async ValueTask StepAsync(ReadOnlyMemory<int> rows, StepRule rule, CancellationToken cancellationToken = default)
        {
            await inner.StepAsync(rows, rule, cancellationToken);
            // A beam takes a whole answer too, when it measures how long answers are; that one belongs to its problem's result.
            if (rule is { ToEnd: true, Temperature: > 0 })
            {
                foreach (int row in rows.ToArray())
                {
                    draws.AddOrUpdate($"{problem.Id} {row + rule.SlotOffset} {rule.MaxTotalTokens}", 1, (_, times) => times + 1);
                }
            }
        }

        public ValueTask<double> FollowAsync(int row, PartialAnswer path, int steps, CancellationToken cancellationToken = default) => inner.FollowAsync(row, path, steps, cancellationToken);

        public void Reorder(ReadOnlySpan<int> parents) => inner.Reorder(parents);

        public Mark Keep(int row) => inner.Keep(row);

        public int Restore(Mark mark) => inner.Restore(mark);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
