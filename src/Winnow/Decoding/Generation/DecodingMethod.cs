using Winnow.Models;
using Winnow.Numerics;

namespace Winnow.Decoding.Generation;

/// <summary>A way to whole texts other than drawing token by token: a search, or a draw of several texts at once.</summary>
public abstract record DecodingMethod
{
    private static readonly Dictionary<string, (string Usage, Func<StageArguments, ILanguageModel?, DecodingMethod> Make)> Makers = new(StringComparer.Ordinal)
    {
        ["beam"] = ("beam:BEAMS[:length-penalty=1]", (a, _) => new BeamDecoding(a.Whole(0, "BEAMS")) { LengthPenalty = a.Number("length-penalty", 1) }),
        ["diverse-beam"] = ("diverse-beam:BEAMS:GROUPS[:strength=0.5][:length-penalty=1]", (a, _) => new BeamDecoding(a.Whole(0, "BEAMS"))
        {
            Groups = a.Whole(1, "GROUPS"), Strength = a.Number("strength", 0.5), LengthPenalty = a.Number("length-penalty", 1),
        }),
        ["stochastic-beam"] = ("stochastic-beam", (_, _) => new StochasticBeamDecoding()),
        ["unique"] = ("unique", (_, _) => new UniqueDecoding()),
        ["volume"] = ("volume[:DIMENSIONS]", (a, _) => new VolumeDecoding(a.WholeOr(0, 0))),
        ["contrastive"] = ("contrastive[:ALPHA=0.6][:k=5]", (a, _) => new ContrastiveDecoding(a.NumberOr(0, 0.6)) { K = a.Whole("k", 5) }),
        ["speculative"] = ("speculative[:TOKENS=4]", (a, draft) => new SpeculativeDecoding(
            draft ?? throw new ArgumentException("it needs a quicker model that drafts, with the same vocabulary."), a.WholeOr(0, 4))),
        ["navigation"] = ("navigation[:PER-RUN=1]", (a, _) => new NavigationDecoding(a.WholeOr(0, 1))),
    };

    /// <summary>Names that <see cref="Parse"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Makers.Keys];

    /// <summary>How each is written.</summary>
    public static IReadOnlyList<string> Usages { get; } = [.. Makers.Values.Select(maker => maker.Usage)];

    /// <summary>Reads a method such as <c>beam:4</c> or <c>contrastive:0.6:k=5</c>.</summary>
    /// <param name="text">A name and its settings, separated by colons.</param>
    /// <param name="draft">Drafts for <c>speculative</c>, which cannot do without; no other method uses it.</param>
    /// <exception cref="FormatException">The text is no method; the message says what is allowed.</exception>
    public static DecodingMethod Parse(string text, ILanguageModel? draft = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] fields = text.Split(':', StringSplitOptions.TrimEntries);
        if (!Makers.TryGetValue(fields[0], out var maker))
        {
            throw new FormatException($"There is no decoding method \"{fields[0]}\". Known are {string.Join(", ", Names)}; without one, tokens are drawn.");
        }
        try
        {
            StageArguments arguments = new(fields[0], maker.Usage, fields[1..], []);
            DecodingMethod method = maker.Make(arguments, draft);
            arguments.ThrowIfAnyIsUnused();
            return draft is null || method is SpeculativeDecoding
                ? method
                : throw new ArgumentException("a draft model is given, and only \"speculative\" drafts.");
        }
        catch (ArgumentException invalid)
        {
            throw new FormatException($"The decoding method \"{text}\" is not usable: {invalid.Message}", invalid);
        }
    }

    /// <summary>Name in <see cref="Parse"/>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether <see cref="GenerationOptions.Chain"/> takes part in it.</summary>
    public virtual bool UsesChain => false;

    /// <summary>Generates texts.</summary>
    /// <param name="model">Any white-box model.</param>
    /// <param name="prompt">Shape [n], n ≥ 1.</param>
    /// <param name="options">Samples are the texts asked for, at most; the longest text is held within the model's context.</param>
    /// <param name="uniforms">Uniform numbers by place, for methods that draw.</param>
    /// <param name="cancellationToken">Stops between tokens.</param>
    /// <returns>The best first, or where nothing is ranked in the order they were drawn.</returns>
    /// <exception cref="ArgumentException">The prompt is empty or fills the context, or an option has no place in this method.</exception>
    public IReadOnlyList<DecodedText> Run(
        ILanguageModel model, IReadOnlyList<int> prompt, GenerationOptions options, IUniforms uniforms, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(uniforms);
        TextGenerator.CheckPrompt(model, prompt);
        Refuse(!options.StopStrings.IsEmpty, "Stop strings end texts that are drawn token by token; {0} knows only end tokens.");
        Refuse(options.ReportedCandidates > 0, "Candidates are noted where a chain draws; {0} draws no single tokens.");
        Refuse(!UsesChain && options.Chain.Stages.Count > 0, "{0} works on the model's own distribution and takes no sampler and no constraint.");
        int room = model.Info.ContextLength - prompt.Count;
        return Decode(
            model, prompt, options with { MaxTokens = Math.Min(options.MaxTokens, room), EndTokens = options.EndTokensOf(model.Vocabulary) }, uniforms, cancellationToken);
    }

    /// <summary>Generates texts; all arguments are checked.</summary>
    private protected abstract IReadOnlyList<DecodedText> Decode(
        ILanguageModel model, IReadOnlyList<int> prompt, GenerationOptions options, IUniforms uniforms, CancellationToken cancellationToken);

    private protected static DecodedText Text(ILanguageModel model, GenerationOptions options, ReadOnlySpan<int> tokens, double logProb, double? score)
    {
        bool isEnded = !tokens.IsEmpty && options.EndTokens.Contains(tokens[^1]);
        return new DecodedText(
            model.Vocabulary.Decode(isEnded ? tokens[..^1] : tokens), [.. tokens], logProb, score, isEnded ? FinishReason.EndToken : FinishReason.MaxTokens);
    }

    private void Refuse(bool isWrong, string why)
    {
        if (isWrong)
        {
            throw new ArgumentException(string.Format(System.Globalization.CultureInfo.InvariantCulture, why, $"The decoding method {Name}"));
        }
    }
}
