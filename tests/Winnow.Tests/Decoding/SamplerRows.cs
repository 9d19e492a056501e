using System.Collections.Immutable;
using System.Text.Json;
using Winnow.Decoding;
using Winnow.Decoding.Stages;
using Winnow.Numerics;
using Winnow.Testing.Conformance;

namespace Winnow.Tests.Decoding;

/// <summary>Golden rows of the samplers: one stage, or a chain of them, on given logits.</summary>
public sealed class SamplerRows : IConformanceRows
{
    public string Family => "decoding";

    public IReadOnlyDictionary<string, RowHandler> Handlers { get; } = new Dictionary<string, RowHandler>(StringComparer.Ordinal)
    {
        ["temperature"] = Single,
        ["top_k"] = Single,
        ["top_p"] = Single,
        ["min_p"] = Single,
        ["typical"] = Single,
        ["temp_ext"] = Single,
        ["top_n_sigma"] = Single,
        ["xtc"] = Single,
        ["penalties"] = Single,
        ["repetition_penalty"] = Single,
        ["encoder_repetition_penalty"] = Single,
        ["dry"] = Single,
        ["logit_bias"] = Single,
        ["sequence_bias"] = Single,
        ["bad_words"] = Single,
        ["no_repeat_ngram"] = Single,
        ["encoder_no_repeat_ngram"] = Single,
        ["min_length"] = Single,
        ["min_new_tokens"] = Single,
        ["forced_bos"] = Single,
        ["forced_eos"] = Single,
        ["allowed_tokens"] = Single,
        ["sanitize"] = Single,
        ["normalize"] = Single,
        ["epsilon_cutoff"] = Single,
        ["eta_cutoff"] = Single,
        ["top_h"] = Single,
        ["p_less"] = Single,
        ["adaptive_p"] = Single,
        ["top_k_ties_inclusive"] = Single,
        ["typical_ties_inclusive"] = Single,
        ["mirostat_v2"] = Single,
        ["mirostat_v1"] = MirostatOne,
        ["mirostat_v1_k"] = MirostatCountOfZipf,
        ["mirostat_v2_sequence"] = MirostatSequence,
        ["chain"] = Chain,
        ["any"] = Single,
    };

    private static SamplerStage Stage(string name, JsonElement p, JsonElement input) => name switch
    {
        "temperature" => new Temperature(p.Number("temperature")),
        "top_k" or "top_k_ties_inclusive" => new TopK(Math.Max(0, p.Whole("k"))) { MinKeep = Least(p), TiesInclusive = name != "top_k" },
        "top_p" => new TopP(Math.Clamp(p.Number("p"), 0, 1)) { MinKeep = Least(p) },
        "min_p" => new MinP(Math.Clamp(p.Number("p"), 0, 1)) { MinKeep = Least(p) },
        "typical" or "typical_ties_inclusive" => new Typical(Math.Clamp(p.Number("p"), 0, 1)) { MinKeep = Least(p), TiesInclusive = name != "typical" },
        "temp_ext" => new DynamicTemperature(p.Number("temperature"), p.Number("delta")) { Exponent = p.Number("exponent") },
        "top_n_sigma" => new TopNSigma(Math.Max(0, p.Number("n"))),
        "xtc" => new Xtc(p.Number("probability"), p.Number("threshold")) { MinKeep = Least(p) },
        "penalties" => new Penalties
        {
            LastN = p.Whole("last_n"), Repeat = p.Number("repeat"), Frequency = p.Number("frequency"), Presence = p.Number("presence"),
        },
        "repetition_penalty" => new RepetitionPenalty(p.Number("penalty")) { IgnorePrefix = p.Whole("ignore_prefix", 0), Normalised = p.Flag("normalize") },
        "encoder_repetition_penalty" => new EncoderRepetitionPenalty(p.Number("penalty")),
        "dry" => new Dry(p.Number("multiplier"))
        {
            Base = p.Number("base"), AllowedLength = p.Whole("allowed_length"), LastN = p.Whole("penalty_last_n"),
            Breakers = [.. p.IntMatrix("sequence_breakers").Select(b => b.ToImmutableArray())],
        },
        "logit_bias" => new LogitBias(p.Matrix("bias").ToImmutableSortedDictionary(b => (int)b[0], b => b[1])),
        "sequence_bias" => new SequenceBias([.. p.GetProperty("biases").EnumerateArray().Select(b => new BiasedSequence([.. b[0].AsInts()], b[1].AsNumber()))]),
        "bad_words" => SequenceBias.Banning(p.IntMatrix("sequences").Select(s => s.ToImmutableArray()), [p.Whole("eos")]),
        "no_repeat_ngram" => new NoRepeatNgram(p.Whole("n")),
        "encoder_no_repeat_ngram" => new NoRepeatNgram(p.Whole("n"), FromPrompt: true),
        "min_length" => new MinLength(p.Whole("min_length"), [.. p.Ints("eos")], CountsPrompt: true),
        "min_new_tokens" => new MinLength(p.Whole("min_new_tokens"), [.. p.Ints("eos")]),
        "forced_bos" => new ForcedFirstToken(p.Whole("bos")),
        "forced_eos" => new ForcedLastToken(p.Whole("eos"), p.Whole("max_length")),
        "allowed_tokens" => new AllowedTokens([.. p.Ints("allowed")]),
        "sanitize" => new Sanitize(),
        "normalize" => new LogSoftmax(),
        "epsilon_cutoff" => new EpsilonCutoff(p.Number("epsilon")) { MinKeep = Least(p) },
        "eta_cutoff" => new EtaCutoff(p.Number("epsilon")) { MinKeep = Least(p) },
        "top_h" => new TopH(p.Number("h")) { Cap = p.Whole("top_n_cap") },
        "p_less" => new PLess(),
        "adaptive_p" => new AdaptiveP(p.Number("target"), p.Number("decay")),
        "mirostat_v2" => new MirostatV2(p.Number("tau"), p.Number("eta")) { InitialMu = p.Number("mu") },
        "any" => new LogSoftmax(),
        _ => throw new InvalidDataException($"The row's sampler \"{name}\" has no stage; input {input}."),
    };

    private static int Least(JsonElement p) => Math.Max(1, p.Whole("min_keep", 1));

    private static object Single(ConformanceRow row)
    {
        try
        {
            return Outcome(row, [Stage(row.Method, row.Params, row.Input)], Logits(row), null);
        }
        catch (ArgumentException) when (row.Method == "any")
        {
            return new { error = true };
        }
    }

    private static object Chain(ConformanceRow row)
    {
        SamplerStage[] stages = [.. row.Params.GetProperty("steps").EnumerateArray().Select(step => Stage(step.Text("sampler")!, step, row.Input))];
        var gate = row.Params.GetProperty("steps").EnumerateArray().Where(step => step.Has("gate_uniform")).Select(step => step.Number("gate_uniform"));
        return Outcome(row, stages, Logits(row), gate.Cast<double?>().FirstOrDefault());
    }

    private static object Outcome(ConformanceRow row, SamplerStage[] stages, float[] logits, double? gate)
    {
        // Not through a chain's constructor: the rows include neutral settings, and stages that change nothing.
        int[] prompt = row.Input.Has("prompt") ? row.Input.Ints("prompt") : [];
        int[] history = row.Input.Has("history") ? row.Input.Ints("history") : new int[row.Input.Whole("sequence_length", 0)];
        int promptLength = row.Method switch
        {
            "min_new_tokens" => row.Params.Whole("prompt_length"),
            "forced_bos" => 1,
            _ => prompt.Length,
        };
        int[] tokens = [.. prompt, .. history];
        StepContext context = new(tokens, promptLength, new FixedUniform(gate ?? row.Params.Number("gate_uniform", 0.5)));
        SamplerWorkspace workspace = new();
        float[] clean = new float[logits.Length];
        if (stages[0] is Sanitize)
        {
            Sanitize.Clean(logits, clean);
        }
        Candidates left = Candidates.Load(stages[0] is Sanitize ? clean : logits, workspace);
        double effective = stages[0] is DynamicTemperature dynamic ? dynamic.Effective(ref left) : 1;
        List<object> steps = [];
        foreach (SamplerStage stage in stages)
        {
            stage.Apply(ref left, context, stage.Open());
            if (row.Method == "chain")
            {
                int[] ids = Kept(ref left);
                steps.Add(new { step = stage.Name.Replace('-', '_'), size = ids.Length, min_token = ids.Min(), max_token = ids.Max() });
            }
        }
        int[] kept = Kept(ref left);
        double[] probabilities = new double[logits.Length];
        double[] after = [.. Enumerable.Repeat(double.NegativeInfinity, logits.Length)];
        for (int i = 0; i < left.Count; i++)
        {
            probabilities[left.IdAt(i)] = Math.Exp(left.LogProbability(i));
            after[left.IdAt(i)] = left.Logits[i];
        }
        return new
        {
            kept,
            kept_count = kept.Length,
            probs = probabilities,
            logits = after,
            banned = Enumerable.Range(0, logits.Length).Where(i => double.IsNegativeInfinity(after[i])).ToArray(),
            only_token = kept.Length == 1 ? kept[0] : (int?)null,
            greedy_token = kept[0],
            effective_temperature = effective,
            after_each_step = steps,
        };
    }

    private static object MirostatOne(ConformanceRow row)
    {
        MirostatV1 stage = new(row.Params.Number("tau"), row.Params.Number("eta"))
        {
            InitialMu = row.Params.Number("mu"), Head = row.Params.Whole("m"), Count = MirostatCount.Floor,
        };
        int n = row.Params.Whole("n_vocab");
        Candidates left = Candidates.Load(Logits(row), new SamplerWorkspace());
        double exponent = stage.FitHead(ref left);
        double k = MirostatV1.TopCount(exponent, row.Params.Number("mu"), n);
        stage.Apply(ref left, new StepContext([], 0, new FixedUniform(0)), stage.Open());
        return new { s_hat = exponent, k_real = k, k = MirostatV1.Round(k, MirostatCount.Floor, n), kept = Kept(ref left) };
    }

    private static object MirostatCountOfZipf(ConformanceRow row)
    {
        string rule = row.Input.Text("probs_rule")!;
        double power = double.Parse(rule.Split("i^")[1].Split(',')[0], System.Globalization.CultureInfo.InvariantCulture);
        int n = row.Params.Whole("n_vocab");
        double[] logProbs = [.. Enumerable.Range(1, row.Params.Whole("m")).Select(i => power * Math.Log(i))];
        double exponent = MirostatV1.ZipfExponent(logProbs);
        double k = MirostatV1.TopCount(exponent, row.Params.Number("mu"), n);
        return new
        {
            s_hat = exponent,
            k_real = k,
            k_reference = MirostatV1.Round(k, MirostatCount.Reference, n),
            k_llama = MirostatV1.Round(k, MirostatCount.Floor, n),
        };
    }

    private static object MirostatSequence(ConformanceRow row)
    {
        MirostatV2 stage = new(row.Params.Number("tau"), row.Params.Number("eta"))
        {
            Surprise = row.Params.Text("surprise") == "paper" ? SurpriseSource.FullModel : SurpriseSource.Renormalised,
        };
        var control = (SurpriseControl)stage.Open();
        SamplerWorkspace workspace = new();
        List<object> steps = [];
        foreach ((double[] logits, double uniform) in row.Input.Matrix("logits").Zip(row.Input.Doubles("uniforms")))
        {
            double before = control.Mu;
            Candidates left = Candidates.Load(Array.ConvertAll(logits, l => (float)l), workspace);
            stage.Apply(ref left, new StepContext([], 0, new FixedUniform(0)), control);
            int[] kept = Kept(ref left);
            int selected = left.DrawDescending(uniform).Token;
            control.Accept(selected);
            steps.Add(new { mu_before = before, kept, selected, surprise_bits = control.LastSurprise, mu_after = control.Mu });
        }
        return new { steps };
    }

    private static int[] Kept(ref Candidates candidates)
    {
        List<int> kept = [];
        for (int i = 0; i < candidates.Count; i++)
        {
            if (!float.IsNegativeInfinity(candidates.Logits[i]))
            {
                kept.Add(candidates.IdAt(i));
            }
        }
        return [.. kept];
    }

    private static float[] Logits(ConformanceRow row)
    {
        if (row.Input.Has("logits"))
        {
            return Array.ConvertAll(row.Input.Doubles("logits"), l => (float)l);
        }
        if (row.Input.Has("probs"))
        {
            return Array.ConvertAll(row.Input.Doubles("probs"), p => (float)Math.Log(p));
        }
        int n = row.Input.Whole("n_vocab");
        return row.Input.Has("logits_rule") ? [.. Enumerable.Range(0, n).Select(i => (float)Math.Log(i))] : new float[n];
    }

    private sealed class FixedUniform(double value) : IUniforms
    {
        public double Next(string name, int iteration, int slot, int step) => value;
    }
}
