using System.Collections.Immutable;
using Winnow.Decoding.Stages;

namespace Winnow.Decoding;

/// <summary>The settings that inference systems share; each system puts them in another order (<see cref="SamplerPresets"/>).</summary>
/// <remarks>All start neutral, so that only what is set becomes a stage.</remarks>
public sealed record SamplerSettings
{
    /// <summary>Temperature; at least 0; 1 is none, 0 greedy.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Tokens kept by top-k; 0 is all.</summary>
    public int TopK { get; init; }

    /// <summary>Mass kept by top-p; 1 is all.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Ratio of min-p; 0 is none.</summary>
    public double MinP { get; init; }

    /// <summary>Mass kept by typical sampling; 1 is all.</summary>
    public double Typical { get; init; } = 1;

    /// <summary>Standard deviations of top-n-sigma; 0 is none.</summary>
    public double TopNSigma { get; init; }

    /// <summary>ε of the epsilon cut-off; 0 is none.</summary>
    public double Epsilon { get; init; }

    /// <summary>ε of the eta cut-off; 0 is none.</summary>
    public double Eta { get; init; }

    /// <summary>How often XTC acts; 0 is never.</summary>
    public double XtcProbability { get; init; }

    /// <summary>Threshold of XTC.</summary>
    public double XtcThreshold { get; init; } = 0.1;

    /// <summary>Multiplier of DRY; 0 is none.</summary>
    public double Dry { get; init; }

    /// <summary>θ of the repetition penalty; 1 is none.</summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Frequency penalty; 0 is none.</summary>
    public double FrequencyPenalty { get; init; }

    /// <summary>Presence penalty; 0 is none.</summary>
    public double PresencePenalty { get; init; }

    /// <summary>Logit biases by token.</summary>
    public ImmutableSortedDictionary<int, double> LogitBias { get; init; } = ImmutableSortedDictionary<int, double>.Empty;

    /// <summary>Length of n-grams that must not repeat; 0 is none.</summary>
    public int NoRepeatNgram { get; init; }
}

/// <summary>The stage orders of known systems.</summary>
public static class SamplerPresets
{
    /// <summary>Names of the presets.</summary>
    public static IReadOnlyList<string> Names { get; } = ["llama", "hf", "vllm", "openai", "winnow"];

    /// <summary>A system's settings where a user sets nothing.</summary>
    /// <exception cref="ArgumentException">There is no such preset.</exception>
    public static SamplerSettings Defaults(string preset) => preset switch
    {
        "llama" => new() { TopK = 40, TopP = 0.95, MinP = 0.05, Temperature = 0.8 },
        "hf" => new() { TopK = 50 },
        "vllm" or "openai" => new(),
        "winnow" => new() { MinP = 0.05 },
        _ => throw Unknown(preset),
    };

    /// <summary>The stages of a system, in its order; neutral ones are dropped by the chain.</summary>
    /// <param name="preset">A name of <see cref="Names"/>.</param>
    /// <param name="s">Settings.</param>
    /// <exception cref="ArgumentException">There is no such preset, or it has no place for a setting.</exception>
    public static SamplerChain Build(string preset, SamplerSettings s)
    {
        ArgumentNullException.ThrowIfNull(s);
        Temperature temperature = new(s.Temperature);
        TopK topK = new(s.TopK);
        TopP topP = new(s.TopP);
        MinP minP = new(s.MinP);
        Typical typical = new(s.Typical);
        EpsilonCutoff epsilon = new(s.Epsilon);
        EtaCutoff eta = new(s.Eta);
        LogitBias bias = new(s.LogitBias);
        SamplerStage[] stages = preset switch
        {
            "llama" =>
            [
                bias, new Penalties { Repeat = s.RepetitionPenalty, Frequency = s.FrequencyPenalty, Presence = s.PresencePenalty }, new Dry(s.Dry),
                new TopNSigma(s.TopNSigma), topK, typical, topP, minP, new Xtc(s.XtcProbability, s.XtcThreshold), temperature,
            ],
            "hf" =>
            [
                bias, new RepetitionPenalty(s.RepetitionPenalty), .. Ngram(s), temperature, topK, topP, minP, typical, epsilon, eta,
            ],
            "vllm" =>
            [
                bias, new RepetitionPenalty(s.RepetitionPenalty), OutputPenalties(s), temperature, minP, topK, topP,
            ],
            "openai" => [bias, OutputPenalties(s), temperature, topP],
            "winnow" =>
            [
                bias, new RepetitionPenalty(s.RepetitionPenalty), OutputPenalties(s), new Dry(s.Dry), .. Ngram(s), new TopNSigma(s.TopNSigma), typical,
                topK, topP, epsilon, eta, minP, new Xtc(s.XtcProbability, s.XtcThreshold), temperature,
            ],
            _ => throw Unknown(preset),
        };
        RefuseWhatHasNoPlace(preset, s, stages);
        return new SamplerChain(stages);
    }

    private static Penalties OutputPenalties(SamplerSettings s) =>
        new() { Frequency = s.FrequencyPenalty, Presence = s.PresencePenalty, LastN = -1, Scope = PenaltyScope.Output };

    private static NoRepeatNgram[] Ngram(SamplerSettings s) => s.NoRepeatNgram > 0 ? [new NoRepeatNgram(s.NoRepeatNgram)] : [];

    private static void RefuseWhatHasNoPlace(string preset, SamplerSettings s, SamplerStage[] stages)
    {
        (bool IsSet, Type Stage, string Name)[] wanted =
        [
            (s.TopK > 0, typeof(TopK), "top-k"), (s.MinP > 0, typeof(MinP), "min-p"), (s.Typical < 1, typeof(Typical), "typical"),
            (s.TopNSigma > 0, typeof(TopNSigma), "top-n-sigma"), (s.Epsilon > 0, typeof(EpsilonCutoff), "epsilon"), (s.Eta > 0, typeof(EtaCutoff), "eta"),
            (s.XtcProbability > 0, typeof(Xtc), "xtc"), (s.Dry > 0, typeof(Dry), "dry"), (s.NoRepeatNgram > 0, typeof(NoRepeatNgram), "no-repeat-ngram"),
            (s.FrequencyPenalty != 0 || s.PresencePenalty != 0, typeof(Penalties), "frequency and presence penalties"),
        ];
        foreach ((bool isSet, Type stage, string name) in wanted)
        {
            if (isSet && !stages.Any(stage.IsInstanceOfType))
            {
                throw new ArgumentException($"The preset \"{preset}\" has no place for {name}. Write the chain out, or use the preset \"winnow\".");
            }
        }
        if (!s.RepetitionPenalty.Equals(1) && !stages.Any(x => x is RepetitionPenalty or Penalties { Repeat: not 1.0 }))
        {
            throw new ArgumentException($"The preset \"{preset}\" has no place for a repetition penalty. Write the chain out, or use the preset \"winnow\".");
        }
    }

    private static ArgumentException Unknown(string preset) =>
        new($"There is no preset \"{preset}\"; there are {string.Join(", ", Names)}.", nameof(preset));
}
