using Microsoft.Extensions.AI;
using Winnow.Inference;
using Winnow.Models;
using Winnow.Search;
using Winnow.Search.Chat;
using Winnow.Tasks.Families;

namespace Winnow.Embedded;

/// <summary>The models that come with Winnow.</summary>
public static class EmbeddedModels
{
    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => EmbeddedManifest.Default.Models.Keys;

    /// <summary>Folder of a model's files.</summary>
    /// <exception cref="ArgumentException">There is no such model.</exception>
    public static string FolderOf(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return EmbeddedManifest.Default.Models.ContainsKey(name)
            ? Path.Combine(EmbeddedManifest.Folder, "models", name)
            : throw new ArgumentException($"There is no embedded model \"{name}\"; use one of {string.Join(", ", Names)}.", nameof(name));
    }

    /// <summary>Loads a model. Cost: some ten milliseconds.</summary>
    /// <param name="name">Its name; null: the one that draws by default.</param>
    /// <exception cref="ArgumentException">There is no such model.</exception>
    /// <exception cref="WinnowException">Its files are missing or broken.</exception>
    public static ILanguageModel Load(string? name = null) => DecoderModel.Load(FolderOf(name ?? EmbeddedManifest.Default.DefaultModel));

    /// <summary>A model as a chat client. The last user message is the question; strategies around the client see its tokens.</summary>
    /// <param name="name">Its name; null: the one that draws by default.</param>
    public static LanguageModelChatClient OpenChatClient(string? name = null)
    {
        ILanguageModel model = Load(name);
        var proposer = new ModelProposer(model, new ModelProposerOptions
        {
            MaxAnswerTokens = FamilyTasks.MaxAnswerTokens,
            AnswerLine = PromptFormat.AnswerMark.TrimEnd(),
        });
        return new LanguageModelChatClient(model, proposer, static conversation =>
            PromptFormat.Prompt(AnswerMode.Steps, conversation.LastOrDefault(message => message.Role == ChatRole.User)?.Text ?? ""));
    }
}
