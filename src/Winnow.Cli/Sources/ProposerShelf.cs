using Winnow.Models;
using Winnow.Search;
using Winnow.Tasks;
using Winnow.Tasks.Families;

namespace Winnow.Cli.Sources;

/// <summary>Proposers over models, as a task needs them.</summary>
internal static class ProposerShelf
{
    /// <summary>Draws answers to a task's problems.</summary>
    /// <param name="model">What draws.</param>
    /// <param name="task">Its answers have a longest length; a model's context may set a shorter one.</param>
    /// <param name="threads">Threads of one problem; 1 where problems run side by side. 0: all cores.</param>
    public static ModelProposer For(ILanguageModel model, TaskSet task, int threads = 0) => new(model, new ModelProposerOptions
    {
        MaxAnswerTokens = MaxAnswerTokens(model, task),
        AnswerLine = AnswerLine(task),
        Threads = threads,
    });

    /// <summary>How answers are drawn, as text: equal texts, equal draws.</summary>
    public static string SamplerOf(ILanguageModel model, TaskSet task) =>
        FormattableString.Invariant($"max-answer-tokens={MaxAnswerTokens(model, task)};answer-line={AnswerLine(task)}");

    private static int MaxAnswerTokens(ILanguageModel model, TaskSet task) => Math.Min(task.MaxAnswerTokens, model.Info.ContextLength);

    private static string? AnswerLine(TaskSet task) => task.StepOracle is null ? null : PromptFormat.AnswerMark.TrimEnd();
}
