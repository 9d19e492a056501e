using Winnow.Numerics;
using Winnow.Tasks;

namespace Winnow.Search;

/// <summary>The particles of one run: rows, log-weights, potentials, and the evidence so far.</summary>
internal sealed class ParticleSystem(SteppedRows rows, ParticleFilterOptions options, ParticlePotentials potentials, SearchContext context)
{
    private double[] _logWeights = [];
    private double[] _potentials = [];
    private Score?[] _scores = [];
    private double _logEvidence;
    private int? _collapsedAt;

    /// <summary>Whether a particle can still move.</summary>
    public bool IsActive => Movable().Length > 0;

    public async ValueTask StartAsync(int count, CancellationToken cancellationToken)
    {
        await rows.Population.GrowAsync(count, cancellationToken).ConfigureAwait(false);
        _logWeights = new double[count];
        _potentials = new double[count];
        Array.Fill(_potentials, ParticlePotentials.OfNothing);
        _scores = new Score?[count];
        BuryTheCut();
    }

    /// <summary>What comes before a step: resampling by the schedule, and thinning to what the budget carries.</summary>
    public void Prepare()
    {
        if (rows.Step == 0)
        {
            return;
        }
        bool isLow = options.Schedule == ResamplingSchedule.WhenEssIsLow
            && LogWeights.EffectiveSampleSize(_logWeights) < options.EssThreshold * _logWeights.Length;
        if (isLow || options.Schedule == ResamplingSchedule.BeforeEveryStep)
        {
            Resample(rows.Step);
        }
        Thin();
    }

    /// <summary>Moves every active particle by a step, scores and weighs it.</summary>
    public async ValueTask AdvanceAsync(CancellationToken cancellationToken)
    {
        double before = AllDead ? 0 : LogWeights.LogMeanExp(_logWeights);
        int[] moving = Movable();
        int[] steps = [.. moving.Select(row => rows.Rows[row].Steps)];
        await rows.StepAsync(moving, toEnd: false, cancellationToken).ConfigureAwait(false);
        int[] moved = [.. moving.Where(row => rows.Rows[row].State is RowState.Active or RowState.Finished)];
        Score[] scores = await rows.ScoreAsync(moved, cancellationToken).ConfigureAwait(false);
        double[] previous = [.. _potentials];
        for (int i = 0; i < moved.Length; i++)
        {
            _scores[moved[i]] = scores[i];
            _potentials[moved[i]] = potentials.Of(scores[i], previous[moved[i]]);
        }
        Weigh(moved, previous, steps, moving);
        BuryTheCut();
        _logEvidence += AllDead ? double.NegativeInfinity : LogWeights.LogMeanExp(_logWeights) - before;
        Report("stepped", []);
        if (options.Schedule == ResamplingSchedule.AfterEveryStep && !AllDead)
        {
            Resample(rows.Step - 1);
        }
    }

    /// <summary>The final choice.</summary>
    public SearchResult Result(IStrategy strategy, Problem problem, ParticleWeight weight)
    {
        List<Candidate> candidates = [];
        for (int i = 0; i < rows.Rows.Count; i++)
        {
            PartialAnswer row = rows.Rows[i];
            PartialAnswer ended = row.State == RowState.Active ? row with { State = RowState.Cut, Reason = CutReasons.Steps } : row;
            candidates.Add(WholeAnswers.CandidateOf(problem, ended) with { Score = _scores[i] });
        }
        double[] shares = new double[_logWeights.Length];
        AnswerChoice choice = AnswerChoice.Nothing(candidates.Count);
        if (!AllDead)
        {
            LogWeights.Normalise(_logWeights, shares);
            choice = Choose(candidates, shares);
        }
        context.Progress?.Report(new SearchEvent("finished", rows.Step, [.. candidates.Select(candidate => candidate.Answer)], shares, []));
        string why = choice.Answer is null ? StrategyArguments.WhyNothing(candidates) : Explain(choice, weight);
        SearchResult result = StrategyArguments.ResultOf(strategy, candidates, choice, why, default);
        return result with { LogEvidence = potentials.IsAbsolute ? null : _logEvidence };
    }

    private bool AllDead => Array.TrueForAll(_logWeights, double.IsNegativeInfinity);

    private int[] Movable() => [.. rows.Active().Where(row => !double.IsNegativeInfinity(_logWeights[row]))];

    private void Weigh(int[] moved, double[] previous, int[] stepsBefore, int[] moving)
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
        foreach (int row in moved)
        {
            double stepLogProb = LogProbSince(rows.Rows[row], stepsBefore[Array.IndexOf(moving, row)]);
            double increment = potentials.Increment(_potentials[row], previous[row], stepLogProb, odds);
            _logWeights[row] = double.IsNaN(increment) ? double.NegativeInfinity : _logWeights[row] + increment;
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
        for (int i = 0; i < _logWeights.Length; i++)
        {
            if (rows.Rows[i].State is RowState.Cut or RowState.Failed)
            {
                _logWeights[i] = double.NegativeInfinity;
            }
        }
    }

    private void Resample(int iteration)
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
        int[] drawn = new int[pool.Length];
        DrawParents("resample", iteration, weights, drawn);
        int[] parents = [.. Enumerable.Range(0, _logWeights.Length)];
        for (int i = 0; i < pool.Length; i++)
        {
            parents[pool[i]] = pool[drawn[i]];
        }
        if (drawn.Length > 1 && drawn.Distinct().Count() == 1)
        {
            _collapsedAt ??= iteration;
        }
        double[] before = new double[_logWeights.Length];
        LogWeights.Normalise(_logWeights, before);
        Follow(parents);
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
        if (options.Scheme != ResamplingScheme.Multinomial)
        {
            Resampling.Draw(options.Scheme, weights, context.Uniforms, name, iteration, parents);
            return;
        }
        double[] uniforms = [.. Enumerable.Range(0, parents.Length).Select(slot => context.Uniforms.Next(name, iteration, slot, 0))];
        Resampling.Multinomial(weights, uniforms, parents);
    }

    /// <summary>Resamples the active particles to as many as the budget carries; their common mass stays what it was.</summary>
    private void Thin()
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
        Follow(parents);
        for (int i = 0; i < parents.Length && !potentials.IsAbsolute; i++)
        {
            _logWeights[i] = scale + (leaving.Contains(parents[i]) ? mass - Math.Log(carried) : _logWeights[i]);
        }
        Report("thinned", parents);
    }

    private void Follow(int[] parents)
    {
        rows.Reorder(parents);
        _logWeights = [.. parents.Select(parent => _logWeights[parent])];
        _potentials = [.. parents.Select(parent => _potentials[parent])];
        _scores = [.. parents.Select(parent => _scores[parent])];
    }

    private AnswerChoice Choose(List<Candidate> candidates, double[] shares)
    {
        AnswerChoice votes = Voting.Count(candidates, shares, total: 1);
        int chosen = options.Choice switch
        {
            ParticleChoice.Argmax => Highest(Enumerable.Range(0, candidates.Count)),
            ParticleChoice.Sample => Weights.Choose(shares, context.Uniforms.Next("select", 0, 0, 0)),
            _ when votes.Answer is null => -1,
            _ => Highest(Enumerable.Range(0, candidates.Count).Where(i => string.Equals(candidates[i].Key, votes.Answer, StringComparison.Ordinal))),
        };
        string? answer = chosen < 0 ? null : candidates[chosen].Key;
        return votes with
        {
            Selected = chosen,
            Answer = answer,
            Confidence = answer is null ? null : votes.Votes.First(vote => string.Equals(vote.Answer, answer, StringComparison.Ordinal)).Weight,
        };
    }

    private int Highest(IEnumerable<int> among)
    {
        int best = -1;
        foreach (int i in among)
        {
            if (!double.IsNegativeInfinity(_logWeights[i]) && (best < 0 || _potentials[i] > _potentials[best]))
            {
                best = i;
            }
        }
        return best;
    }

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
