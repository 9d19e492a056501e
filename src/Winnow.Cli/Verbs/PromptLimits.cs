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
        foreach (Problem problem in problems)
        {
            _ = Encode(model, problem.Prompt, $"prompt of {problem.Id}");
        }
    }

    /// <summary>The tokens of a prompt that leaves room for at least one token.</summary>
    /// <exception cref="RequestException">It does not; the message names it.</exception>
    public static int[] Encode(ILanguageModel model, string prompt, string name = "prompt")
    {
        int context = model.Info.ContextLength;
        int[] tokens = model.Vocabulary.EncodePrompt(prompt);
        return tokens.Length < context
            ? tokens
            : throw new RequestException(
                $"The {name} has {tokens.Length} tokens, and the context of {model.Info.Name} holds {context}, answer included. Shorten the prompt, or use a model with a longer context.");
    }
}
