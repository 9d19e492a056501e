using Winnow.Numerics;
using Winnow.Search;
using Winnow.Testing.Conformance;
using Winnow.Tests.Search;

namespace Winnow.Tests.Conformance;

/// <summary>Exact distributions over the answers of scripted trees, by enumeration.</summary>
public sealed class TreeRows : IConformanceRows
{
    public string Family => "search";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["tree_ancestral"] = Ancestral,
        ["tree_posterior"] = Posterior,
        ["pf_limit"] = Limit,
        ["pf_exact_few_particles"] = FewParticles,
        ["tempering_swap"] = row => new
        {
            accept = Tempering.SwapProbability(row.Input.Number("tau_k"), row.Input.Number("tau_k1"), row.Input.Number("logit_k"), row.Input.Number("logit_k1")),
        },
        ["tempering_ladder"] = row => new { tau = Tempering.Ladder(row.Params.Whole("chains"), row.Params.Number("first"), row.Params.Number("last")) },
        ["tempering_stationary"] = Stationary,
    };

    private static object Ancestral(ConformanceRow row)
    {
        var run = new ScriptedRow(row);
        int[] leaves = run.Leaves;
        double[] probabilities = [.. leaves.Select(leaf => Probability(run, leaf))];
        Dictionary<string, double> answers = ByAnswer(run, leaves, probabilities);
        SearchResult greedy = run.Run(new Greedy(), new HashedUniforms(0), scored: false).Result;
        int greedyLeaf = run.NodeOf(greedy.Candidates[0].Answer);
        int likeliest = leaves[Array.IndexOf(probabilities, probabilities.Max())];
        return new
        {
            leaf = leaves,
            leaf_prob = probabilities,
            answer_prob = answers,
            expected_tokens = leaves.Zip(probabilities, (leaf, p) => p * run.Tree.Answer(leaf).TokenCount).Sum(),
            expected_steps = leaves.Zip(probabilities, (leaf, p) => p * run.Tree.Answer(leaf).Steps).Sum(),
            accuracy_one_sample = run.Gold is { } gold ? answers.GetValueOrDefault(gold) : 0,
            greedy_leaf = greedyLeaf,
            greedy_answer = greedy.Answer,
            most_probable_leaf = likeliest,
            most_probable_answer = answers.MaxBy(entry => entry.Value).Key,
            answer_entropy = -answers.Values.Where(p => p > 0).Sum(p => p * Math.Log(p)),
        };
    }

    private static object Posterior(ConformanceRow row)
    {
        var run = new ScriptedRow(row);
        double tau = row.Params.Number("tau", 1);
        ParticlePotentials odds = new(ParticleWeight.Odds, ScoreRange.Probability, row.Params.Number("eps", 1e-7));
        double Odds(double score) => Math.Exp(odds.Of(Score.Of(score), 0) / tau);
        double WeightOf(int leaf)
        {
            double[] scores = [.. run.Tree.PathTo(leaf).Select(node => run.Tree.Scores![node])];
            return row.Params.Text("weight") switch
            {
                "final" => StepScores.Aggregate(scores, StepAggregation.Last),
                "product" => StepScores.Aggregate(scores, StepAggregation.Product),
                "min" => StepScores.Aggregate(scores, StepAggregation.Min),
                "mean" => StepScores.Aggregate(scores, StepAggregation.Mean),
                "odds_final" => Odds(scores[^1]),
                _ => scores.Aggregate(1.0, (product, score) => product * Odds(score)),
            };
        }

        int[] leaves = run.Leaves;
        double[] masses = [.. leaves.Select(leaf => Probability(run, leaf) * WeightOf(leaf))];
        double z = masses.Sum();
        double[] posterior = [.. masses.Select(mass => mass / z)];
        Dictionary<string, double> answers = ByAnswer(run, leaves, posterior);
        return new
        {
            Z = z,
            leaf = leaves,
            leaf_posterior = posterior,
            answer_posterior = answers,
            accuracy = run.Gold is { } gold ? answers.GetValueOrDefault(gold) : 0,
        };
    }

    /// <summary>The population of infinitely many particles, moved exactly.</summary>
    private static object Limit(ConformanceRow row)
    {
        var run = new ScriptedRow(row);
        ScriptedTree tree = run.Tree;
        string algorithm = row.Params.Text("algorithm")!;
        ParticlePotentials odds = new(ParticleWeight.AbsoluteOdds, ScoreRange.Probability, row.Params.Number("eps", 1e-7));
        double tau = row.Params.Number("tau", 1);
        double Odds(int node) => Math.Exp(odds.Of(Score.Of(tree.Scores![node]), 0) / tau);
        int depth = Enumerable.Range(0, tree.Count).Max(node => tree.Answer(node).Steps);
        double[] mass = new double[tree.Count];
        mass[0] = 1;
        for (int round = 0; round < depth; round++)
        {
            if (round > 0 && algorithm is "pool_resample_before_step" or "absorbing")
            {
                Resample(mass, node => algorithm == "absorbing" && tree.IsFinished(node), Odds);
            }
            mass = Step(tree, mass);
            if (algorithm == "pool_resample_after_step")
            {
                Resample(mass, _ => false, Odds);
            }
        }
        int[] leaves = run.Leaves;
        if (algorithm.StartsWith("smc", StringComparison.Ordinal))
        {
            foreach (int leaf in leaves)
            {
                mass[leaf] *= tree.Scores![leaf];
            }
        }
        double total = leaves.Sum(leaf => mass[leaf]);
        double[] population = [.. leaves.Select(leaf => mass[leaf] / total)];
        double[] chosen = [.. leaves.Select(leaf => mass[leaf] / total * Odds(leaf))];
        double whole = chosen.Sum();
        return new
        {
            leaf = leaves,
            population,
            population_answers = ByAnswer(run, leaves, population),
            select_sample_answers = ByAnswer(run, leaves, [.. chosen.Select(share => share / whole)]),
            Z = total,
            odds_weighted_vote_winner = ByAnswer(run, leaves, chosen).Where(entry => entry.Key != "none").MaxBy(entry => entry.Value).Key,
        };
    }

    /// <summary>The shipped filter, driven through every outcome of its draws.</summary>
    private static object FewParticles(ConformanceRow row)
    {
        var run = new ScriptedRow(row);
        bool isAbsorbing = row.Params.Text("algorithm") == "absorbing";
        int count = row.Params.Whole("N");
        ParticleFilter filter = new(new ParticleFilterOptions
        {
            Particles = count,
            Weight = ParticleWeight.AbsoluteOdds,
            OddsTemperature = row.Params.Number("tau"),
            Scheme = ResamplingScheme.Multinomial,
            Schedule = row.Params.Text("algorithm") == "pool_resample_after_step" ? ResamplingSchedule.AfterEveryStep : ResamplingSchedule.BeforeEveryStep,
            FreezesFinished = isAbsorbing,
            Choice = Enum.Parse<ParticleChoice>(row.Params.Text("final")!, ignoreCase: true),
        });
        double[] population = new double[run.Tree.Count];
        Dictionary<string, double> selected = new(StringComparer.Ordinal);
        double steps = 0;
        foreach (EnumeratedEnd end in new RunEnumeration(run.Tree, isAbsorbing).Of(filter))
        {
            foreach (Candidate candidate in end.Result.Candidates)
            {
                population[run.NodeOf(candidate.Answer)] += end.Probability / count;
            }
            string answer = end.Result.Answer ?? "none";
            selected[answer] = selected.GetValueOrDefault(answer) + end.Probability;
            steps += end.Steps;
        }
        return new
        {
            leaf = run.Leaves,
            mean_population = run.Leaves.Select(leaf => population[leaf]),
            selected_answers = selected,
            accuracy = run.Gold is { } gold ? selected.GetValueOrDefault(gold) : 0,
            expected_model_steps = steps,
        };
    }

    /// <summary>One exchange between two chains that hold answers from their targets.</summary>
    private static object Stationary(ConformanceRow row)
    {
        var run = new ScriptedRow(row);
        int[] leaves = run.Leaves;
        double[] tau = row.Params.Doubles("tau");
        ParticlePotentials odds = new(ParticleWeight.Odds, ScoreRange.Probability, new ParticleFilterOptions().Clip);
        double[] logits = [.. leaves.Select(leaf => odds.Of(Score.Of(run.Tree.Scores![leaf]), 0))];
        double[] Target(double temperature)
        {
            double[] masses = [.. leaves.Select((leaf, i) => Probability(run, leaf) * Math.Exp(logits[i] / temperature))];
            return [.. masses.Select(mass => mass / masses.Sum())];
        }
        double[] cold = Target(tau[0]);
        double[] hot = Target(tau[1]);
        double[] after = new double[leaves.Length];
        double acceptance = 0;
        for (int i = 0; i < leaves.Length; i++)
        {
            for (int j = 0; j < leaves.Length; j++)
            {
                double accept = Tempering.SwapProbability(tau[0], tau[1], logits[i], logits[j]);
                double both = cold[i] * hot[j];
                acceptance += both * accept;
                after[j] += both * accept;
                after[i] += both * (1 - accept);
            }
        }
        return new { leaf = leaves, target_cold = cold, target_hot = hot, mean_acceptance = acceptance, cold_after_swap = after };
    }

    private static double[] Step(ScriptedTree tree, double[] mass)
    {
        double[] next = new double[mass.Length];
        for (int node = 0; node < mass.Length; node++)
        {
            if (tree.IsFinished(node))
            {
                next[node] += mass[node];
            }
            foreach (int child in tree.Children(node))
            {
                next[child] += mass[node] * tree.Probabilities[child];
            }
        }
        return next;
    }

    private static void Resample(double[] mass, Func<int, bool> isFrozen, Func<int, double> odds)
    {
        int[] pool = [.. Enumerable.Range(1, mass.Length - 1).Where(node => mass[node] > 0 && !isFrozen(node))];
        double before = pool.Sum(node => mass[node]);
        double after = pool.Sum(node => mass[node] * odds(node));
        foreach (int node in pool)
        {
            mass[node] *= odds(node) * before / after;
        }
    }

    private static double Probability(ScriptedRow run, int leaf) =>
        run.Tree.PathTo(leaf).Aggregate(1.0, (product, node) => product * run.Tree.Probabilities[node]);

    private static Dictionary<string, double> ByAnswer(ScriptedRow run, int[] leaves, double[] shares) =>
        leaves.Zip(shares).GroupBy(pair => run.Tree.Answers[pair.First] ?? "none", StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Sum(pair => pair.Second), StringComparer.Ordinal);
}
