namespace Winnow.Models;

/// <summary>Tokens of what a model reads before it answers.</summary>
public static class PromptEncoding
{
    /// <summary>
    /// Tokens of a prompt, with the special tokens that the tokenizer puts around texts. A prompt that begins with a
    /// special token, as those of chat templates do, is complete and gets none.
    /// </summary>
    /// <param name="vocabulary">The tokenizer.</param>
    /// <param name="prompt">The prompt; special tokens written in it count as such.</param>
    public static int[] EncodePrompt(this IVocabulary vocabulary, string prompt)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        ArgumentNullException.ThrowIfNull(prompt);
        int[] tokens = vocabulary.Encode(prompt, addSpecialTokens: false);
        return tokens is [var first, ..] && vocabulary.IsSpecial(first) ? tokens : vocabulary.Encode(prompt, addSpecialTokens: true);
    }
}
