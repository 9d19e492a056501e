using System.Collections.Immutable;
using System.Globalization;
using Winnow.Decoding.Stages;

namespace Winnow.Decoding;

/// <summary>Reads chains as text: <c>name:setting:key=setting,…</c></summary>
internal static class ChainParser
{
    private static readonly Dictionary<string, (string Usage, Func<StageArguments, SamplerStage> Make)> Makers = new(StringComparer.Ordinal)
    {
        ["temperature"] = ("temperature:T", a => new Temperature(a.Number(0, "T"))),
        ["dynamic-temperature"] = ("dynamic-temperature:CENTRE:DELTA[:exponent=1]", a => new DynamicTemperature(a.Number(0, "CENTRE"), a.Number(1, "DELTA")) { Exponent = a.Number("exponent", 1) }),
        ["top-k"] = ("top-k:K[:min-keep=1][:ties=0]", a => new TopK(a.Whole(0, "K")) { MinKeep = a.Whole("min-keep", 1), TiesInclusive = a.Whole("ties", 0) != 0 }),
        ["top-p"] = ("top-p:P[:min-keep=1]", a => new TopP(a.Number(0, "P")) { MinKeep = a.Whole("min-keep", 1) }),
        ["min-p"] = ("min-p:M[:min-keep=1]", a => new MinP(a.Number(0, "M")) { MinKeep = a.Whole("min-keep", 1) }),
        ["typical"] = ("typical:MASS[:min-keep=1][:ties=0]", a => new Typical(a.Number(0, "MASS")) { MinKeep = a.Whole("min-keep", 1), TiesInclusive = a.Whole("ties", 0) != 0 }),
        ["epsilon"] = ("epsilon:E[:min-keep=1]", a => new EpsilonCutoff(a.Number(0, "E")) { MinKeep = a.Whole("min-keep", 1) }),
        ["eta"] = ("eta:E[:min-keep=1]", a => new EtaCutoff(a.Number(0, "E")) { MinKeep = a.Whole("min-keep", 1) }),
        ["top-n-sigma"] = ("top-n-sigma:N", a => new TopNSigma(a.Number(0, "N"))),
        ["top-h"] = ("top-h:SHARE[:cap=100]", a => new TopH(a.Number(0, "SHARE")) { Cap = a.Whole("cap", 100) }),
        ["p-less"] = ("p-less", _ => new PLess()),
        ["xtc"] = ("xtc:PROBABILITY[:THRESHOLD][:min-keep=1][:protected=ID+ID]", a => new Xtc(a.Number(0, "PROBABILITY"), a.NumberOr(1, 0.1)) { MinKeep = a.Whole("min-keep", 1), Protected = a.Tokens("protected") }),
        ["mirostat1"] = ("mirostat1:TARGET[:RATE][:head=100][:floor=0][:renormalised=0][:mu=2*TARGET]", a => new MirostatV1(a.Number(0, "TARGET"), a.NumberOr(1, 0.1))
        {
            Head = a.Whole("head", 100), Count = (MirostatCount)a.Flag("floor"), Surprise = (SurpriseSource)a.Flag("renormalised"), InitialMu = a.NumberOrNull("mu"),
        }),
        ["mirostat2"] = ("mirostat2:TARGET[:RATE][:renormalised=0][:mu=2*TARGET]", a => new MirostatV2(a.Number(0, "TARGET"), a.NumberOr(1, 0.1)) { Surprise = (SurpriseSource)a.Flag("renormalised"), InitialMu = a.NumberOrNull("mu") }),
        ["adaptive-p"] = ("adaptive-p:TARGET[:DECAY]", a => new AdaptiveP(a.Number(0, "TARGET"), a.NumberOr(1, 0.9))),
        ["repetition-penalty"] = ("repetition-penalty:FACTOR[:last=-1][:scope=0][:ignore-prefix=0][:normalised=0]", a => new RepetitionPenalty(a.Number(0, "FACTOR"))
        {
            LastN = a.Whole("last", -1), Scope = a.Scope(), IgnorePrefix = a.Whole("ignore-prefix", 0), Normalised = a.Flag("normalised") != 0,
        }),
        ["encoder-repetition-penalty"] = ("encoder-repetition-penalty:FACTOR", a => new EncoderRepetitionPenalty(a.Number(0, "FACTOR"))),
        ["penalties"] = ("penalties[:repeat=1][:frequency=0][:presence=0][:last=64][:scope=0]", a => new Penalties
        {
            Repeat = a.Number("repeat", 1), Frequency = a.Number("frequency", 0), Presence = a.Number("presence", 0), LastN = a.Whole("last", 64), Scope = a.Scope(),
        }),
        ["dry"] = ("dry:MULTIPLIER[:base=1.75][:allowed=2][:last=-1][:breaker=ID+ID]…", a => new Dry(a.Number(0, "MULTIPLIER"))
        {
            Base = a.Number("base", 1.75), AllowedLength = a.Whole("allowed", 2), LastN = a.Whole("last", -1), Breakers = a.TokenLists("breaker"),
        }),
        ["logit-bias"] = ("logit-bias:ID=BIAS[:ID=BIAS]…", a => new LogitBias(a.Biases().ToImmutableSortedDictionary(b => b.Tokens.Single(), b => b.Bias))),
        ["sequence-bias"] = ("sequence-bias:ID+ID=BIAS…", a => new SequenceBias([.. a.Biases()])),
        ["no-repeat-ngram"] = ("no-repeat-ngram:N", a => new NoRepeatNgram(a.Whole(0, "N"))),
        ["no-repeat-prompt-ngram"] = ("no-repeat-prompt-ngram:N", a => new NoRepeatNgram(a.Whole(0, "N"), FromPrompt: true)),
        ["min-length"] = ("min-length:LENGTH[:end=ID+ID]", a => new MinLength(a.Whole(0, "LENGTH"), a.EndTokens(), CountsPrompt: true)),
        ["min-new-tokens"] = ("min-new-tokens:LENGTH[:end=ID+ID]", a => new MinLength(a.Whole(0, "LENGTH"), a.EndTokens())),
        ["forced-first"] = ("forced-first:ID", a => new ForcedFirstToken(a.Whole(0, "ID"))),
        ["forced-last"] = ("forced-last:ID:MAX_LENGTH", a => new ForcedLastToken(a.Whole(0, "ID"), a.Whole(1, "MAX_LENGTH"))),
        ["end-boost"] = ("end-boost:START:FACTOR:ID", a => new EndBoost(a.Whole(0, "START"), a.Number(1, "FACTOR"), a.Whole(2, "ID"))),
        ["allowed"] = ("allowed:ID+ID…", a => new AllowedTokens(a.TokenList(0))),
        ["sanitize"] = ("sanitize", _ => new Sanitize()),
        ["log-softmax"] = ("log-softmax", _ => new LogSoftmax()),
    };

    /// <summary>How each stage is written, by its name.</summary>
    public static IReadOnlyDictionary<string, string> Usages { get; } = Makers.ToDictionary(maker => maker.Key, maker => maker.Value.Usage, StringComparer.Ordinal);

    public static SamplerChain Parse(string text, IReadOnlyList<int> endTokens)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
        if (parts is [""])
        {
            return new SamplerChain();
        }
        try
        {
            string[] first = parts[0].Split(':');
            return SamplerPresets.Names.Contains(first[0], StringComparer.Ordinal) && parts.Length == 1
                ? Preset(first)
                : new SamplerChain(parts.Select((part, index) => Stage(part, index + 1, endTokens)).ToArray());
        }
        catch (ArgumentException invalid)
        {
            throw new FormatException($"The sampler \"{text}\" is not usable: {invalid.Message}", invalid);
        }
    }

    private static SamplerStage Stage(string text, int position, IReadOnlyList<int> endTokens)
    {
        string[] fields = text.Split(':', StringSplitOptions.TrimEntries);
        if (SamplerPresets.Names.Contains(fields[0], StringComparer.Ordinal))
        {
            throw new ArgumentException($"\"{fields[0]}\" is a preset and stands alone; change its settings as in \"{fields[0]}:temperature=0.7\".");
        }
        if (!Makers.TryGetValue(fields[0], out var maker))
        {
            throw new ArgumentException($"stage {position} is \"{fields[0]}\", which is not known. Known are {string.Join(", ", Makers.Keys.Order(StringComparer.Ordinal))}, and the presets {string.Join(", ", SamplerPresets.Names)}.");
        }
        StageArguments arguments = new($"stage {position}", maker.Usage, fields[1..], endTokens);
        SamplerStage stage = maker.Make(arguments);
        arguments.ThrowIfAnyIsUnused();
        return stage;
    }

    private static SamplerChain Preset(string[] fields)
    {
        SamplerSettings s = SamplerPresets.Defaults(fields[0]);
        StageArguments a = new("stage 1", fields[0] + "[:temperature=…][:top-k=…][:top-p=…][:min-p=…]…", fields[1..], []);
        s = s with
        {
            Temperature = a.Number("temperature", s.Temperature), TopK = a.Whole("top-k", s.TopK), TopP = a.Number("top-p", s.TopP), MinP = a.Number("min-p", s.MinP),
            Typical = a.Number("typical", s.Typical), TopNSigma = a.Number("top-n-sigma", s.TopNSigma), Epsilon = a.Number("epsilon", s.Epsilon), Eta = a.Number("eta", s.Eta),
            XtcProbability = a.Number("xtc-probability", s.XtcProbability), XtcThreshold = a.Number("xtc-threshold", s.XtcThreshold), Dry = a.Number("dry", s.Dry),
            RepetitionPenalty = a.Number("repetition-penalty", s.RepetitionPenalty), FrequencyPenalty = a.Number("frequency-penalty", s.FrequencyPenalty),
            PresencePenalty = a.Number("presence-penalty", s.PresencePenalty), NoRepeatNgram = a.Whole("no-repeat-ngram", s.NoRepeatNgram),
        };
        a.ThrowIfAnyIsUnused();
        return SamplerPresets.Build(fields[0], s);
    }
}
