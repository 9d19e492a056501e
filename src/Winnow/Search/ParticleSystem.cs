using Winnow.Numerics;
using Winnow.Tasks;

namespace Winnow.Search;

/// <summary>The particles of one run: rows, log-weights, potentials, and the evidence so far.</summary>
/// <remarks>
/// The last particles of a sweep may be references: whole answers of an earlier sweep that are replayed. A reference
/// is neither drawn nor scored nor dropped; its weight follows its own steps, and a copy of it is cut to the steps
/// replayed so far and goes on from there like any other.
/// </remarks>
internal sealed class ParticleSystem(SteppedRows rows, ParticleFilterOptions options, ParticlePotentials potentials, SearchContext context)
{
    private double[] _logWeights = [];
    private double[] _potentials = [];
    private ScoredStep[][] _trails = [];
    private int _references;
    private double _logEvidence;
    private int? _collapsedAt;

    /// <summary>Whether a particle can still move, or a reference has steps left whose weights add up.</summary>
    public bool IsActive => Movable().Length > 0
        || (!potentials.IsAbsolute && Enumerable.Range(Free, _references).Any(row => Round < _trails[row].Length));

    /// <summary>Steps taken since the start of the sweep.</summary>
    public int Round { get; private set; }

    /// <summary>By what references are weighed.</summary>
    public ReferenceWeight ReferenceWeight { get; init; }

    /// <summary>Starts a sweep.</summary>
    /// <param name="count">Particles, references included.</param>
    /// <param name="references">Particles of the sweep before that are replayed; they come last.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async ValueTask StartAsync(int count, int[] references, CancellationToken cancellationToken)
    {
        ScoredStep[][] replayed = [.. references.Select(row => _trails[row])];
        if (rows.Rows.Count > 0)
        {
            rows.Reorder(references);
        }
        _references = references.Length;
        int free = count - _references;
        await rows.Population.GrowAsync(free, cancellationToken).ConfigureAwait(false);
        if (_references > 0)
        {
            rows.Reorder([.. Enumerable.Range(_references, free), .. Enumerable.Range(0, _references)]);
        }
        Round = 0;
        _logEvidence = 0;
        _logWeights = new double[count];
        _potentials = new double[count];
        Array.Fill(_potentials, ParticlePotentials.OfNothing);
        _trails = [.. Enumerable.Repeat<ScoredStep[]>([], free), .. replayed];
        BuryTheCut();
    }

    /// <summary>What comes before a step: resampling by the schedule, and thinning to what the budget carries.</summary>
    public async ValueTask PrepareAsync(CancellationToken cancellationToken)
    {
        if (Round == 0)
        {
            return;
        }
        bool isLow = options.Schedule == ResamplingSchedule.WhenEssIsLow
            && LogWeights.EffectiveSampleSize(_logWeights) < options.EssThreshold * _logWeights.Length;
        if (isLow || options.Schedule == ResamplingSchedule.BeforeEveryStep)
        {
            await ResampleAsync(rows.Step, cancellationToken).ConfigureAwait(false);
        }
        await ThinAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Moves every active particle by a step, scores and weighs it; references take their own next step.</summary>
    public async ValueTask AdvanceAsync(CancellationToken cancellationToken)
    {
        double level = AllDead ? 0 : LogWeights.LogMeanExp(_logWeights);
        int[] moving = Movable();
        int[] steps = [.. moving.Select(row => rows.Rows[row].Steps)];
        await rows.StepAsync(moving, toEnd: false, cancellationToken).ConfigureAwait(false);
        int[] moved = [.. moving.Where(row => rows.Rows[row].State is RowState.Active or RowState.Finished)];
        Score[] scores = await rows.ScoreAsync(moved, cancellationToken).ConfigureAwait(false);
        List<Move> moves = [];
        for (int i = 0; i < moved.Length; i++)
        {
            int row = moved[i];
            double before = _potentials[row];
            ScoredStep step = new(scores[i], potentials.Of(scores[i], before));
            _trails[row] = [.. _trails[row], step];
            _potentials[row] = step.Potential;
            moves.Add(new Move(row, before, LogProbSince(rows.Rows[row], steps[Array.IndexOf(moving, row)])));
        }
        Replay(moves);
        Weigh(moves);
        Round++;
        BuryTheCut();
        _logEvidence += AllDead ? double.NegativeInfinity : LogWeights.LogMeanExp(_logWeights) - level;
        Report("stepped", []);
        if (options.Schedule == ResamplingSchedule.AfterEveryStep && !AllDead)
        {
            await ResampleAsync(rows.Step - 1, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What the sweep came to. References count with the weight of their whole selves.</summary>
    public SweepOutcome Outcome(Problem problem)
    {
        List<Candidate> candidates = [];
        for (int i = 0; i < rows.Rows.Count; i++)
        {
            PartialAnswer row = rows.Rows[i];
            PartialAnswer ended = row.State == RowState.Active ? row with { State = RowState.Cut, Reason = CutReasons.Steps } : row;
            candidates.Add(WholeAnswers.CandidateOf(problem, ended) with { Score = _trails[i].Length == 0 ? null : _trails[i][^1].Score });
        }
        for (int row = Free; row < _potentials.Length; row++)
        {
            _potentials[row] = _trails[row].Length == 0 ? ParticlePotentials.OfNothing : _trails[row][^1].Potential;
        }
        if (potentials.IsAbsolute && _references > 0)
        {
            Weigh([]);
            Report("weighed", []);
        }
        double[] shares = new double[_logWeights.Length];
        if (!AllDead)
        {
            LogWeights.Normalise(_logWeights, shares);
        }
        return new SweepOutcome(candidates, shares, [.. _logWeights.Zip(_potentials, (weight, potential) => double.IsNegativeInfinity(weight) ? weight : potential)]);
    }

    /// <summary>Draws, by weight, the particles that the next sweep replays.</summary>
    public int[] DrawReferences(SweepOutcome outcome, int count, int sweep)
    {
        if (outcome.IsDead)
        {
            return [];
        }
        int[] drawn = new int[count];
        DrawIndependent("reference", sweep, outcome.Shares, drawn);
        Report("referenced", drawn, outcome.Shares);
        return drawn;
    }

    /// <summary>The result of one or several sweeps.</summary>
    public SearchResult Result(IStrategy strategy, IReadOnlyList<SweepOutcome> sweeps, double? logEvidence, ParticleWeight weight)
    {
        List<Candidate> candidates = [.. sweeps.SelectMany(sweep => sweep.Candidates)];
        int living = Math.Max(1, sweeps.Count(sweep => !sweep.IsDead));
        double[] shares = [.. sweeps.SelectMany(sweep => sweep.Shares).Select(share => share / living)];
        double[] heights = [.. sweeps.SelectMany(sweep => sweep.Potentials)];
        int lastLiving = Enumerable.Range(0, sweeps.Count).LastOrDefault(sweep => !sweeps[sweep].IsDead, -1);
        int last = sweeps.Take(Math.Max(0, lastLiving)).Sum(sweep => sweep.Candidates.Count);
        AnswerChoice choice = lastLiving < 0
            ? AnswerChoice.Nothing(candidates.Count)
            : ParticleVote.Choose(candidates, shares, heights, last, options.Choice, context.Uniforms);
        context.Progress?.Report(new SearchEvent("finished", rows.Step, [.. candidates.Select(candidate => candidate.Answer)], shares, []));
        string why = choice.Answer is null ? StrategyArguments.WhyNothing(candidates) : Explain(choice, weight);
        SearchResult result = StrategyArguments.ResultOf(strategy, candidates, choice, why, default);
        return result with { LogEvidence = logEvidence };
    }

    /// <summary>The evidence of this sweep; null for absolute weights, which have none.</summary>
    public double? LogEvidence => potentials.IsAbsolute ? null : _logEvidence;

    private int Free => _logWeights.Length - _references;

    private bool AllDead => Array.TrueForAll(_logWeights, double.IsNegativeInfinity);

    private int[] Movable() => [.. rows.Active().Where(row => row < Free && !double.IsNegativeInfinity(_logWeights[row]))];

    /// <summary>Takes every reference one of its own steps on; past its end it has the potential of its end.</summary>
    private void Replay(List<Move> moves)
    {
        for (int row = Free; row < _logWeights.Length; row++)
        {
            ScoredStep[] trail = _trails[row];
            if (ReferenceWeight == ReferenceWeight.Final)
            {
                _potentials[row] = trail.Length == 0 ? ParticlePotentials.OfNothing : trail[^1].Potential;
            }
            else if (Round < trail.Length)
            {
                double stepLogProb = rows.Rows[row].StepLogProbs is { } logProbs ? logProbs[Round] : double.NaN;
                moves.Add(new Move(row, _potentials[row], stepLogProb));
                _potentials[row] = trail[Round].Potential;
            }
        }
    }

    private void Weigh(List<Move> moves)
    {
        if (potentials.IsAbsolute)
        {
            double temperature = TemperatureFor(_potentials);
            for (int i = 0; i < _logWeights.Length; i++)
            {
                _logWeights[i] = double.IsNegativeInfinity(_logWeights[i]) ? double.NegativeInfinity : _potentials[i] / temperature;
            }
            return;
        }
        double odds = options.Annealing is null ? options.OddsTemperature : TemperatureFor(_logWeights);
        foreach (Move move in moves)
        {
            double increment = potentials.Increment(_potentials[move.Row], move.Before, move.StepLogProb, odds);
            _logWeights[move.Row] = double.IsNaN(increment) ? double.NegativeInfinity : _logWeights[move.Row] + increment;
        }
    }

    private static double LogProbSince(PartialAnswer row, int step) =>
        row.StepLogProbs is { } logProbs ? logProbs.Skip(step).Sum() : double.NaN;

    private double TemperatureFor(double[] logWeights)
    {
        if (options.Annealing is not { } annealing)
        {
            return options.OddsTemperature;
        }
        double[] probabilities = new double[logWeights.Length];
        LogWeights.Normalise(logWeights, probabilities);
        return annealing.TemperatureAt(rows.Step, probabilities);
    }

    private void BuryTheCut()
    {
        for (int i = 0; i < Free; i++)
        {
            if (rows.Rows[i].State is RowState.Cut or RowState.Failed)
            {
                _logWeights[i] = double.NegativeInfinity;
            }
        }
    }

    private async ValueTask ResampleAsync(int iteration, CancellationToken cancellationToken)
    {
        if (AllDead)
        {
            return;
        }
        int[] pool = [.. Enumerable.Range(0, _logWeights.Length).Where(row => !options.FreezesFinished || rows.Rows[row].State != RowState.Finished)];
        double[] logs = [.. pool.Select(row => _logWeights[row])];
        if (pool.Length == 0 || Array.TrueForAll(logs, double.IsNegativeInfinity))
        {
            return;
        }
        double[] weights = new double[pool.Length];
        LogWeights.Normalise(logs, weights);
        int[] drawn = new int[pool.Length - _references];
        DrawParents("resample", iteration, weights, drawn);
        int[] parents = [.. Enumerable.Range(0, _logWeights.Length)];
        for (int i = 0; i < drawn.Length; i++)
        {
            parents[pool[i]] = pool[drawn[i]];
        }
        if (drawn.Length > 1 && drawn.Distinct().Count() == 1)
        {
            _collapsedAt ??= iteration;
        }
        double[] before = new double[_logWeights.Length];
        LogWeights.Normalise(_logWeights, before);
        await FollowAsync(parents, cancellationToken).ConfigureAwait(false);
        double level = potentials.IsAbsolute ? 0 : LogWeights.LogSumExp(logs) - Math.Log(pool.Length);
        foreach (int row in pool)
        {
            // With everything in the pool the common level is dropped, as it cancels: all log-weights become 0.
            _logWeights[row] = potentials.IsAbsolute ? _logWeights[row] : pool.Length == parents.Length ? 0 : level;
        }
        Report("resampled", parents, before);
    }

    private void DrawParents(string name, int iteration, double[] weights, int[] parents)
    {
        if (options.Scheme == ResamplingScheme.Multinomial || _references > 0)
        {
            DrawIndependent(name, iteration, weights, parents);
            return;
        }
        Resampling.Draw(options.Scheme, weights, context.Uniforms, name, iteration, parents);
    }

    private void DrawIndependent(string name, int iteration, double[] weights, int[] parents)
    {
        double[] uniforms = [.. Enumerable.Range(0, parents.Length).Select(slot => context.Uniforms.Next(name, iteration, slot, 0))];
        Resampling.Multinomial(weights, uniforms, parents);
    }

    /// <summary>Resamples the active particles to as many as the budget carries; their common mass stays what it was.</summary>
    private async ValueTask ThinAsync(CancellationToken cancellationToken)
    {
        int[] moving = Movable();
        int carried = moving.Length == 0 ? 0 : rows.Carried(moving);
        if (carried == moving.Length)
        {
            return;
        }
        double[] logs = [.. moving.Select(row => _logWeights[row])];
        double[] weights = new double[moving.Length];
        double mass = LogWeights.Normalise(logs, weights);
        int[] drawn = new int[carried];
        Resampling.Draw(ResamplingScheme.Systematic, weights, context.Uniforms, "thin", rows.Step, drawn);
        HashSet<int> leaving = [.. moving];
        int[] parents = [.. Enumerable.Range(0, _logWeights.Length).Where(row => !leaving.Contains(row)).Concat(drawn.Select(i => moving[i])).Order()];
        double scale = Math.Log((double)parents.Length / _logWeights.Length);
        await FollowAsync(parents, cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < parents.Length && !potentials.IsAbsolute; i++)
        {
            _logWeights[i] = scale + (leaving.Contains(parents[i]) ? mass - Math.Log(carried) : _logWeights[i]);
        }
        Report("thinned", parents);
    }

    private async ValueTask FollowAsync(int[] parents, CancellationToken cancellationToken)
    {
        int firstReference = Free;
        rows.Reorder(parents);
        _logWeights = [.. parents.Select(parent => _logWeights[parent])];
        _potentials = [.. parents.Select(parent => _potentials[parent])];
        _trails = [.. parents.Select(parent => _trails[parent])];
        for (int row = 0; row < Free; row++)
        {
            if (parents[row] >= firstReference && Round < _trails[row].Length)
            {
                await rows.Population.FollowAsync(row, rows.Rows[row], Round, cancellationToken).ConfigureAwait(false);
                _trails[row] = _trails[row][..Round];
                _potentials[row] = _trails[row][^1].Potential;
            }
        }
    }

    /// <summary>A particle that took a step, with its potential before it.</summary>
    private readonly record struct Move(int Row, double Before, double StepLogProb);

    private string Explain(AnswerChoice choice, ParticleWeight weight)
    {
        string collapse = _collapsedAt is { } step ? $" All particles came from one at step {step}." : "";
        string missing = rows.Unscored > 0 ? $" {rows.Unscored} scores were missing and counted as the lowest." : "";
        string share = (choice.Confidence ?? 0).ToString("P0", System.Globalization.CultureInfo.InvariantCulture);
        return $"Its particles hold {share} of the weight ({weight} weights).{collapse}{missing}";
    }

    private void Report(string kind, int[] parents, double[]? weights = null)
    {
        if (context.Progress is null)
        {
            return;
        }
        double[] shares = weights ?? new double[_logWeights.Length];
        if (weights is null && !AllDead)
        {
            LogWeights.Normalise(_logWeights, shares);
        }
        context.Progress.Report(new SearchEvent(kind, rows.Step, [.. rows.Rows], shares, parents)
        {
            LogWeights = [.. _logWeights],
            EffectiveSampleSize = AllDead ? null : LogWeights.EffectiveSampleSize(_logWeights),
            LogEvidence = _logEvidence,
        });
    }
}
