using System.Globalization;
using Winnow.Tasks.Answers;

namespace Winnow.Tasks.Families;

/// <summary>Generated problems as problems and tasks.</summary>
public static class FamilyTasks
{
    /// <summary>Most tokens of an answer: with the longest prompt it still fits a context of 512.</summary>
    public const int MaxAnswerTokens = 384;

    private static readonly AnswerLineKey Answers = new();
    private static readonly ExactAnswerChecker Checker = new();

    /// <summary>A generated example as a problem.</summary>
    /// <param name="example">The example.</param>
    /// <param name="id">Identifier, unique within the task.</param>
    /// <param name="mode">How it is to be answered.</param>
    public static Problem ToProblem(GeneratedExample example, string id, AnswerMode mode = AnswerMode.Steps)
    {
        ArgumentNullException.ThrowIfNull(example);
        return ToProblem(id, example.Family, example.Level, example.Question, example.Answer, mode);
    }

    /// <summary>Generated examples as a task. Its problems are numbered from 1.</summary>
    /// <param name="name">Name of the task.</param>
    /// <param name="description">One line for people.</param>
    /// <param name="version">Version of its problems.</param>
    /// <param name="examples">What it is made of.</param>
    public static TaskSet ToTask(string name, string description, string version, IEnumerable<GeneratedExample> examples) =>
        ToTask(name, description, version,
            [.. examples.Select((example, i) => ToProblem(example, (i + 1).ToString(CultureInfo.InvariantCulture)))]);

    internal static Problem ToProblem(string id, string family, int level, string question, string target, AnswerMode mode = AnswerMode.Steps) => new()
    {
        Id = id,
        Question = question,
        Prompt = PromptFormat.Prompt(mode, question),
        HasOwnForm = true,
        Target = target,
        Family = family,
        Level = level,
        Answers = Answers,
        Checker = Checker,
    };

    /// <remarks>Guessing scores a half on a problem of two answers, and nothing elsewhere.</remarks>
    internal static TaskSet ToTask(string name, string description, string version, IReadOnlyList<Problem> problems) => new()
    {
        Name = name,
        Description = description,
        Version = version,
        ChanceLevel = problems.Count == 0 ? 0 : problems.Average(problem => TaskFamilies.Get(problem.Family!).IsBinary ? 0.5 : 0.0),
        MaxAnswerTokens = MaxAnswerTokens,
        Problems = problems,
        StepOracle = FamilyStepOracle.Instance,
    };
}

/// <summary>The step oracles of all families as one.</summary>
public sealed class FamilyStepOracle : IStepOracle
{
    /// <summary>The one oracle; it has no state.</summary>
    public static FamilyStepOracle Instance { get; } = new();

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The problem names no family, or its question is not of that family.</exception>
    public IReadOnlyList<bool> CheckSteps(Problem problem, string partialAnswer)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return TaskFamilies.Get(problem.Family ?? "").CheckSteps(problem.Question, partialAnswer);
    }
}
