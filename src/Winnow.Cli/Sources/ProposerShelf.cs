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
        MaxAnswerTokens = Math.Min(task.MaxAnswerTokens, model.Info.ContextLength),
        AnswerLine = task.StepOracle is null ? null : PromptFormat.AnswerMark.TrimEnd(),
        Threads = threads,
    });
}
