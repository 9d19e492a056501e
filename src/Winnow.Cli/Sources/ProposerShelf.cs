using Winnow.Evaluation;
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
    public static ModelProposer For(ILanguageModel model, TaskSet task) => new(model, OptionsFor(model, task));

    /// <summary>The same, with the number of rows of a search fitted to how long this model's answers to this task usually are.</summary>
    /// <param name="model">What draws.</param>
    /// <param name="task">The task.</param>
    /// <param name="threads">Threads of one problem; 1 where problems run side by side. 0: all cores.</param>
    /// <param name="cancellationToken">Stops the measurement.</param>
    public static async Task<ModelProposer> MeasuredAsync(ILanguageModel model, TaskSet task, int threads, CancellationToken cancellationToken)
    {
        ModelProposerOptions options = OptionsFor(model, task);
        int? usual = await AnswerLengthPilot.MeasureAsync(new ModelProposer(model, options), task.Problems, cancellationToken: cancellationToken).ConfigureAwait(false);
        return new ModelProposer(model, options with { TypicalAnswerTokens = usual, Threads = threads });
    }

    private static ModelProposerOptions OptionsFor(ILanguageModel model, TaskSet task) => new()
    {
        MaxAnswerTokens = Math.Min(task.MaxAnswerTokens, model.Info.ContextLength),
        AnswerLine = task.StepOracle is null ? null : PromptFormat.AnswerMark.TrimEnd(),
    };
}
