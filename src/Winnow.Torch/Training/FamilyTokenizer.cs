using Winnow.Numerics;
using Winnow.Tasks.Families;

namespace Winnow.Torch.Training;

/// <summary>The tokenizer of the embedded models: every word of the families is one token, every digit another.</summary>
public static class FamilyTokenizer
{
    /// <summary>Padding, identifier 0.</summary>
    public const string PaddingToken = "<|pad|>";

    /// <summary>Begin of a sequence, identifier 1.</summary>
    public const string BeginToken = "<|begin|>";

    /// <summary>End of a sequence, identifier 2.</summary>
    public const string EndToken = "<|end|>";

    /// <summary>Most tokens.</summary>
    public const int RequestedSize = 1_024;

    private const int WordWeight = 60;

    private static readonly string[] Tags =
        [PromptFormat.Tag(AnswerMode.Steps), PromptFormat.Tag(AnswerMode.Direct), "[judge]", "[fill]", PromptFormat.DemonstrationTag];

    /// <summary>Learns the tokenizer from generated text.</summary>
    /// <param name="seed">Where the text comes from.</param>
    /// <param name="examplesPerLevel">Examples of each level of each family.</param>
    /// <remarks>
    /// Each word of the closed vocabulary is added sixty times with the space before it, so that no rare one falls apart.
    /// Cost: a few seconds.
    /// </remarks>
    public static LearnedVocabulary Train(ulong seed, int examplesPerLevel = 200)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(examplesPerLevel, 1);
        BytePairTrainer trainer = new();
        foreach (ITaskFamily family in TaskFamilies.All)
        {
            foreach (int level in family.Levels)
            {
                SplitMix64 random = SplitMix64.For(seed, family.Id, level);
                for (int i = 0; i < examplesPerLevel; i++)
                {
                    GeneratedExample example = HoldOut.DrawTraining(family, level, random);
                    trainer.Add($" Q: {example.Question}\n{PromptFormat.Solution(AnswerMode.Steps, example)}\n");
                }
            }
        }
        foreach (string word in ClosedVocabulary.AllWords)
        {
            trainer.Add(" " + word, WordWeight);
        }
        return trainer.Train(RequestedSize, [PaddingToken, BeginToken, EndToken], Tags);
    }
}
