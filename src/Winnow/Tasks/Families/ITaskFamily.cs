using Winnow.Numerics;

namespace Winnow.Tasks.Families;

/// <summary>
/// A family of generated problems: a seeded generator, the one canonical step-by-step solution of each problem, and
/// a check of every step given the steps before it. Immutable and thread-safe.
/// </summary>
public interface ITaskFamily
{
    /// <summary>Identifier, for example <c>word_sorting</c>.</summary>
    string Id { get; }

    /// <summary>One line for people.</summary>
    string Description { get; }

    /// <summary>What a level counts, for example "words to sort".</summary>
    string LevelUnit { get; }

    /// <summary>Whether there are only two answers, so that guessing scores a half.</summary>
    bool IsBinary { get; }

    /// <summary>The levels that exist, rising.</summary>
    IReadOnlyList<int> Levels { get; }

    /// <summary>Makes a problem with its solution.</summary>
    /// <param name="level">One of <see cref="Levels"/>.</param>
    /// <param name="random">Where the problem comes from; the same state gives the same problem.</param>
    /// <exception cref="ArgumentOutOfRangeException">The level does not exist.</exception>
    GeneratedExample Generate(int level, SplitMix64 random);

    /// <summary>Whether a text is a question of this family.</summary>
    bool CanRead(string question);

    /// <summary>Judges the lines of a solution, each given the lines before it as they were written.</summary>
    /// <param name="question">A question of this family.</param>
    /// <param name="partialSolution">
    /// The solution so far. A line is judged when a line feed ends it; the answer line (<c>A: …</c>) also when the text ends.
    /// </param>
    /// <returns>
    /// One verdict for each judged line. A step that follows rightly from a wrong line is right; after a line that
    /// cannot be read, and after the answer, nothing is.
    /// </returns>
    /// <exception cref="ArgumentException">The question is not of this family.</exception>
    IReadOnlyList<bool> CheckSteps(string question, string partialSolution);
}
