using System.Text.Json;
using Winnow.Numerics;
using Winnow.Search;
using Winnow.Testing.Conformance;
using Winnow.Tests.Search;

namespace Winnow.Tests.Conformance;

/// <summary>Particle methods over scripted trees, replayed from given uniforms.</summary>
public sealed class ParticleRows : IConformanceRows
{
    public string Family => "search";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["resample"] = Resample,
        ["odds_weights"] = OddsWeights,
        ["smc_ess_replay"] = SmcReplay,
        ["pf_replay"] = row => PoolReplay(row, new ParticleFilterOptions
        {
            Scheme = row.Params.Text("resampling")!.StartsWith("systematic", StringComparison.Ordinal) ? ResamplingScheme.Systematic : ResamplingScheme.Multinomial,
            Choice = row.Params.Text("final") == "sample" ? ParticleChoice.Sample : ParticleChoice.Argmax,
        }),
        ["pf_entropic_replay"] = row => PoolReplay(row, new ParticleFilterOptions
        {
            Choice = ParticleChoice.Argmax,
            Annealing = AnnealingOf(row.Params, row.Params.Text("temperature_method")!),
        }),
        ["particle_gibbs_own_step"] = row => GibbsReplay(row, ReferenceWeight.OwnStep),
        ["particle_gibbs_replay"] = row => GibbsReplay(row, ReferenceWeight.Final),
        ["anneal_linear"] = row => new
        {
            tau = row.Input.Ints("step").Select(step => new Annealing
            {
                Start = row.Params.Number("start"),
                End = row.Params.Number("end"),
                TotalSteps = row.Params.Whole("total"),
            }.TemperatureAt(step, [])).ToArray(),
        },
        ["entropic_temperature"] = EntropicTemperature,
    };

    private static object Resample(ConformanceRow row)
    {
        double[] weights = row.Input.Doubles("weights");
        double[] uniforms = row.Input.Doubles("uniforms");
        int[] parents = new int[row.Params.Whole("M")];
        switch (row.Params.Text("scheme"))
        {
            case "systematic": Resampling.Systematic(weights, uniforms[0], parents, tiesToFirst: true); break;
            case "stratified": Resampling.Stratified(weights, uniforms, parents); break;
            case "multinomial": Resampling.MultinomialSorted(weights, uniforms, parents); break;
            default:
                double[] points = new double[Math.Max(0, uniforms.Length - 1)];
                if (uniforms.Length > 0)
                {
                    Resampling.SortedPoints(uniforms, points);
                }
                Resampling.Residual(weights, points, parents);
                break;
        }
        return new
        {
            parents,
            offspring = Enumerable.Range(0, weights.Length).Select(i => parents.Count(parent => parent == i)),
            ess = Weights.EffectiveSampleSize(weights),
        };
    }

    private static object OddsWeights(ConformanceRow row)
    {
        ParticlePotentials potentials = new(ParticleWeight.AbsoluteOdds, ScoreRange.Probability, row.Params.Number("eps"));
        double[] logits = [.. row.Input.Doubles("score").Select(score => potentials.Of(Score.Of(score), 0))];
        double[] weights = new double[logits.Length];
        LogWeights.Softmax(logits, weights, row.Params.Number("tau"));
        return new { logit = logits, weights };
    }

    private static object SmcReplay(ConformanceRow row)
    {
        var run = new ScriptedRow(row);
        ParticleFilterOptions options = new()
        {
            Particles = row.Params.Whole("N"),
            EssThreshold = row.Params.Number("ess_threshold"),
            Weight = row.Params.Text("weight") == "product" ? ParticleWeight.Product : ParticleWeight.Incremental,
            Scheme = row.Params.Text("scheme") == "stratified" ? ResamplingScheme.Stratified : ResamplingScheme.Systematic,
            MinRounds = Enumerable.Range(0, run.Tree.Count).Max(node => run.Tree.Answer(node).Steps),
        };
        run.Run(new ParticleFilter(options));
        List<object> iterations = [];
        int[]? parents = null;
        foreach (SearchEvent happened in run.Events)
        {
            if (happened.Kind == "resampled")
            {
                parents = [.. happened.Parents];
            }
            else if (happened.Kind == "stepped")
            {
                iterations.Add(new
                {
                    resampled_before = parents is not null,
                    parents = iterations.Count == 0 ? null : parents ?? [.. Enumerable.Range(0, happened.Rows.Count)],
                    nodes = run.Nodes(happened.Rows),
                    log_weights = happened.LogWeights,
                    weights = happened.Weights,
                    ess = happened.EffectiveSampleSize,
                    logZ = happened.LogEvidence,
                });
                parents = null;
            }
        }
        var votes = run.Result.Candidates.Zip(run.Events.Last(e => e.Kind == "stepped").Weights)
            .GroupBy(pair => pair.First.Key ?? "none", StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Sum(pair => pair.Second), StringComparer.Ordinal);
        return new { iterations, answer_weights = votes, logZ = run.Result.LogEvidence };
    }

    private static object PoolReplay(ConformanceRow row, ParticleFilterOptions options)
    {
        var run = new ScriptedRow(row);
        run.Run(new ParticleFilter(options with
        {
            Particles = row.Params.Whole("N"),
            Weight = ParticleWeight.AbsoluteOdds,
            Schedule = ResamplingSchedule.AfterEveryStep,
        }));
        List<object> iterations = [];
        SearchEvent? stepped = null;
        foreach (SearchEvent happened in run.Events)
        {
            if (happened.Kind == "resampled")
            {
                iterations.Add(new
                {
                    nodes = run.Nodes(stepped!.Rows),
                    probabilities = happened.Weights,
                    parents = happened.Parents,
                    nodes_after = run.Nodes(happened.Rows),
                });
            }
            stepped = happened;
        }
        ParticlePotentials potentials = new(ParticleWeight.AbsoluteOdds, ScoreRange.Probability, options.Clip);
        return new
        {
            iterations,
            final_nodes = run.Nodes(run.Result.Candidates.Select(candidate => candidate.Answer)),
            final_logit = run.Result.Candidates.Select(candidate => potentials.Of(candidate.Score!.Value, 0)),
            selected_index = run.Result.Selected,
            selected_answer = run.Result.Answer,
            ledger = run.Ledger("stepped"),
        };
    }

    private static object GibbsReplay(ConformanceRow row, ReferenceWeight weight)
    {
        int sweeps = row.Params.Whole("iterations");
        int references = row.Params.Whole("references");
        ParticleGibbs StrategyWith(ReferenceWeight by) => new(ParticleGibbsOptions.ItsHub with
        {
            Rows = row.Params.Whole("budget"),
            Iterations = sweeps,
            References = references,
            ReferenceWeight = by,
        });
        ParticleGibbs strategy = StrategyWith(weight);
        var run = new ScriptedRow(row);
        int count = row.Params.Whole("budget") / sweeps;
        ReplayedUniforms uniforms = new(row.Input.GetProperty("uniforms"));
        run.Run(strategy, uniforms);
        SearchEvent[] ends = [.. run.Events.Where(happened => happened.Kind == "referenced")];
        int[][] nodes = [.. ends.Select(end => run.Nodes(end.Rows))];
        ParticlePotentials potentials = new(ParticleWeight.AbsoluteOdds, ScoreRange.Probability, new ParticleFilterOptions().Clip);
        return new
        {
            choices = Choices(run.Events, count, references).Select(choice => new { probabilities = choice.Weights, picked = choice.Picked }),
            final_nodes = nodes,
            final_logit = nodes.Select(sweep => sweep.Select(node => potentials.Of(Score.Of(run.Tree.Scores![node]), 0))),
            reference_index = ends.Select(end => end.Parents),
            steps_used = nodes.Select(sweep => sweep.Select(node => run.Tree.PathTo(node).Length)),
            selected_index = run.Result.Selected - (sweeps - 1) * count,
            selected_answer = run.Result.Answer,
            scorer_calls = run.Scorer.Calls,
            model_steps = uniforms.StepsDrawn,
            differs_from_final_weight_convention = Differs(row, StrategyWith(ReferenceWeight.Final), run.Events),
        };
    }

    /// <summary>What was drawn by which weights, resamplings and references in the order of use.</summary>
    private static IEnumerable<(IReadOnlyList<double> Weights, int[] Picked)> Choices(IEnumerable<SearchEvent> events, int count, int references)
    {
        int free = count;
        foreach (SearchEvent happened in events)
        {
            if (happened.Kind is "resampled" or "referenced")
            {
                yield return (happened.Weights, [.. happened.Parents.Take(happened.Kind == "resampled" ? free : count)]);
                free = happened.Kind == "referenced" ? count - references : free;
            }
        }
    }

    /// <summary>Whether another strategy goes another way on the same uniforms, or needs others.</summary>
    private static bool Differs(ConformanceRow row, IStrategy other, IReadOnlyList<SearchEvent> events)
    {
        var run = new ScriptedRow(row);
        try
        {
            run.Run(other);
        }
        catch (Exception missing) when (missing is InvalidOperationException or KeyNotFoundException)
        {
            return true;
        }
        return !run.Events.Select(Seen).SequenceEqual(events.Select(Seen));

        string Seen(SearchEvent happened) => $"{string.Join(' ', run.Nodes(happened.Rows))} {string.Join(' ', happened.Weights.Select(weight => weight.ToString("F9", null)))}";
    }

    private static Annealing AnnealingOf(JsonElement settings, string rule) => new()
    {
        Rule = Enum.Parse<AnnealingRule>(rule, ignoreCase: true),
        TotalSteps = settings.Whole("max_steps"),
        EssThreshold = settings.Number("ess_threshold"),
        EarlyPhase = settings.Number("early_phase"),
    };

    private static object EntropicTemperature(ConformanceRow row)
    {
        double[] probabilities = row.Input.Doubles("probabilities");
        int[] steps = row.Params.Ints("current_step");
        double[] Temperatures(string rule) => [.. steps.Select(step => AnnealingOf(row.Params, rule).TemperatureAt(step, probabilities))];
        return new
        {
            ess = Annealing.EffectiveSize(probabilities),
            entropy_normalised = Annealing.NormalisedEntropy(probabilities),
            temperature = new { ess = Temperatures("ess"), entropy = Temperatures("entropy"), @base = Temperatures("base") },
        };
    }
}
