using System.Globalization;
using System.Text;
using Winnow.Decoding.Generation;
using Winnow.Models;

namespace Winnow.Decoding.Navigation;

/// <summary>Settings of in-context navigation.</summary>
public sealed record NavigationOptions
{
    /// <summary>Times that the list prompt is read anew. At least 1; default 10.</summary>
    public int Runs { get; init { ArgumentOutOfRangeException.ThrowIfLessThan(value, 1); field = value; } } = 10;

    /// <summary>New answers taken from one reading of the list prompt. At least 1; default 10; 1 is pure one-at-a-time navigation.</summary>
    public int AnswersPerRun { get; init { ArgumentOutOfRangeException.ThrowIfLessThan(value, 1); field = value; } } = 10;

    /// <summary>Tokens of an answer at most. At least 1; default 64.</summary>
    public int MaxTokens { get; init { ArgumentOutOfRangeException.ThrowIfLessThan(value, 1); field = value; } } = 64;

    /// <summary>Text at which an answer ends; default a closing quote.</summary>
    public string Stop { get; init; } = "\"";

    /// <summary>Whether answers are completed from the initial prompt, so that the list steers their first token only (the paper's regular form).</summary>
    public bool CompletesFromInitialPrompt { get; init; } = true;
}

/// <summary>An answer found by navigation.</summary>
/// <param name="Text">The answer, trimmed; empty where the model said nothing.</param>
/// <param name="FirstToken">The token it was started with.</param>
/// <param name="Run">The run that found it, from 0.</param>
public sealed record NavigatedAnswer(string Text, int FirstToken, int Run)
{
    /// <summary>Its tokens, the first one and those that ended it included.</summary>
    public IReadOnlyList<int> Tokens { get; init; } = [FirstToken];

    /// <summary>Their natural-log probability after the prompt that the answer was completed from.</summary>
    public double LogProb { get; init; }

    /// <summary>Why it ended.</summary>
    public FinishReason Finish { get; init; } = FinishReason.StopString;
}

/// <summary>
/// In-context navigation: asks for different answers by listing what was found, taking the best first token that no answer
/// has used, and completing each greedily.
/// </summary>
/// <remarks>
/// Source: Peng, An and Shang, "Correlation and Navigation in the Vocabulary Key Representation Space" (ICLR 2025). First
/// tokens are compared by their text. Where the list no longer fits the context, the oldest answers are left out of it; their
/// first tokens stay used. Cost: prompts grow with the list, so tokens are quadratic in the number of answers.
/// </remarks>
public static class VocabularyNavigator
{
    /// <summary>The most probable first token that no answer has used.</summary>
    /// <param name="logits">Shape [V]; finite or −∞.</param>
    /// <param name="isUsed">Whether a token's text was used already.</param>
    /// <returns>The token, the lower id among equals; −1 where all are used.</returns>
    public static int NextFirstToken(ReadOnlySpan<float> logits, Func<int, bool> isUsed)
    {
        ArgumentNullException.ThrowIfNull(isUsed);
        int best = -1;
        for (int token = 0; token < logits.Length; token++)
        {
            if (!float.IsNegativeInfinity(logits[token]) && (best < 0 || logits[token] > logits[best]) && !isUsed(token))
            {
                best = token;
            }
        }
        return best;
    }

    /// <summary>Finds different answers.</summary>
    /// <param name="model">Any white-box model.</param>
    /// <param name="instruction">What is asked for, without an answer.</param>
    /// <param name="initialPrompt">The prompt that answers are completed from, up to and with the opening quote.</param>
    /// <param name="options">Settings.</param>
    /// <param name="cancellationToken">Stops between answers.</param>
    /// <returns>Answers in the order they were found; empty ones are kept but never listed.</returns>
    public static IReadOnlyList<NavigatedAnswer> Run(
        ILanguageModel model, string instruction, string initialPrompt, NavigationOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        IVocabulary vocabulary = model.Vocabulary;
        HashSet<string> usedTexts = new(StringComparer.Ordinal);
        List<NavigatedAnswer> answers = [];
        for (int run = 0; run < options.Runs; run++)
        {
            int[] list = ListTokens(model, instruction, answers, options.MaxTokens);
            int[] from = options.CompletesFromInitialPrompt ? vocabulary.Encode(initialPrompt, addSpecialTokens: true) : list;
            using ISession session = model.Open(new SessionOptions { MaxRows = 2, MaxCachedTokens = 2 * model.Info.ContextLength });
            float[] firstLogits = session.Logits(session.Add(list), list.Length - 1).ToArray();
            int row = session.Add(from);
            float[] ownLogits = session.Logits(row, from.Length - 1).ToArray();
            for (int found = 0; found < options.AnswersPerRun; found++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int first = NextFirstToken(firstLogits, token => vocabulary.IsSpecial(token) || usedTexts.Contains(vocabulary.Decode([token]).Trim()));
                if (first < 0)
                {
                    return answers;
                }
                usedTexts.Add(vocabulary.Decode([first]).Trim());
                answers.Add(Complete(session, row, model, new NavigatedAnswer("", first, run) { LogProb = TokenSampler.LogProb(ownLogits, first) }, options));
                session.Truncate(row, from.Length);
            }
        }
        return answers;
    }

    /// <summary>The prompt that lists answers and asks for the next one; it ends with an opening quote.</summary>
    /// <param name="instruction">What is asked for.</param>
    /// <param name="answers">Answers found so far; empty ones are not listed.</param>
    public static string ListPrompt(string instruction, params IEnumerable<NavigatedAnswer> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        StringBuilder prompt = new StringBuilder(instruction).Append("\nAnswer:\n");
        int number = 1;
        foreach (NavigatedAnswer answer in answers.Where(a => a.Text.Length > 0))
        {
            prompt.Append(CultureInfo.InvariantCulture, $"{number++}. \"{answer.Text}\"\n");
        }
        return prompt.Append(CultureInfo.InvariantCulture, $"{number}. \"").ToString();
    }

    private static int[] ListTokens(ILanguageModel model, string instruction, List<NavigatedAnswer> answers, int mostTokens)
    {
        int room = model.Info.ContextLength - Math.Min(mostTokens, model.Info.ContextLength / 2);
        for (int left = 0; ; left++)
        {
            int[] tokens = model.Vocabulary.Encode(ListPrompt(instruction, answers.Skip(left)), addSpecialTokens: true);
            if (tokens.Length <= room || left >= answers.Count)
            {
                return tokens;
            }
        }
    }

    private static NavigatedAnswer Complete(ISession session, int row, ILanguageModel model, NavigatedAnswer answer, NavigationOptions options)
    {
        IVocabulary vocabulary = model.Vocabulary;
        List<int> tokens = [answer.FirstToken];
        double logProb = answer.LogProb;
        while (true)
        {
            string text = vocabulary.Decode(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(tokens));
            int stop = text.IndexOf(options.Stop, StringComparison.Ordinal);
            FinishReason? finish = stop >= 0 ? FinishReason.StopString
                : tokens[^1] == vocabulary.EndOfSequence ? FinishReason.EndToken
                : tokens.Count >= options.MaxTokens ? FinishReason.MaxTokens
                : session.Length(row) >= model.Info.ContextLength ? FinishReason.ContextFull
                : null;
            if (finish is { } reason)
            {
                return answer with { Text = (stop < 0 ? text : text[..stop]).Trim(), Tokens = tokens, LogProb = logProb, Finish = reason };
            }
            session.Forward(new TokenBatch([row], [1], [tokens[^1]]), Read.LastLogits);
            TokenDraw next = TokenSampler.Greedy(session.Logits(row, session.Length(row) - 1));
            tokens.Add(next.Token);
            logProb += next.LogProb;
        }
    }
}
