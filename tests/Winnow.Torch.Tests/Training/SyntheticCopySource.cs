using Winnow.Numerics;
using Winnow.Torch.Training;

namespace Winnow.Torch.Tests.Training;

/// <summary>Sequences of random symbols to repeat, for a vocabulary of a few tokens: 0 padding, 1 end, 2 question, 3 answer.</summary>
internal sealed class SyntheticCopySource(int symbols, int distinct = int.MaxValue) : ISequenceSource
{
    public const int Reserved = 4;

    public TrainingSequence Sequence(long index, long tokensSeen)
    {
        SplitMix64 random = SplitMix64.For(3, "synthetic", (int)(index % distinct));
        int[] body = [.. Enumerable.Range(0, random.Between(1, 5)).Select(_ => Reserved + random.Below(symbols))];
        int[] prompt = [2, .. body, 3];
        return new TrainingSequence([.. prompt, .. body, 1], prompt.Length);
    }
}
