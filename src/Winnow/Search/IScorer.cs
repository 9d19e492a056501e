using Winnow.Budgets;
using Winnow.Tasks;

namespace Winnow.Search;

/// <summary>The scale of a scorer's numbers.</summary>
public enum ScoreRange
{
    /// <summary>In [0, 1]: a chance of being right.</summary>
    Probability,

    /// <summary>In [−∞, 0]: a natural-log probability.</summary>
    LogProbability,

    /// <summary>Any real number; larger is better.</summary>
    Real,
}

/// <summary>What a scorer is.</summary>
/// <param name="Name">As it is named on the command line, for example <c>logprob:embedded</c>.</param>
/// <param name="Range">The scale of its numbers.</param>
/// <param name="ScoresPrefixes">Whether it can score partial answers.</param>
public sealed record ScorerInfo(string Name, ScoreRange Range, bool ScoresPrefixes);

/// <summary>A number, or none with a reason. No score is never a zero.</summary>
public readonly record struct Score
{
    private Score(double value, string? reason, IReadOnlyList<double>? steps)
    {
        Value = value;
        Reason = reason;
        Steps = steps;
    }

    /// <summary>The number; NaN where there is none.</summary>
    public double Value { get; }

    /// <summary>Why there is no number.</summary>
    public string? Reason { get; }

    /// <summary>The number after each step, where the scorer judges steps; null where it does not. <see cref="Value"/> is the last.</summary>
    public IReadOnlyList<double>? Steps { get; }

    /// <summary>Whether there is a number.</summary>
    public bool HasValue => Reason is null;

    /// <summary>A number.</summary>
    /// <exception cref="ArgumentException">It is NaN.</exception>
    public static Score Of(double value) =>
        double.IsNaN(value) ? throw new ArgumentException("A score is a number; use Score.None where there is none.", nameof(value)) : new(value, null, null);

    /// <summary>The numbers after each step of a process scorer; <see cref="Value"/> is the last of them.</summary>
    /// <param name="steps">Shape [steps], at least one; none is NaN.</param>
    /// <exception cref="ArgumentException">There is no step, or one is NaN.</exception>
    public static Score OfSteps(IReadOnlyList<double> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        if (steps.Count == 0 || steps.Any(double.IsNaN))
        {
            throw new ArgumentException("A process score has at least one step and no NaN; use Score.None where there is none.", nameof(steps));
        }
        return new(steps[^1], null, steps);
    }

    /// <summary>No number, with the reason.</summary>
    public static Score None(string reason) => new(double.NaN, reason, null);
}

/// <summary>Judges partial or whole answers.</summary>
public interface IScorer
{
    /// <summary>What it is.</summary>
    ScorerInfo Info { get; }

    /// <summary>The most that scoring can use in each column that can be capped.</summary>
    /// <param name="problem">The problem scored for.</param>
    /// <param name="calls">Rows that are scored.</param>
    /// <param name="tokens">Tokens drawn since these rows were last scored, in the drawing model's count.</param>
    Usage AtMost(Problem problem, int calls, long tokens);

    /// <summary>Opens a scoring of one problem's population.</summary>
    IScoring Open(Problem problem, SearchContext context);
}

/// <summary>A scoring that follows a population. It may hold its own session and then reads only what is new.</summary>
public interface IScoring : IAsyncDisposable
{
    /// <summary>Scores rows.</summary>
    /// <param name="rows">The population.</param>
    /// <param name="which">Shape [R]; rows to score.</param>
    /// <param name="scores">Shape [R]; receives the scores, by position in <paramref name="which"/>.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    ValueTask ScoreAsync(IPopulation rows, ReadOnlyMemory<int> which, Memory<Score> scores, CancellationToken cancellationToken = default);

    /// <summary>Follows the population's reordering.</summary>
    void Reorder(ReadOnlySpan<int> parents);
}
