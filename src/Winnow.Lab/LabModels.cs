using Winnow.Embedded;
using Winnow.Inference;
using Winnow.Models;
using Winnow.Search;
using Winnow.Tasks.Families;

namespace Winnow.Lab;

/// <summary>Models and scorers as they are named on the laboratory's command line: an embedded name or a folder.</summary>
internal static class LabModels
{
    public static DecoderModel Load(string nameOrFolder) => DecoderModel.Load(
        Directory.Exists(nameOrFolder) ? nameOrFolder : EmbeddedModels.FolderOf(nameOrFolder));

    /// <summary>Draws answers to generated problems. Problems run side by side, so each uses one thread.</summary>
    public static ModelProposer Proposer(ILanguageModel model) => new(model, new ModelProposerOptions
    {
        MaxAnswerTokens = FamilyTasks.MaxAnswerTokens,
        AnswerLine = PromptFormat.AnswerMark.TrimEnd(),
        Threads = 1,
    });

    /// <summary>A scorer of what a model draws.</summary>
    /// <param name="name"><c>logprob</c>, <c>logprob:MODEL</c> or <c>prm:MODEL</c>.</param>
    /// <param name="drawing">Vocabulary of the model that draws.</param>
    public static IScorer Scorer(string name, IVocabulary drawing) => name.Split(':', 2) switch
    {
        ["logprob"] => new LogProbScorer(),
        ["logprob", { Length: > 0 } model] => new ModelLogProbScorer(Load(model), drawing, model),
        ["prm", { Length: > 0 } model] => new ProcessRewardScorer(Load(model), drawing, model),
        _ => throw new ArgumentException($"There is no scorer \"{name}\"; use logprob, logprob:MODEL or prm:MODEL.", nameof(name)),
    };
}
