using Winnow.Models;
using Winnow.Numerics;
using Winnow.Tasks.Families;

namespace Winnow.Torch.Training;

/// <summary>
/// Copying from the context alone: the quickest test of a setting. A million parameters with good initial values and
/// learning rate are at a loss of 1.2 after 0.25 M tokens and 0.8 after 0.40 M; with bad ones they stay above 1.5.
/// </summary>
/// <param name="vocabulary">Tokenizer.</param>
/// <param name="begin">Token that begins a sequence.</param>
/// <param name="end">Token that ends a sequence.</param>
/// <param name="seed">Seed of the examples.</param>
public sealed class CopyDrillSource(IVocabulary vocabulary, int begin, int end, ulong seed) : ISequenceSource
{
    /// <inheritdoc/>
    public TrainingSequence Sequence(long index, long tokensSeen)
    {
        ITaskFamily family = TaskFamilies.Get("copy");
        SplitMix64 random = new(Seeds.Derive(Seeds.Derive(seed, "copy drill"), "index", checked((int)index)));
        GeneratedExample example = HoldOut.DrawTraining(family, random.Pick(family.Levels), random);
        int[] prompt = [begin, .. vocabulary.Encode(PromptFormat.Prompt(AnswerMode.Steps, example.Question))];
        return new TrainingSequence([.. prompt, .. vocabulary.Encode(PromptFormat.Solution(AnswerMode.Steps, example)), end], prompt.Length);
    }
}
