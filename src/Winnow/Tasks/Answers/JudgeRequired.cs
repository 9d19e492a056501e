namespace Winnow.Tasks.Answers;

/// <summary>Stands where a problem wants a judging model and none has been named; <see cref="TaskSet.WithJudge"/> puts one here.</summary>
internal sealed class JudgeRequired : IAnswerChecker
{
    public static JudgeRequired Instance { get; } = new();

    public bool IsCorrect(Problem problem, string answer) =>
        throw new InvalidOperationException($"Problem {problem.Id} is to be judged by a model and there is none; give it one with TaskSet.WithJudge.");
}
