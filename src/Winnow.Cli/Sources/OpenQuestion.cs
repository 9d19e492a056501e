using Winnow.Tasks;

namespace Winnow.Cli.Sources;

/// <summary>A text of the user's as a task of one problem whose right answer nobody knows. The whole text that is drawn is the answer.</summary>
internal sealed class OpenQuestion : IAnswerKey, IAnswerChecker
{
    private static readonly OpenQuestion Shared = new();

    private OpenQuestion()
    {
    }

    /// <summary>The task.</summary>
    /// <param name="question">The question for people.</param>
    /// <param name="prompt">What the model reads.</param>
    /// <param name="maxAnswerTokens">Most tokens of the answer; null: as many as a task has by default.</param>
    public static TaskSet TaskOf(string question, string prompt, int? maxAnswerTokens = null)
    {
        TaskSet task = new()
        {
            Name = "question",
            Description = "A question from the command line.",
            Version = "1",
            ChanceLevel = 0,
            Problems = [new Problem { Id = "question", Question = question, Prompt = prompt, HasOwnForm = true, Answers = Shared, Checker = Shared }],
        };
        return maxAnswerTokens is { } tokens ? task with { MaxAnswerTokens = tokens } : task;
    }

    /// <inheritdoc/>
    public string? Canonical(string text) => text.Trim() is { Length: > 0 } trimmed ? trimmed : null;

    /// <inheritdoc/>
    public bool IsCorrect(Problem problem, string answer) =>
        throw new RequestException("The strategy oracle needs the right answer, and nobody knows that of a free question. Use another strategy.");
}
