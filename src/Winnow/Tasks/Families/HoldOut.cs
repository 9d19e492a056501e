using Winnow.Numerics;

namespace Winnow.Tasks.Families;

/// <summary>
/// Which problems are never trained on: five in a hundred, by a hash of family and question, so that every generator,
/// today or later, agrees on them.
/// </summary>
public static class HoldOut
{
    /// <summary>Problems held out of each hundred.</summary>
    public const int Percent = 5;

    /// <summary>Distinct problems below which a level cannot be held out: too few of them would be left to measure on.</summary>
    public const int MinDistinct = 500;

    /// <summary>Draws without a new problem after which a level is taken to have no more.</summary>
    private const int MaxRepeats = 20_000;

    private const int Probes = 2_500;

    /// <summary>Whether a problem is held out of training.</summary>
    public static bool IsHeldOut(string family, string question)
    {
        ArgumentNullException.ThrowIfNull(family);
        ArgumentNullException.ThrowIfNull(question);
        return Seeds.Derive(Seeds.Derive(0, family), question) % 100 < Percent;
    }

    /// <summary>A problem that may be trained on.</summary>
    public static GeneratedExample DrawTraining(ITaskFamily family, int level, SplitMix64 random)
    {
        ArgumentNullException.ThrowIfNull(family);
        while (true)
        {
            GeneratedExample example = family.Generate(level, random);
            if (!IsHeldOut(example.Family, example.Question))
            {
                return example;
            }
        }
    }

    /// <summary>Whether a level has enough distinct problems to be held out.</summary>
    /// <remarks>Counts the distinct among 2,500 drawn, always the same ones. Cost: some ten milliseconds.</remarks>
    public static bool CanHoldOut(ITaskFamily family, int level)
    {
        ArgumentNullException.ThrowIfNull(family);
        SplitMix64 random = SplitMix64.For(0, "hold-out probe", level);
        HashSet<string> seen = new(StringComparer.Ordinal);
        for (int i = 0; i < Probes && seen.Count < MinDistinct; i++)
        {
            seen.Add(family.Generate(level, random).Question);
        }
        return seen.Count >= MinDistinct;
    }

    /// <summary>Different held-out problems of one level.</summary>
    /// <param name="family">The family.</param>
    /// <param name="level">One of its levels.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">Where they come from; the same seed gives the same problems.</param>
    /// <exception cref="ArgumentException">The level has too few distinct problems; choose a higher one.</exception>
    public static IReadOnlyList<GeneratedExample> Draw(ITaskFamily family, int level, int count, ulong seed)
    {
        IReadOnlyList<GeneratedExample> drawn = DrawAtMost(family, level, count, seed);
        return drawn.Count == count
            ? drawn
            : throw new ArgumentException($"Level {level} of {family.Id} has no more than about {drawn.Count} held-out problems; {count} were asked for.", nameof(count));
    }

    /// <summary>Different held-out problems of one level, fewer where the level has no more.</summary>
    /// <param name="family">The family.</param>
    /// <param name="level">One of its levels.</param>
    /// <param name="count">The most.</param>
    /// <param name="seed">Where they come from; the same seed gives the same problems.</param>
    /// <exception cref="ArgumentException">The level cannot be held out of training.</exception>
    public static IReadOnlyList<GeneratedExample> DrawAtMost(ITaskFamily family, int level, int count, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(family);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (!CanHoldOut(family, level))
        {
            throw new ArgumentException(
                $"Level {level} of {family.Id} has fewer than {MinDistinct} distinct problems, so it cannot be held out of training; choose a higher level.",
                nameof(level));
        }
        SplitMix64 random = SplitMix64.For(seed, family.Id, level);
        HashSet<string> seen = new(StringComparer.Ordinal);
        List<GeneratedExample> drawn = [];
        for (int sinceLast = 0; drawn.Count < count && sinceLast <= MaxRepeats; sinceLast++)
        {
            GeneratedExample example = family.Generate(level, random);
            if (IsHeldOut(example.Family, example.Question) && seen.Add(example.Question))
            {
                drawn.Add(example);
                sinceLast = 0;
            }
        }
        return drawn;
    }
}
