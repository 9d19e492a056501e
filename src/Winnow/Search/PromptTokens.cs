using Winnow.Models;

namespace Winnow.Search;

/// <summary>What a model reads before it answers.</summary>
internal static class PromptTokens
{
    /// <summary>A prompt with the tokens that its tokenizer puts before a text, without those that it puts behind.</summary>
    /// <exception cref="ArgumentException">The prompt has no tokens, or leaves no room in the model's context.</exception>
    public static int[] Of(ILanguageModel model, string prompt)
    {
        ReadOnlySpan<int> tokens = model.Vocabulary.EncodePrompt(prompt);
        while (!tokens.IsEmpty && tokens[^1] == model.Vocabulary.EndOfSequence)
        {
            tokens = tokens[..^1];
        }
        if (tokens.IsEmpty)
        {
            throw new ArgumentException("The prompt has no tokens; give the model something to continue.", nameof(prompt));
        }
        if (tokens.Length >= model.Info.ContextLength)
        {
            throw new ArgumentException($"The prompt has {tokens.Length} tokens; {model.Info.Name} reads at most {model.Info.ContextLength}, answer included. Shorten it.", nameof(prompt));
        }
        return tokens.ToArray();
    }
}
