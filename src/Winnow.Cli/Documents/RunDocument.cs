using Winnow.Evaluation;

namespace Winnow.Cli.Documents;

/// <summary>What <c>winnow run --json</c> writes. Times stand only in fields called wallSeconds.</summary>
internal sealed record RunDocument
{
    public string Schema { get; init; } = "winnow.run/1";

    public required string Run { get; init; }

    public required string Task { get; init; }

    public required string Model { get; init; }

    public string? Scorer { get; init; }

    public required string Strategy { get; init; }

    public required string Options { get; init; }

    public required ulong Seed { get; init; }

    public required long Budget { get; init; }

    public required double ChanceLevel { get; init; }

    public required int Problems { get; init; }

    public required int PlannedProblems { get; init; }

    public required double Accuracy { get; init; }

    public required double CiLow { get; init; }

    public required double CiHigh { get; init; }

    public required double Coverage { get; init; }

    public required double MeanCandidates { get; init; }

    public required long PromptTokens { get; init; }

    public required long TokensGenerated { get; init; }

    public required long ForwardTokens { get; init; }

    public required long ScorerTokens { get; init; }

    public required long Calls { get; init; }

    public required int Failures { get; init; }

    /// <summary>Null where no model judged.</summary>
    public JudgeDocument? Judge { get; init; }

    public required IReadOnlyList<RunAnswerDocument> Answers { get; init; }

    public required string Store { get; init; }

    public required double WallSeconds { get; init; }

    /// <summary>A run as a document.</summary>
    public static RunDocument Of(string run, string options, ComparisonResult result, IEnumerable<FinishedProblem> outcomes, string store, double wallSeconds, JudgeDocument? judge)
    {
        ComparisonRow row = result.Rows[0];
        return new RunDocument
        {
            Run = run,
            Task = result.Task,
            Model = result.Model,
            Scorer = result.Scorer,
            Strategy = row.Strategy,
            Options = options,
            Seed = result.Seed,
            Budget = row.Budget,
            ChanceLevel = result.ChanceLevel,
            Problems = result.Problems,
            PlannedProblems = result.PlannedProblems,
            Accuracy = row.Accuracy,
            CiLow = row.CiLow,
            CiHigh = row.CiHigh,
            Coverage = row.Coverage,
            MeanCandidates = row.MeanCandidates,
            PromptTokens = row.PromptTokens,
            TokensGenerated = row.TokensGenerated,
            ForwardTokens = row.ForwardTokens,
            ScorerTokens = row.ScorerTokens,
            Calls = row.Calls,
            Failures = row.Failures,
            Judge = judge,
            Answers = [.. outcomes.Select(RunAnswerDocument.Of)],
            Store = store,
            WallSeconds = wallSeconds,
        };
    }
}

/// <summary>What a run found on one problem.</summary>
internal sealed record RunAnswerDocument(string Problem, string? Answer, bool IsCorrect, bool IsCovered, int Candidates, int Failures, long Tokens, string? Error)
{
    public static RunAnswerDocument Of(FinishedProblem finished) => new(
        finished.Problem.Id, finished.Outcome.Result.Answer, finished.Outcome.IsCorrect, finished.Outcome.IsCovered, finished.Outcome.Result.Candidates.Count,
        finished.Outcome.Failures, finished.Outcome.Result.Usage.Tokens, finished.Outcome.Error);

    public static RunAnswerDocument Of(Runs.ProblemResult result) => new(
        result.Problem, result.Answer, result.IsCorrect, result.IsCovered, result.Candidates, result.Failures, result.Usage.Tokens, result.Error);
}
