using Winnow.Tasks.Answers;

namespace Winnow.Tasks;

/// <summary>A task: problems, how they are answered, and what guessing would score.</summary>
public sealed record TaskSet
{
    /// <summary>Name on the command line, or the file's.</summary>
    public required string Name { get; init; }

    /// <summary>One line for people.</summary>
    public required string Description { get; init; }

    /// <summary>Version of the data, part of every stored run.</summary>
    public required string Version { get; init; }

    /// <summary>Accuracy of guessing without reading the question. Range: 0 … 1.</summary>
    public required double ChanceLevel { get; init; }

    /// <summary>Text that ends a step; null where answers have no steps.</summary>
    public string? StepBoundary { get; init; } = "\n";

    /// <summary>Most tokens of one answer. Unit: tokens.</summary>
    public int MaxAnswerTokens { get; init; } = 256;

    /// <summary>The problems, in file order.</summary>
    public required IReadOnlyList<Problem> Problems { get; init; }

    /// <summary>Whether some of its problems want a judging model that they have not got yet.</summary>
    public bool NeedsJudge => Problems.Any(problem => problem.Checker is JudgeRequired);

    /// <summary>The task with a judge for the problems that want one.</summary>
    /// <param name="judge">Decides about their answers.</param>
    public TaskSet WithJudge(IAnswerChecker judge)
    {
        ArgumentNullException.ThrowIfNull(judge);
        return this with { Problems = [.. Problems.Select(problem => problem.Checker is JudgeRequired ? problem with { Checker = judge } : problem)] };
    }

    /// <summary>Knows right and wrong steps, where the task's generator does.</summary>
    public IStepOracle? StepOracle { get; init; }
}
