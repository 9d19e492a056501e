using Winnow.Budgets;
using Winnow.Numerics;
using Winnow.Search;
using Winnow.Tasks;

namespace Winnow.Evaluation;

/// <summary>
/// Scores of the whole answers to one problem, read once by the scorer and then by every strategy that meets the same
/// draw. Each reader pays for every score in its own ledger as if it had asked for it alone.
/// </summary>
/// <remarks>
/// Answers are told apart by identity: a <see cref="DrawStore"/> hands out each draw as one object. They are scored one
/// at a time, since only then is it known what each of them used. One caller at a time.
/// </remarks>
internal sealed class ScoreStore(IScorer scorer, Problem problem, IUniforms uniforms, TimeProvider time) : IScorer, IAsyncDisposable
{
    private readonly Dictionary<PartialAnswer, Reading> _readings = new(ReferenceEqualityComparer.Instance);
    private readonly Ledger _recorder = new(Budget.Unlimited);
    private IScoring? _scoring;
    private double _secondsSaved;

    /// <inheritdoc/>
    public ScorerInfo Info => scorer.Info;

    /// <summary>Tokens of the prompt that the scorer read before the first answer.</summary>
    public long PromptTokens { get; private set; }

    /// <inheritdoc/>
    public Usage AtMost(Problem of, int calls, long tokens) => scorer.AtMost(of, calls, tokens);

    /// <inheritdoc/>
    public IScoring Open(Problem of, SearchContext context)
    {
        ArgumentNullException.ThrowIfNull(of);
        ArgumentNullException.ThrowIfNull(context);
        if (!ReferenceEquals(of, problem))
        {
            throw new ArgumentException($"This store holds scores for the problem {problem.Id}, not for {of.Id}; make one for each problem.", nameof(of));
        }
        return new StoredScoring(this, context);
    }

    /// <summary>What scores that were read again took when they were made, for wall times that compare; starts anew from 0.</summary>
    public double TakeSecondsSaved()
    {
        double seconds = _secondsSaved;
        _secondsSaved = 0;
        return seconds;
    }

    /// <summary>The score of a row and what it used, the prompt's tokens apart.</summary>
    public async ValueTask<Reading> ReadAsync(IPopulation rows, int row, CancellationToken cancellationToken)
    {
        if (_readings.TryGetValue(rows.Rows[row], out Reading known))
        {
            _secondsSaved += known.Seconds;
            return known;
        }
        long start = time.GetTimestamp();
        bool isFirst = _scoring is null;
        _scoring ??= scorer.Open(problem, new SearchContext { Ledger = _recorder, Uniforms = uniforms });
        Usage before = _recorder.Used;
        Score[] scores = new Score[1];
        await _scoring.ScoreAsync(rows, new[] { row }, scores, cancellationToken).ConfigureAwait(false);
        // The next caller may number its rows otherwise.
        _scoring.Reorder([]);
        Usage used = _recorder.Used - before;
        if (isFirst)
        {
            PromptTokens = used.PromptTokens;
            used = used with { PromptTokens = 0 };
        }
        Reading reading = new(scores[0], used, time.GetElapsedTime(start).TotalSeconds);
        _readings.Add(rows.Rows[row], reading);
        return reading;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _scoring?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>A score, what it used, and how long it took.</summary>
    public readonly record struct Reading(Score Score, Usage Usage, double Seconds);
}
