using Winnow.Evaluation;
using Winnow.Runs;

namespace Winnow.Cli.Documents;

/// <summary>What <c>winnow runs --json</c> writes.</summary>
internal sealed record RunsDocument
{
    public string Schema { get; init; } = "winnow.runs/1";

    public required string Store { get; init; }

    public required IReadOnlyList<RunLineDocument> Runs { get; init; }
}

/// <summary>What <c>winnow runs show --json</c> writes.</summary>
internal sealed record RunShowDocument
{
    public string Schema { get; init; } = "winnow.runs-show/1";

    public required RunLineDocument Run { get; init; }

    public required IReadOnlyList<string> Command { get; init; }

    public required RunIdentityDocument Identity { get; init; }

    /// <summary>What was spent on it, or on the comparison that it is part of: repeated and failed requests, judges and interrupted work included.</summary>
    public required IReadOnlyList<RunPartDocument> Parts { get; init; }

    /// <summary>Draws that failed, by kind.</summary>
    public required IReadOnlyList<RunFailureDocument> Failures { get; init; }

    public required IReadOnlyList<RunAnswerDocument> Answers { get; init; }
}

/// <summary>What one process spent, and under which caps.</summary>
internal sealed record RunPartDocument(
    string Version, string Build, DateTimeOffset Begun, DateTimeOffset Written, UsageDocument Usage, decimal Cost, double WallSeconds,
    long? MaxCalls, decimal? MaxCost, double? MaxSeconds)
{
    public static RunPartDocument Of(RunPart part) => new(
        part.Version, part.Build, part.Begun, part.Written, UsageDocument.Of(part.Used), part.Used.Cost, part.Used.Seconds,
        part.Caps.MaxCalls, part.Caps.MaxCost, part.Caps.MaxSeconds);
}

/// <summary>Draws that failed in one way.</summary>
internal sealed record RunFailureDocument(string Kind, int Count, int TriedAgain, string Example)
{
    public static RunFailureDocument Of(RunFailure failure) => new(failure.Kind.ToString(), failure.Count, failure.TriedAgain, failure.Example);
}

/// <summary>What <c>winnow runs compare --json</c> writes.</summary>
internal sealed record RunPairDocument
{
    public string Schema { get; init; } = "winnow.runs-compare/1";

    public required RunLineDocument A { get; init; }

    public required RunLineDocument B { get; init; }

    /// <summary>Problems that both have finished.</summary>
    public required int Problems { get; init; }

    public required double AccuracyA { get; init; }

    public required double AccuracyB { get; init; }

    public required double Difference { get; init; }

    public required double CiLow { get; init; }

    public required double CiHigh { get; init; }

    public required double P { get; init; }

    public required IReadOnlyList<string> OnlyA { get; init; }

    public required IReadOnlyList<string> OnlyB { get; init; }
}

/// <summary>What <c>winnow runs export --json</c> writes.</summary>
internal sealed record RunExportDocument
{
    public string Schema { get; init; } = "winnow.runs-export/1";

    public required string Run { get; init; }

    public required IReadOnlyList<string> Files { get; init; }

    public required int Problems { get; init; }
}

/// <summary>What <c>winnow runs rescore --json</c> writes.</summary>
internal sealed record RunRescoreDocument
{
    public string Schema { get; init; } = "winnow.runs-rescore/1";

    public required string Run { get; init; }

    public required int Problems { get; init; }

    public required double AccuracyBefore { get; init; }

    public required double Accuracy { get; init; }

    public required double CiLow { get; init; }

    public required double CiHigh { get; init; }

    /// <summary>Problems whose answer or verdict is another now.</summary>
    public required IReadOnlyList<RunRescoredDocument> Changed { get; init; }

    /// <summary>Problems of the run that the task has no more.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    public required bool Kept { get; init; }
}

/// <summary>A problem whose answer or verdict is another now.</summary>
internal sealed record RunRescoredDocument(string Problem, string? AnswerBefore, string? Answer, bool WasCorrect, bool IsCorrect);

/// <summary>What <c>winnow runs delete --json</c> writes.</summary>
internal sealed record RunDeleteDocument
{
    public string Schema { get; init; } = "winnow.runs-delete/1";

    public required IReadOnlyList<string> Deleted { get; init; }
}

/// <summary>A run in a line.</summary>
internal sealed record RunLineDocument(
    string Id,
    string State,
    string Task,
    string Model,
    string? Scorer,
    string Strategy,
    string Options,
    long? Budget,
    ulong Seed,
    int Problems,
    int Finished,
    int Failed,
    double? Accuracy,
    double? CiLow,
    double? CiHigh,
    double? Coverage,
    int Failures,
    UsageDocument Usage,
    decimal Cost,
    string? Comparison,
    DateTimeOffset Begun,
    DateTimeOffset Written)
{
    public static RunLineDocument Of(RunRecord run)
    {
        int n = run.Finished + run.Failed;
        Interval? interval = n == 0 ? null : BinomialIntervals.Wilson(run.Correct, n);
        return new RunLineDocument(
            run.Id, StateOf(run.State), run.Identity.Task, run.Identity.Model, run.Identity.Scorer, run.Identity.Strategy, run.Identity.Options,
            run.Identity.Budget.MaxTokens, run.Identity.Seed, run.Identity.ProblemCount, run.Finished, run.Failed,
            n == 0 ? null : (double)run.Correct / n, interval?.Low, interval?.High, n == 0 ? null : (double)run.Covered / n,
            run.Failures, UsageDocument.Of(run.Used), run.Used.Cost, run.Comparison, run.Begun, run.Written);
    }

    private static string StateOf(RunState state) => state switch
    {
        RunState.Done => "done",
        RunState.DoneInPart => "doneInPart",
        _ => "unfinished",
    };
}

/// <summary>Everything that a run's result is a function of.</summary>
internal sealed record RunIdentityDocument(
    int Format, string Build, string Version, string TaskVersion, string Problems, string? ModelChecksum, string Sampler, string? ScorerChecksum, string? Judge, string? JudgeChecksum, string Series)
{
    public static RunIdentityDocument Of(RunIdentity identity) => new(
        identity.Format, identity.Build, identity.Version, identity.TaskVersion, identity.Problems, identity.ModelChecksum, identity.Sampler, identity.ScorerChecksum, identity.Judge, identity.JudgeChecksum, identity.Series);
}
