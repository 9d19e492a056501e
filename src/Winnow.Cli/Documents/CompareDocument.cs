using System.Text.Json.Serialization;
using Winnow.Evaluation;

namespace Winnow.Cli.Documents;

/// <summary>What <c>winnow compare --json</c> writes. Times stand only in fields called wallSeconds.</summary>
internal sealed record CompareDocument
{
    public string Schema { get; init; } = "winnow.compare/1";

    public required string Task { get; init; }

    public required string Model { get; init; }

    public string? Scorer { get; init; }

    public required ulong Seed { get; init; }

    public required double ChanceLevel { get; init; }

    public required int Problems { get; init; }

    public required int PlannedProblems { get; init; }

    public required IReadOnlyList<CompareResultDocument> Results { get; init; }

    public required IReadOnlyList<CompareTestDocument> Tests { get; init; }

    public required IReadOnlyList<LeftOut> LeftOut { get; init; }

    public required IReadOnlyList<UnfinishedProblem> Unfinished { get; init; }

    /// <summary>Null where no model judged.</summary>
    public JudgeDocument? Judge { get; init; }

    public required CompareFilesDocument Files { get; init; }

    public required double WallSeconds { get; init; }

    /// <summary>A comparison as a document.</summary>
    public static CompareDocument Of(ComparisonResult result, CompareFilesDocument files, double wallSeconds, JudgeDocument? judge) => new()
    {
        Task = result.Task,
        Model = result.Model,
        Scorer = result.Scorer,
        Seed = result.Seed,
        ChanceLevel = result.ChanceLevel,
        Problems = result.Problems,
        PlannedProblems = result.PlannedProblems,
        Results = [.. result.Rows.Select(row => new CompareResultDocument(
            row.Strategy, row.Budget, row.N, row.Accuracy, row.CiLow, row.CiHigh, row.Coverage, row.MeanCandidates, row.PromptTokens,
            row.TokensGenerated, row.ForwardTokens, row.ScorerTokens, row.Calls, row.Failures, row.WallSeconds))],
        Tests = [.. result.Tests.Select(test => new CompareTestDocument(
            test.A, test.B, test.Budget, test.Difference, test.CiLow, test.CiHigh, test.P, test.PHolm))],
        LeftOut = result.LeftOut,
        Unfinished = result.Unfinished,
        Judge = judge,
        Files = files,
        WallSeconds = wallSeconds,
    };
}

/// <summary>A row of the table.</summary>
internal sealed record CompareResultDocument(
    string Strategy,
    long Budget,
    int N,
    double Accuracy,
    double CiLow,
    double CiHigh,
    double Coverage,
    double MeanCandidates,
    long PromptTokens,
    long TokensGenerated,
    long ForwardTokens,
    long ScorerTokens,
    long Calls,
    int Failures,
    double WallSeconds);

/// <summary>A paired test.</summary>
internal sealed record CompareTestDocument(
    string A, string B, long Budget, double Difference, double CiLow, double CiHigh, double P, [property: JsonPropertyName("pHolm")] double PHolm);

/// <summary>Files that were written; null and empty where none were.</summary>
internal sealed record CompareFilesDocument(string? Report, IReadOnlyList<string> Plots);
