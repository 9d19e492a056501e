using Winnow.Models;
using Winnow.Numerics;
using Winnow.Tasks.Families;

namespace Winnow.Torch.Training;

/// <summary>
/// What the embedded models learn from: generated problems of all families, harder ones as training goes on.
/// Held-out problems are never in it, also not as demonstrations.
/// </summary>
/// <remarks>
/// Shares are by number of examples. Stages by tokens: to 2.5 M the two easiest levels and 40 % drills; to 6 M four
/// levels and 20 %; then six levels, all of them where a family saturates or is wanted longer, and 8 %. A quarter of
/// the drills is copying at first, later 15 %. 8 % of the examples ask for the answer alone; 7 % show one or two
/// solved problems of the family first.
/// </remarks>
/// <param name="vocabulary">Tokenizer.</param>
/// <param name="begin">Token that begins a sequence.</param>
/// <param name="end">Token that ends a sequence.</param>
/// <param name="contextLength">Longest sequence. Unit: tokens.</param>
/// <param name="seed">Seed of the examples.</param>
public sealed class TrainingMix(IVocabulary vocabulary, int begin, int end, int contextLength, ulong seed) : ISequenceSource
{
    private const string OperationDrills = "drill";
    private const string CopyDrills = "copy";
    private const double DirectShare = 0.08;
    private const double DemonstrationShare = 0.07;
    private const int DemonstrationLevels = 3;

    private static readonly (string Family, double Share)[] Shares =
    [
        ("word_arith", 0.25),
        ("multistep_arithmetic", 0.16),
        ("boolean_expressions", 0.06),
        ("word_sorting", 0.15),
        ("list_functions", 0.17),
        ("object_counting", 0.15),
        ("navigate", 0.06),
    ];

    /// <summary>Families whose whole range of levels is trained in the last stage.</summary>
    private static readonly string[] Unlimited = ["word_arith", "boolean_expressions", "navigate"];

    private sealed record Stage(long Until, int Levels, double DrillShare, double CopyShareOfDrills);

    private static readonly Stage[] Stages =
    [
        new(2_500_000, 2, 0.40, 0.25),
        new(6_000_000, 4, 0.20, 0.15),
        new(long.MaxValue, 6, 0.08, 0.15),
    ];

    /// <summary>Levels of a family that are trained by the end of a run, easiest first.</summary>
    public static IReadOnlyList<int> TrainedLevels(ITaskFamily family) => Levels(family, Stages[^1]);

    /// <inheritdoc/>
    public TrainingSequence Sequence(long index, long tokensSeen)
    {
        Stage stage = Stages.First(s => tokensSeen < s.Until);
        SplitMix64 random = new(Seeds.Derive(Seeds.Derive(seed, "example"), "index", checked((int)index)));
        ITaskFamily family = TaskFamilies.Get(PickFamily(stage, random));
        GeneratedExample example = HoldOut.DrawTraining(family, random.Pick(Levels(family, stage)), random);
        AnswerMode mode = random.Chance(DirectShare) ? AnswerMode.Direct : AnswerMode.Steps;
        int shown = random.Chance(DemonstrationShare) ? random.Between(1, 2) : 0;
        for (; ; shown--)
        {
            GeneratedExample[] demonstrations = new GeneratedExample[shown];
            for (int i = 0; i < shown; i++)
            {
                demonstrations[i] = HoldOut.DrawTraining(family, random.Pick(DemonstrationLevelsOf(family, stage)), random);
            }
            TrainingSequence sequence = Encode(mode, example, demonstrations);
            if (sequence.Tokens.Length <= contextLength || shown == 0)
            {
                return sequence;
            }
        }
    }

    private TrainingSequence Encode(AnswerMode mode, GeneratedExample example, GeneratedExample[] demonstrations)
    {
        int[] prompt = [begin, .. vocabulary.Encode(PromptFormat.Prompt(mode, example.Question, demonstrations))];
        return new TrainingSequence([.. prompt, .. vocabulary.Encode(PromptFormat.Solution(mode, example)), end], prompt.Length);
    }

    private static string PickFamily(Stage stage, SplitMix64 random)
    {
        if (random.Chance(stage.DrillShare))
        {
            return random.Chance(stage.CopyShareOfDrills) ? CopyDrills : OperationDrills;
        }
        double left = random.NextDouble();
        foreach ((string family, double share) in Shares)
        {
            left -= share;
            if (left < 0)
            {
                return family;
            }
        }
        return Shares[0].Family;
    }

    private static List<int> Levels(ITaskFamily family, Stage stage)
    {
        bool isWhole = family.Id is OperationDrills or CopyDrills || (stage == Stages[^1] && Unlimited.Contains(family.Id, StringComparer.Ordinal));
        return [.. isWhole ? family.Levels : family.Levels.Take(stage.Levels)];
    }

    private static List<int> DemonstrationLevelsOf(ITaskFamily family, Stage stage) =>
        [.. family.Levels.Take(Math.Min(DemonstrationLevels, stage.Levels))];
}
