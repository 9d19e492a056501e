using System.Text.Json;
using Winnow.Budgets;
using Winnow.Evaluation;
using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Tests.Evaluation;

/// <summary>Comparisons on scripted trees, and strategies whose outcome a test decides.</summary>
internal static class ScriptedComparisons
{
    /// <summary>Three first steps, then two finished answers each; "7" is right, and a scorer that is right about most of it.</summary>
    public static ScriptedTree Tree { get; } = new(
        parents: [0, 0, 0, 0, 1, 1, 2, 2, 3, 3],
        probabilities: [1, 0.4, 0.35, 0.25, 0.7, 0.3, 0.6, 0.4, 0.5, 0.5],
        scores: [1, 0.8, 0.5, 0.3, 0.9, 0.4, 0.3, 0.2, 0.6, 0.1],
        tokens: [0, 3, 5, 4, 2, 6, 3, 7, 1, 9],
        answers: [null, null, null, null, "7", "8", "9", null, "7", "8"]);

    public static TaskSet Task(int problems) => new()
    {
        Name = "scripted",
        Description = "answers of a scripted tree",
        Version = "1",
        ChanceLevel = 0,
        Problems = [.. Enumerable.Range(0, problems).Select(i => ScriptedTree.ProblemFor($"p{i}", "7"))],
    };

    public static ComparisonPlan Plan(int problems, params IStrategy[] strategies) => new()
    {
        Task = Task(problems),
        Strategies = strategies,
        Budgets = [20, 60],
        Seed = 11,
        Threads = 1,
        Transcripts = problems,
    };

    public static IStrategy[] AllStrategies() => [.. Strategies.Ids.Select(id => Strategies.Create(id))];

    public static async Task<ComparisonResult> RunAsync(ComparisonPlan plan, IProposer? proposer = null, IScorer? scorer = null)
    {
        Comparison comparison = new(plan, proposer ?? new ScriptedProposer(Tree), scorer ?? new ScriptedScorer(Tree));
        await comparison.RunAsync(cancellationToken: TestContext.Current.CancellationToken);
        return comparison.Result();
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
            transcript.Result.Strategy,
            transcript.Result.Answer,
            transcript.Result.Usage,
            Candidates = transcript.Result.Candidates.Select(candidate => new { candidate.Answer.Text, candidate.Answer.State, candidate.Key, candidate.Weight }),
        }),
    });
}

/// <summary>A strategy that answers by a rule, without drawing.</summary>
internal sealed class RuledStrategy(string id, Func<Problem, string?> answer) : IStrategy
{
    public string Id => id;

    public string? WhyUnsuited(ProposerInfo proposer, ScorerInfo? scorer) => null;

    public Task<SearchResult> SolveAsync(Problem problem, IProposer proposer, IScorer? scorer, SearchContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(new SearchResult { Strategy = id, Answer = answer(problem) });
}

/// <summary>Counts the tokens that a proposer really draws.</summary>
internal sealed class CountingProposer(IProposer inner) : IProposer
{
    private long _drawn;

    public long Drawn => Interlocked.Read(ref _drawn);

    public ProposerInfo Info => inner.Info;

    public Usage AtMost(Problem problem, int calls, long tokens) => inner.AtMost(problem, calls, tokens);

    public IPopulation Open(Problem problem, SearchContext context) => inner.Open(problem, context with { Ledger = new CountingLedger(this, context.Ledger) });

    private sealed class CountingLedger(CountingProposer counter, ILedger inner) : ILedger
    {
        public Budget Budget => inner.Budget;

        public Usage Used => inner.Used;

        public Budget Remaining => inner.Remaining;

        public bool TryReserve(in Usage atMost, out Lease lease)
        {
            bool granted = inner.TryReserve(atMost, out Lease own);
            lease = granted ? new CountingLease(counter, own) : own;
            return granted;
        }
    }

    private sealed class CountingLease(CountingProposer counter, Lease inner) : Lease
    {
        public override void Settle(in Usage actual)
        {
            Interlocked.Add(ref counter._drawn, actual.TokensGenerated);
            inner.Settle(actual);
        }

        protected override void Dispose(bool disposing) => inner.Dispose();
    }
}

/// <summary>Counts the answers that a scorer is really asked about.</summary>
internal sealed class CountingScorer(IScorer inner) : IScorer
{
    private int _asked;

    public int Asked => _asked;

    public ScorerInfo Info => inner.Info;

    public Usage AtMost(Problem problem, int calls, long tokens) => inner.AtMost(problem, calls, tokens);

    public IScoring Open(Problem problem, SearchContext context) => new Scoring(this, inner.Open(problem, context));

    private sealed class Scoring(CountingScorer counter, IScoring inner) : IScoring
    {
        public ValueTask ScoreAsync(IPopulation rows, ReadOnlyMemory<int> which, Memory<Score> scores, CancellationToken cancellationToken = default)
        {
            Interlocked.Add(ref counter._asked, which.Length);
            return inner.ScoreAsync(rows, which, scores, cancellationToken);
        }

        public void Reorder(ReadOnlySpan<int> parents) => inner.Reorder(parents);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
