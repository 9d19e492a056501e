using Winnow.Numerics;

namespace Winnow.Tasks.Families;

/// <summary>What one training sequence reads and what it learns to write; begin and end tokens go around them.</summary>
/// <param name="Prompt">Read, not learned. It ends with a line feed.</param>
/// <param name="Solution">Learned, with the end token after it.</param>
public sealed record TrainingSequence(string Prompt, string Solution)
{
    /// <summary>Highest level of a demonstration.</summary>
    public const int MaxDemonstrationLevel = 3;

    /// <summary>Most pieces of a sequence with demonstrations; fewer are shown where they would not fit.</summary>
    public const int MaxPieces = 504;

    /// <summary>Draws a sequence. Nothing held out is in it, as question or as demonstration.</summary>
    /// <param name="family">The family.</param>
    /// <param name="level">One of its levels.</param>
    /// <param name="mode">Whether the steps are written.</param>
    /// <param name="demonstrations">Solved examples wanted before the question; 0 … 2 in the models shipped.</param>
    /// <param name="random">Where it comes from.</param>
    public static TrainingSequence Draw(ITaskFamily family, int level, AnswerMode mode, int demonstrations, SplitMix64 random)
    {
        ArgumentNullException.ThrowIfNull(family);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNegative(demonstrations);
        GeneratedExample example = HoldOut.DrawTraining(family, level, random);
        int[] easy = [.. family.Levels.Where(easier => easier <= MaxDemonstrationLevel)];
        GeneratedExample[] shown = new GeneratedExample[demonstrations];
        for (int i = 0; i < shown.Length; i++)
        {
            shown[i] = HoldOut.DrawTraining(family, random.Pick(easy), random);
        }
        string solution = PromptFormat.Solution(mode, example);
        for (int count = shown.Length; ; count--)
        {
            string prompt = PromptFormat.Prompt(mode, example.Question, shown.AsSpan(0, count));
            if (count == 0 || PromptFormat.Pieces(prompt).Count() + PromptFormat.Pieces(solution).Count() <= MaxPieces)
            {
                return new TrainingSequence(prompt, solution);
            }
        }
    }
}
