using Winnow.Budgets;

namespace Winnow.Runs;

/// <summary>What a run found on one problem, as it is stored.</summary>
public sealed record ProblemResult
{
    /// <summary>The run.</summary>
    public required string Run { get; init; }

    /// <summary>Id of the problem.</summary>
    public required string Problem { get; init; }

    /// <summary>Its place among the run's problems, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>The answer chosen; null where there is none.</summary>
    public string? Answer { get; init; }

    /// <summary>Whether it is right.</summary>
    public required bool IsCorrect { get; init; }

    /// <summary>Whether any candidate is right.</summary>
    public required bool IsCovered { get; init; }

    /// <summary>Candidates that failed, were cut or have no readable answer.</summary>
    public required int Failures { get; init; }

    /// <summary>Number of candidates.</summary>
    public required int Candidates { get; init; }

    /// <summary>What it used.</summary>
    public required Usage Usage { get; init; }

    /// <summary>Wall time. Unit: seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Why it could not be finished; null where it was.</summary>
    public string? Error { get; init; }

    /// <summary>When it was finished, in UTC.</summary>
    public required DateTimeOffset Finished { get; init; }

    /// <summary>The choice and every candidate, as JSON: those that are draws of the series by key, others in full.</summary>
    public required string Details { get; init; }
}
