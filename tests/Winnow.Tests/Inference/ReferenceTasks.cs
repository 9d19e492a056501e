using System.Text.Json;
using Winnow.Models;
using Winnow.Testing.Conformance;

namespace Winnow.Tests.Inference;

/// <summary>Multiple-choice tasks as the reference asked them: no examples, choices never shown, log-probabilities not normalised by length.</summary>
internal static class ReferenceTasks
{
    /// <summary>A question and its answers with their target scores.</summary>
    public sealed record Choices(string Prompt, IReadOnlyList<(string Text, double Target)> Answers);

    public static Choices[] Load(string folder)
    {
        using JsonDocument task = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "task.json")));
        JsonElement root = task.RootElement;
        string before = (root.Text("task_prefix") ?? "") + (root.Text("example_input_prefix") ?? "\nQ: ");
        string after = root.Text("example_output_prefix") ?? "\nA: ";
        return
        [
            .. root.GetProperty("examples").EnumerateArray().Select(example => new Choices(
                before + example.Text("input") + after,
                [.. example.GetProperty("target_scores").EnumerateObject().Select(choice => (choice.Name, choice.Value.AsNumber()))])),
        ];
    }

    /// <summary>Log-probability of a continuation, and its tokens. White space at the end of the prompt goes to its front.</summary>
    public static (double LogProb, int Tokens) Continuation(ILanguageModel model, string prompt, string continuation)
    {
        string bare = prompt.TrimEnd();
        int[] held = model.Vocabulary.Encode(bare);
        int[] whole = model.Vocabulary.Encode(bare + prompt[bare.Length..] + continuation);
        Assert.Equal(held, whole[..held.Length]);
        using ISession session = model.Open(new SessionOptions { MaxRows = 1, MaxCachedTokens = whole.Length });
        int row = session.Add(held);
        session.Forward(new TokenBatch([row], [whole.Length - held.Length], whole.AsSpan(held.Length)), Read.LogProbs);
        float[] logProbs = [.. session.LogProbs(row)];
        return (logProbs.Sum(p => (double)p), logProbs.Length);
    }
}
