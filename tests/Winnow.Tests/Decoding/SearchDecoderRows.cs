using System.Text.Json;
using MathNet.Numerics.Random;
using Winnow.Decoding;
using Winnow.Decoding.Beams;
using Winnow.Decoding.Navigation;
using Winnow.Decoding.Speculation;
using Winnow.Numerics;
using Winnow.Testing.Conformance;

namespace Winnow.Tests.Decoding;

/// <summary>Golden rows of decoders that search, draw without replacement, draft or navigate.</summary>
public sealed class SearchDecoderRows : IConformanceRows
{
    public string Family => "decoding";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["beam_search"] = Beam,
        ["diverse_beam_step"] = DiverseStep,
        ["contrastive_search_step"] = Contrastive,
        ["gumbel_top_k"] = Gumbel,
        ["gumbel_top_k_inclusion"] = Inclusion,
        ["stochastic_beam_conditional_gumbel"] = Conditional,
        ["speculative_accept"] = Accept,
        ["speculative_speedup"] = row => new
        {
            expected_tokens_per_round = SpeculativeSampling.ExpectedTokens(row.Params.Number("alpha"), row.Params.Whole("gamma")),
            walltime_speedup = SpeculativeSampling.Speedup(row.Params.Number("alpha"), row.Params.Whole("gamma"), row.Params.Number("cost_ratio")),
        },
        ["ariel_encode"] = Encode,
        ["ariel_decode"] = Decode,
        ["icn_next_first_token"] = row => new
        {
            token = VocabularyNavigator.NextFirstToken(Floats(row.Input.Doubles("logits")), row.Input.Ints("explored_first_tokens").Contains),
        },
        ["icn_cluster_split"] = ClusterSplit,
        ["dist"] = DrawsOfMersenneTwister,
        ["rng_mt19937"] = row => new { output_number_10000 = Outputs(row.Params.Whole("seed")).ElementAt(9999) },
    };

    private static object Beam(ConformanceRow row)
    {
        double[] start = row.Input.Doubles("start");
        double[][] transition = row.Input.Matrix("transition");
        BeamSearchOptions options = new()
        {
            Beams = row.Params.Whole("beams"), MaxTokens = row.Params.Whole("max_len"), LengthPenalty = row.Params.Number("length_penalty"),
            LengthPenaltyKind = row.Params.Text("length_penalty_kind") == "gnmt" ? LengthPenaltyKind.Gnmt : LengthPenaltyKind.Power,
            EndTokens = [row.Input.Whole("end_token")],
        };
        var hypotheses = BeamSearch.Run(TableModel.Markov(start, transition), [0], options).Select(h =>
        {
            // The row's probabilities are rounded to four digits and do not sum to 1; the search normalises, the row does not.
            double logProb = h.Tokens.Select((token, i) => Math.Log(i == 0 ? start[token] : transition[h.Tokens[i - 1]][token])).Sum();
            Assert.Equal(logProb, h.LogProb, 1e-3);
            Assert.Equal(options.Score(h.LogProb, h.Tokens.Length), h.Score, 1e-12);
            return new { tokens = h.Tokens.ToArray(), log_prob = logProb, score = options.Score(logProb, h.Tokens.Length) };
        });
        return new { hypotheses = hypotheses.ToArray() };
    }

    private static object DiverseStep(ConformanceRow row)
    {
        double[] logits = row.Input.Doubles("logits_both_groups");
        double[] logProbs = LogSoftmax(logits);
        int first = Array.IndexOf(logProbs, logProbs.Max());
        double[] scores = new double[logits.Length];
        BeamSearch.Diversify(logProbs, [first], row.Params.Number("diversity_strength"), scores);
        // The whole search must choose what the step's scores say.
        TableModel model = new(logits.Length, _ => Floats(logits));
        var found = BeamSearch.Run(model, [0], new BeamSearchOptions
        {
            Beams = 2, Groups = row.Params.Whole("groups"), DiversityStrength = row.Params.Number("diversity_strength"), MaxTokens = 1,
        });
        int second = Array.IndexOf(scores, scores.Max());
        Assert.Equal(new[] { first, second }.Order(), found.Select(h => h.Tokens[0]).Order());
        return new { group0_token = first, group1_scores = scores, group1_token = second };
    }

    private static object Contrastive(ConformanceRow row)
    {
        double[] probabilities = row.Input.Doubles("candidate_probs");
        double[] similarities = new double[probabilities.Length], scores = new double[probabilities.Length];
        int selected = ContrastiveSearch.Score(
            Floats([.. row.Input.Matrix("context_hidden").SelectMany(h => h)]), Floats([.. row.Input.Matrix("candidate_hidden").SelectMany(h => h)]),
            probabilities, row.Params.Number("alpha"), similarities, scores);
        return new { max_cosine = similarities, scores, selected };
    }

    private static object Gumbel(ConformanceRow row)
    {
        double[] logProbs = LogSoftmax(row.Input.Doubles("logits"));
        double[] keys = new double[logProbs.Length];
        GumbelTopK.Perturb(logProbs, row.Input.Doubles("uniforms"), keys);
        int[] tokens = GumbelTopK.Top(keys, row.Params.Whole("k"));
        return new { tokens_in_order = tokens, perturbed = Array.ConvertAll(tokens, t => keys[t]) };
    }

    private static object Inclusion(ConformanceRow row)
    {
        double[] logProbs = Array.ConvertAll(row.Input.Doubles("probs"), Math.Log);
        double[] inclusion = new double[logProbs.Length];
        HashedUniforms uniforms = new(17);
        const int draws = 50_000;
        for (int draw = 0; draw < draws; draw++)
        {
            foreach (int token in GumbelTopK.Draw(logProbs, row.Params.Whole("k"), uniforms, "gumbel", draw))
            {
                inclusion[token] += 1.0 / draws;
            }
        }
        return new { inclusion_probabilities = inclusion };
    }

    private static object Conditional(ConformanceRow row)
    {
        double parent = row.Input.Number("parent_perturbed");
        double[] children = Array.ConvertAll(LogSoftmax(row.Input.Doubles("child_logits")), l => l + row.Input.Number("parent_log_prob"));
        double[] perturbed = new double[children.Length];
        ConditionalGumbel.Perturb(parent, children, row.Input.Doubles("uniforms"), perturbed);
        return new { child_log_probs = children, child_perturbed = perturbed, max_equals_parent = perturbed.Max() == parent };
    }

    private static object Accept(ConformanceRow row)
    {
        double[] target = row.Input.Doubles("target"), draft = row.Input.Doubles("draft");
        double[] residual = new double[target.Length];
        SpeculativeSampling.Residual(target, draft, residual);
        return new
        {
            accept_given_token = target.Zip(draft, SpeculativeSampling.AcceptanceProbability).ToArray(),
            residual,
            expected_acceptance = SpeculativeSampling.ExpectedAcceptance(target, draft),
        };
    }

    private static object Encode(ConformanceRow row)
    {
        VolumeEncoder encoder = new(row.Params.Whole("dims"));
        int[] tokens = row.Input.Ints("tokens");
        double probability = 1;
        string last = row.Input.Text("start_key")!;
        foreach (int token in tokens)
        {
            double[] p = row.Input.GetProperty("bigram_table").Doubles(last);
            encoder.Narrow(p, token);
            probability *= p[token];
            last = $"{token}";
        }
        VolumeBox box = encoder.Box;
        return new { low = box.Low, high = box.High, centre = box.Centre, volume = box.Volume, sequence_probability = probability };
    }

    private static object Decode(ConformanceRow row)
    {
        VolumeDecoder decoder = new(row.Input.Doubles("point"));
        List<int> tokens = [];
        string last = row.Input.Text("start_key")!;
        while (tokens.Count < row.Params.Whole("max_len"))
        {
            tokens.Add(decoder.Next(row.Input.GetProperty("bigram_table").Doubles(last)));
            last = $"{tokens[^1]}";
        }
        return new { tokens };
    }

    private static object ClusterSplit(ConformanceRow row)
    {
        JsonElement clusters = row.Input.GetProperty("cluster_of"), correct = row.Input.GetProperty("correct");
        KeySpaceSplit split = KeySpaceProbe.Split(
            row.Input.Ints("ranked_tokens"), t => clusters.Whole($"{t}"), t => correct.Flag($"{t}"), row.Params.Whole("top"), row.Params.Whole("upto"));
        return new
        {
            main_clusters = split.MainClusters,
            in_cluster_share = split.InClusterShare,
            in_cluster_accuracy = split.InClusterAccuracy,
            other_accuracy = split.OtherAccuracy,
        };
    }

    /// <summary>The reference draws with a double made of two outputs of the generator, the first one being the low half.</summary>
    private static object DrawsOfMersenneTwister(ConformanceRow row)
    {
        Candidates candidates = Candidates.Load(Floats(row.Input.Doubles("logits")), new SamplerWorkspace());
        using IEnumerator<uint> outputs = Outputs(row.Params.Whole("seed")).GetEnumerator();
        int[] draws = new int[row.Expected.GetProperty("draws").GetArrayLength()];
        for (int i = 0; i < draws.Length; i++)
        {
            outputs.MoveNext();
            double low = outputs.Current;
            outputs.MoveNext();
            draws[i] = candidates.Draw(Math.Min((low + outputs.Current * 4294967296.0) / 18446744073709551616.0, Math.BitDecrement(1.0))).Token;
        }
        return new { draws };
    }

    private static IEnumerable<uint> Outputs(int seed)
    {
        MersenneTwister twister = new(seed);
        while (true)
        {
            yield return (uint)(twister.NextDouble() * 4294967296.0);
        }
    }

    private static double[] LogSoftmax(double[] logits)
    {
        double max = logits.Max();
        double normalizer = max + Math.Log(logits.Sum(l => Math.Exp(l - max)));
        return Array.ConvertAll(logits, l => l - normalizer);
    }

    private static float[] Floats(double[] values) => Array.ConvertAll(values, v => (float)v);
}
