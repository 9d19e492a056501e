using Winnow.Budgets;
using Winnow.Numerics;
using Winnow.Tasks;

namespace Winnow.Search;

/// <summary>A scorer that knows nothing: a uniform number hashed from the text. Search by it must fall to chance among the draws.</summary>
/// <param name="seed">Run seed.</param>
public sealed class RandomScorer(ulong seed) : IScorer
{
    /// <inheritdoc/>
    public ScorerInfo Info { get; } = new("random", ScoreRange.Probability, ScoresPrefixes: true);

    /// <inheritdoc/>
    public Usage AtMost(Problem problem, int calls, long tokens) => default;

    /// <inheritdoc/>
    public IScoring Open(Problem problem, SearchContext context)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ulong own = Seeds.Derive(seed, problem.Id);
        return new TextScoring(row => Score.Of((Seeds.Derive(own, row.Text) >> 11) * (1.0 / (1UL << 53))));
    }
}

/// <summary>
/// A scorer that knows everything: whether a whole answer is right, and, where the task has a step oracle, whether all
/// steps of a partial one are. Search by it must approach coverage. Never a scorer to use.
/// </summary>
/// <param name="steps">Knows right steps; null: only whole answers are scored.</param>
public sealed class OracleScorer(IStepOracle? steps = null) : IScorer
{
    /// <inheritdoc/>
    public ScorerInfo Info { get; } = new("oracle", ScoreRange.Probability, ScoresPrefixes: steps is not null);

    /// <inheritdoc/>
    public Usage AtMost(Problem problem, int calls, long tokens) => default;

    /// <inheritdoc/>
    public IScoring Open(Problem problem, SearchContext context)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return new TextScoring(row => ScoreOf(problem, row));
    }

    private Score ScoreOf(Problem problem, PartialAnswer row)
    {
        if (row.State == RowState.Finished)
        {
            return Score.Of(problem.Answers.Canonical(row.Text) is { } key && problem.Checker.IsCorrect(problem, key) ? 1 : 0);
        }
        return steps is null
            ? Score.None("There is no oracle of steps for this task.")
            : Score.Of(steps.CheckSteps(problem, row.Text).All(isRight => isRight) ? 1 : 0);
    }
}

/// <summary>A scoring that looks at each row by itself and keeps nothing.</summary>
internal sealed class TextScoring(Func<PartialAnswer, Score> score) : IScoring
{
    public ValueTask ScoreAsync(IPopulation rows, ReadOnlyMemory<int> which, Memory<Score> scores, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        for (int i = 0; i < which.Length; i++)
        {
            scores.Span[i] = score(rows.Rows[which.Span[i]]);
        }
        return ValueTask.CompletedTask;
    }

    public void Reorder(ReadOnlySpan<int> parents)
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
