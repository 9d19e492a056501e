using System.Text.Json;
using Winnow.Numerics;
using Winnow.Testing.Conformance;

namespace Winnow.Tests.Conformance;

/// <summary>Resampling, log-weights and sampling without replacement.</summary>
public sealed class NumericsSamplingRows : IConformanceRows
{
    public string Family => "numerics";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["log_sum_exp"] = row => new { log_sum_exp = LogWeights.LogSumExp(row.Input.Doubles("values")) },
        ["log_mean_exp"] = row => new
        {
            log_mean_exp = row.Input.Has("weights")
                ? LogWeights.LogMeanExp(row.Input.Doubles("values"), row.Input.Doubles("weights"))
                : LogWeights.LogMeanExp(row.Input.Doubles("values")),
        },
        ["softmax"] = Softmax,
        ["normalise_log_weights"] = NormaliseLogWeights,
        ["effective_sample_size"] = row => new
        {
            ess = LogWeights.EffectiveSampleSize(row.Input.Doubles("log_weights")),
            weights = Normalised(row.Input),
        },
        ["resample_systematic"] = row => Drawn(row, (weights, parents) => Resampling.Systematic(weights, row.Input.Number("uniform"), parents)),
        ["resample_stratified"] = row => Drawn(row, (weights, parents) => Resampling.Stratified(weights, row.Input.Doubles("uniforms"), parents)),
        ["resample_multinomial"] = row => Drawn(row, (weights, parents) => Resampling.Multinomial(weights, row.Input.Doubles("uniforms"), parents)),
        ["resample_ssp"] = row => Drawn(row, (weights, parents) => Resampling.Ssp(weights, row.Input.Doubles("uniforms"), parents)),
        ["resample_multinomial_spacings"] = MultinomialSpacings,
        ["resample_residual"] = Residual,
        ["resample_killing"] = Killing,
        ["resample_unbiased_property"] = Unbiased,
        ["gumbel_top_k"] = Gumbel,
        ["weighted_wor_inclusion"] = Inclusion,
        ["alias_table_property"] = Alias,
    };

    private static object Softmax(ConformanceRow row)
    {
        double[] logits = row.Input.Doubles("logits");
        double[] probs = new double[logits.Length];
        double[] logProbs = new double[logits.Length];
        LogWeights.Softmax(logits, probs, row.Params.Number("temperature"));
        LogWeights.LogSoftmax(logits, logProbs, row.Params.Number("temperature"));
        return new { probs, log_probs = logProbs };
    }

    private static object NormaliseLogWeights(ConformanceRow row)
    {
        double[] logWeights = row.Input.Doubles("log_weights");
        double[] normalised = new double[logWeights.Length];
        double logSum = LogWeights.NormaliseInLogs(logWeights, normalised);
        return new
        {
            log_weights = normalised,
            weights = Normalised(row.Input),
            log_mean_weight = logSum - Math.Log(logWeights.Length),
            ess = LogWeights.EffectiveSampleSize(logWeights),
        };
    }

    private static double[] Normalised(JsonElement input)
    {
        double[] logWeights = input.Doubles("log_weights");
        double[] weights = new double[logWeights.Length];
        LogWeights.Normalise(logWeights, weights);
        return weights;
    }

    private static object Drawn(ConformanceRow row, Action<double[], int[]> draw)
    {
        double[] weights = row.Input.Has("weights") ? row.Input.Doubles("weights") : Normalised(row.Input);
        int[] parents = new int[row.Params.Whole("count")];
        draw(weights, parents);
        return new { parents, offspring = Offspring(parents, weights.Length) };
    }

    private static int[] Offspring(int[] parents, int particles)
    {
        int[] offspring = new int[particles];
        foreach (int parent in parents)
        {
            offspring[parent]++;
        }
        return offspring;
    }

    private static object MultinomialSpacings(ConformanceRow row)
    {
        int[] parents = new int[row.Params.Whole("count")];
        double[] points = new double[parents.Length];
        Resampling.SortedPoints(row.Input.Doubles("uniforms"), points);
        Resampling.MultinomialSorted(row.Input.Doubles("weights"), row.Input.Doubles("uniforms"), parents);
        return new { sorted_points = points, parents };
    }

    private static object Residual(ConformanceRow row)
    {
        double[] weights = row.Input.Doubles("weights");
        int[] parents = new int[row.Params.Whole("count")];
        Resampling.Residual(weights, row.Input.Doubles("uniforms_sorted"), parents);
        int draws = Resampling.ResidualDraws(weights, parents.Length);
        return new
        {
            residual_draws = draws,
            deterministic_copies = Offspring(parents[..^draws], weights.Length),
            parents,
            offspring = Offspring(parents, weights.Length),
        };
    }

    private static object Killing(ConformanceRow row)
    {
        double[] weights = row.Input.Doubles("weights");
        double[] keep = row.Input.Doubles("uniforms_keep");
        int[] parents = new int[weights.Length];
        int killed = Resampling.Killing(weights, keep, row.Input.Doubles("uniforms_sorted"), parents);
        bool[] flags = [.. keep.Zip(weights, (u, w) => u * weights.Max() >= w)];
        Assert.Equal(flags.Count(k => k), killed);
        return new { killed = flags, parents };
    }

    /// <summary>
    /// Averages over a grid of uniforms that is exact for systematic (its counts are step functions of one number)
    /// and over many seeds for the others, which must come within five standard errors of the law.
    /// </summary>
    private static object Unbiased(ConformanceRow row)
    {
        const int Seeds = 5_000;
        double[] weights = row.Input.Doubles("weights");
        int count = row.Params.Whole("count");
        double[] expected = [.. weights.Select(w => count * w / weights.Sum())];
        int[] least = [.. Enumerable.Repeat(int.MaxValue, weights.Length)];
        int[] most = new int[weights.Length];
        foreach (string name in row.Params.Strings("schemes"))
        {
            ResamplingScheme scheme = Enum.Parse<ResamplingScheme>(name, ignoreCase: true);
            double[] sums = new double[weights.Length];
            double[] squares = new double[weights.Length];
            int[] parents = new int[count];
            for (int seed = 0; seed < Seeds; seed++)
            {
                Resampling.Draw(scheme, weights, new HashedUniforms(17), name, seed, parents);
                int[] offspring = Offspring(parents, weights.Length);
                for (int i = 0; i < weights.Length; i++)
                {
                    sums[i] += offspring[i];
                    squares[i] += (offspring[i] - expected[i]) * (offspring[i] - expected[i]);
                    if (scheme is ResamplingScheme.Systematic or ResamplingScheme.Ssp)
                    {
                        least[i] = Math.Min(least[i], offspring[i]);
                        most[i] = Math.Max(most[i], offspring[i]);
                    }
                }
            }
            for (int i = 0; i < weights.Length; i++)
            {
                double standardError = Math.Sqrt(squares[i] / Seeds / Seeds);
                Assert.InRange(sums[i] / Seeds - expected[i], -5 * standardError - 1e-9, 5 * standardError + 1e-9);
                if (scheme == ResamplingScheme.Multinomial)
                {
                    double variance = expected[i] * (1 - expected[i] / count);
                    Assert.InRange(squares[i] / Seeds, 0.9 * variance, 1.1 * variance);
                }
            }
        }
        return new
        {
            mean_offspring = expected,
            systematic_offspring_min = least,
            systematic_offspring_max = most,
            multinomial_offspring_variance = expected.Select(e => e * (1 - e / count)).ToArray(),
        };
    }

    private static object Gumbel(ConformanceRow row)
    {
        double[] logWeights = row.Input.Has("log_weights")
            ? row.Input.Doubles("log_weights")
            : [.. row.Input.Doubles("weights").Select(w => Math.Log(w))];
        double[] keys = new double[logWeights.Length];
        double[] noise = row.Input.Has("uniforms")
            ? [.. row.Input.Doubles("uniforms").Select(GumbelTopK.Noise)]
            : row.Input.Doubles("gumbel_noise");
        if (row.Input.Has("uniforms"))
        {
            GumbelTopK.Perturb(logWeights, row.Input.Doubles("uniforms"), keys);
        }
        else
        {
            keys = [.. logWeights.Zip(noise, (w, g) => w + g)];
        }
        int[] chosen = GumbelTopK.Top(keys, row.Params.Whole("k"));
        return new { gumbel_noise = noise, keys, chosen, chosen_keys = chosen.Select(i => keys[i]).ToArray() };
    }

    private static object Inclusion(ConformanceRow row)
    {
        double[] weights = row.Input.Doubles("weights");
        int[][] sets = [.. Subsets(weights.Length, row.Params.Whole("k")).Where(set => set.All(i => weights[i] > 0))];
        double[] probabilities = [.. sets.Select(set => GumbelTopK.SetProbability(weights, set))];
        return new
        {
            sets,
            set_probabilities = probabilities,
            inclusion = weights.Select((_, i) => sets.Zip(probabilities).Where(s => s.First.Contains(i)).Sum(s => s.Second)).ToArray(),
        };
    }

    private static IEnumerable<int[]> Subsets(int n, int k, int from = 0)
    {
        if (k == 0)
        {
            return [[]];
        }
        return Enumerable.Range(from, Math.Max(0, n - from)).SelectMany(i => Subsets(n, k - 1, i + 1).Select(rest => (int[])[i, .. rest]));
    }

    private static object Alias(ConformanceRow row)
    {
        var table = new AliasTable(row.Input.Doubles("weights"));
        int n = table.Accept.Length;
        double[] probabilities = new double[n];
        for (int cell = 0; cell < n; cell++)
        {
            Assert.InRange(table.Accept[cell], 0, 1);
            probabilities[cell] += table.Accept[cell] / n;
            probabilities[table.Alias[cell]] += (1 - table.Accept[cell]) / n;
        }
        return new { probabilities, zero_weight_never_drawn = Enumerable.Range(0, n).Where(i => probabilities[i] == 0).ToArray() };
    }
}
