using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Evaluation;

/// <summary>Several strategies on one task at equal budgets.</summary>
public sealed record ComparisonResult
{
    /// <summary>Name of the task.</summary>
    public required string Task { get; init; }

    /// <summary>Name of the drawing model.</summary>
    public required string Model { get; init; }

    /// <summary>Name of the scorer; null where there was none.</summary>
    public string? Scorer { get; init; }

    /// <summary>Run seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Accuracy of guessing. Range: 0 … 1.</summary>
    public required double ChanceLevel { get; init; }

    /// <summary>Number of problems that the table speaks about.</summary>
    public int Problems { get; init; }

    /// <summary>Number of problems that were to be run; more than <see cref="Problems"/> where the run was stopped.</summary>
    public int PlannedProblems { get; init; }

    /// <summary>One row for each strategy and budget.</summary>
    public required IReadOnlyList<ComparisonRow> Rows { get; init; }

    /// <summary>Paired tests at equal budgets, Holm-corrected together.</summary>
    public required IReadOnlyList<PairedTest> Tests { get; init; }

    /// <summary>Strategies that were asked for and could not run, with the reason.</summary>
    public IReadOnlyList<LeftOut> LeftOut { get; init; } = [];

    /// <summary>Problems that a strategy could not finish because the world failed; they count as not answered.</summary>
    public IReadOnlyList<UnfinishedProblem> Unfinished { get; init; } = [];

    /// <summary>What every strategy did on some problems at the largest budget, chosen to be instructive.</summary>
    public IReadOnlyList<Transcript> Transcripts { get; init; } = [];
}

/// <summary>One strategy at one budget, summed over the problems.</summary>
public sealed record ComparisonRow
{
    /// <summary>Id of the strategy.</summary>
    public required string Strategy { get; init; }

    /// <summary>Cap for each problem. Unit: generated plus scorer tokens.</summary>
    public required long Budget { get; init; }

    /// <summary>Number of problems.</summary>
    public required int N { get; init; }

    /// <summary>Share of right answers. Range: 0 … 1.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Lower end of the 95 % interval.</summary>
    public required double CiLow { get; init; }

    /// <summary>Upper end of the 95 % interval.</summary>
    public required double CiHigh { get; init; }

    /// <summary>Share of problems with at least one right candidate: what a perfect selector would score.</summary>
    public required double Coverage { get; init; }

    /// <summary>Candidates drawn for a problem, on average.</summary>
    public required double MeanCandidates { get; init; }

    /// <summary>Prompt tokens as sent.</summary>
    public required long PromptTokens { get; init; }

    /// <summary>Tokens drawn.</summary>
    public required long TokensGenerated { get; init; }

    /// <summary>Tokens that went through the drawing model, shared prefixes once.</summary>
    public required long ForwardTokens { get; init; }

    /// <summary>Tokens read by the scorer's own model.</summary>
    public required long ScorerTokens { get; init; }

    /// <summary>Draws or requests.</summary>
    public required long Calls { get; init; }

    /// <summary>Candidates that failed, were cut or could not be read.</summary>
    public required int Failures { get; init; }

    /// <summary>Wall time. Unit: seconds.</summary>
    public required double WallSeconds { get; init; }

    /// <summary>Whether each problem was answered rightly, in task order.</summary>
    public required IReadOnlyList<bool> Correct { get; init; }
}

/// <summary>A paired test of two strategies at one budget.</summary>
/// <param name="A">Id of the first strategy.</param>
/// <param name="B">Id of the second.</param>
/// <param name="Budget">The cap both had.</param>
/// <param name="Difference">Accuracy of A less that of B.</param>
/// <param name="CiLow">Lower end of the paired 95 % bootstrap interval.</param>
/// <param name="CiHigh">Upper end of it.</param>
/// <param name="P">Two-sided p-value of McNemar's exact test.</param>
/// <param name="PHolm">The same after Holm's correction over all tests of the comparison.</param>
public sealed record PairedTest(string A, string B, long Budget, double Difference, double CiLow, double CiHigh, double P, double PHolm)
{
    /// <summary>Whether the corrected p-value is at most 0.05.</summary>
    public bool IsReal => PHolm <= 0.05;
}

/// <summary>A strategy that could not run.</summary>
/// <param name="Strategy">Its id.</param>
/// <param name="Reason">Why.</param>
public sealed record LeftOut(string Strategy, string Reason);

/// <summary>A problem that a strategy could not finish.</summary>
/// <param name="Strategy">Id of the strategy.</param>
/// <param name="Budget">The cap it had.</param>
/// <param name="Problem">Id of the problem.</param>
/// <param name="Reason">What failed.</param>
public sealed record UnfinishedProblem(string Strategy, long Budget, string Problem, string Reason);

/// <summary>A problem that a strategy has been through.</summary>
/// <param name="Problem">The problem.</param>
/// <param name="Strategy">Id of the strategy.</param>
/// <param name="Budget">The cap it had.</param>
/// <param name="Outcome">What it found, or why it could not finish.</param>
public sealed record FinishedProblem(Problem Problem, string Strategy, long Budget, ProblemOutcome Outcome);

/// <summary>What one strategy did on one problem.</summary>
/// <param name="Problem">The problem.</param>
/// <param name="Result">What the strategy found, with all its candidates.</param>
/// <param name="IsCorrect">Whether its answer was right.</param>
public sealed record Transcript(Problem Problem, SearchResult Result, bool IsCorrect);
