using Winnow.Models;
using Winnow.Tasks;

namespace Winnow.Cli.Verbs;

/// <summary>Refuses prompts that do not fit a model before anything is drawn.</summary>
internal static class PromptLimits
{
    /// <summary>Checks that every prompt leaves room for at least one token of an answer.</summary>
    /// <exception cref="RequestException">One does not; the message names it.</exception>
    public static void Check(ILanguageModel model, IEnumerable<Problem> problems)
    {
        int context = model.Info.ContextLength;
        foreach (Problem problem in problems)
        {
            int tokens = model.Vocabulary.Encode(problem.Prompt, addSpecialTokens: true).Length;
            if (tokens >= context)
            {
                throw new RequestException(
                    $"The prompt of {problem.Id} has {tokens} tokens, and the context of {model.Info.Name} holds {context}, answer included. Shorten the prompt, or use a model with a longer context.");
            }
        }
    }
}
