namespace Winnow.Torch.Training;

/// <summary>One sequence to learn from.</summary>
/// <param name="Tokens">All its tokens.</param>
/// <param name="PromptLength">How many of them are given; the loss is on the others. Range: 1 … Tokens.Length − 1.</param>
public sealed record TrainingSequence(int[] Tokens, int PromptLength);

/// <summary>Sequences as a pure function of their number, so that a resumed run sees what the uninterrupted one would.</summary>
public interface ISequenceSource
{
    /// <summary>One sequence.</summary>
    /// <param name="index">Its number in the run, from 0.</param>
    /// <param name="tokensSeen">Tokens trained on when its pool was made, which decides the stage of a curriculum.</param>
    TrainingSequence Sequence(long index, long tokensSeen);
}
